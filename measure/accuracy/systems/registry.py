"""Every system, in the order of the tables."""

from collections.abc import Sequence

from measure.accuracy.systems.native import NativeSystem
from measure.accuracy.systems.paddleocr_js import PaddleOcrJsSystem
from measure.accuracy.systems.rapidocr import RapidOcrSystem
from measure.accuracy.systems.system import System
from measure.accuracy.systems.tesseract import TesseractSystem
from measure.accuracy.systems.wasm import WasmSystem
from tools.project import Project


def all_systems(project: Project) -> Sequence[System]:
    """Return the systems that can be compared."""
    return [
        NativeSystem(project.root),
        WasmSystem(project),
        RapidOcrSystem(),
        PaddleOcrJsSystem(project),
        TesseractSystem(),
    ]

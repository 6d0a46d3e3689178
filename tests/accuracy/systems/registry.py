"""Every system, in the order of the tables."""

from collections.abc import Sequence

from tests.accuracy.systems.native import NativeSystem
from tests.accuracy.systems.paddleocr_js.system import PaddleOcrJsSystem
from tests.accuracy.systems.rapidocr import RapidOcrSystem
from tests.accuracy.systems.system import System
from tests.accuracy.systems.tesseract import TesseractSystem
from tests.accuracy.systems.wasm import WasmSystem
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

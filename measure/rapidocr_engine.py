"""RapidOCR, which runs the same weights natively: what accuracy and benchmark compare with."""

from typing import Any

# Loaded first, because it switches off the telemetry of the onnxruntime that RapidOCR imports.
import py_ocr.backends.onnx_runtime  # noqa: F401  # for what it does when it is loaded


def open_rapidocr(threads: int) -> Any:
    """Load RapidOCR with its default models and settings, but for its log and the threads of one operator."""
    from rapidocr import RapidOCR  # noqa: PLC0415  # only requirements/measure.txt has it

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )

"""A native engine as a process: an image path a line on stdin, a JSON line with the reading on stdout."""

import json
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measure.rapidocr_engine import open_rapidocr
from py_ocr.backends.onnx_runtime import ort
from py_ocr.native import NativeChoice, NativeReader, open_models

Read = Callable[[Path], tuple[dict[str, float], str]]
"""Reads an image: milliseconds by stage (as far as they are known), and the text."""


class InferenceClock:
    """Adds up how long ONNX Runtime's sessions run, whoever runs them."""

    def __init__(self) -> None:
        self.elapsed_ms = 0.0
        run = ort.InferenceSession.run

        def timed(session: ort.InferenceSession, *args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            try:
                return run(session, *args, **kwargs)
            finally:
                self.elapsed_ms += (time.perf_counter() - began) * 1000

        ort.InferenceSession.run = timed


def native(threads: int) -> Read:
    """Return py_ocr on native ONNX Runtime."""
    reader = NativeReader(open_models(None), NativeChoice(threads=threads))

    def read(image: Path) -> tuple[dict[str, float], str]:
        page = reader.read(image, lambda _stage, _done, _total: None)
        return page["timings_ms"], page["text"]

    return read


def rapidocr(threads: int) -> Read:
    """Return RapidOCR with its default models, which are the same weights, and its default settings."""
    engine = open_rapidocr(threads)

    def read(image: Path) -> tuple[dict[str, float], str]:
        return {}, "\n".join(engine(image).txts or ())

    return read


def main() -> None:
    """Serve until stdin ends."""
    # Ctrl-C reaches every process of a terminal; this one ends when the benchmark closes its stdin.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    engine, threads = sys.argv[1:]
    clock = InferenceClock()
    read = {"native": native, "rapidocr": rapidocr}[engine](int(threads))
    print("{}", flush=True)
    for line in sys.stdin:
        clock.elapsed_ms = 0.0
        stages_ms, text = read(Path(line.rstrip("\n")))
        print(json.dumps({"inference_ms": clock.elapsed_ms, "stages_ms": stages_ms, "text": text}), flush=True)


if __name__ == "__main__":
    main()

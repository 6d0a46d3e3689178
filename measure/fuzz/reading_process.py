"""A process that reads image files, one a line, and says what came of each: what it dies of is then no fault of ours.

After each it reads an image that is good, to see whether the engine still can.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from measure.headless.chromium_launch import plan_launch
from measure.headless.driver import EngineChoice, HeadlessReader
from py_ocr.cli.batch import PageReader
from py_ocr.cli.output import PageJson
from py_ocr.engine import OcrOptions
from py_ocr.errors import OcrError
from py_ocr.native import NativeChoice, NativeReader, open_models
from tools.project import this_project

PROFILE = "fast"


def main(subject: str, good: Path) -> None:
    """Read what stdin names until it ends."""
    with _reader(subject) as reader:
        expected = _outcome(reader, good)
        print(json.dumps({"ready": expected}), flush=True)
        for line in sys.stdin:
            outcome = _outcome(reader, Path(line.rstrip("\n")))
            after = _outcome(reader, good)
            recovered = after.get("text") == expected["text"]
            print(json.dumps({**outcome, "recovered": recovered}), flush=True)


def _reader(subject: str) -> Any:
    if subject == "native":
        return NativeReader(open_models(None), NativeChoice(PROFILE, "native", threads=1))
    project = this_project()
    choice = EngineChoice("wasm", PROFILE, threads=1, line_workers=0)
    site = project.root / "web" / "dist"
    return HeadlessReader(site, plan_launch(project, "wasm"), choice, OcrOptions(), lambda *_progress: None)


def _outcome(reader: PageReader, image: Path) -> dict[str, Any]:
    started = time.monotonic()
    try:
        page = reader.read(image, lambda *_progress: None)
    except OcrError as error:
        said: dict[str, Any] = {"code": error.code, "cause": error.cause}
    except Exception as error:  # what is not typed is what is looked for
        said = {"code": "untyped", "cause": f"{type(error).__name__}: {error}"}
    else:
        said = _said(page)
    return {**said, "seconds": time.monotonic() - started}


def _said(page: PageJson) -> dict[str, Any]:
    """Return the text, or of a document without any, why its first page has none."""
    for part in page.get("pages", ()):
        if part["page"] is None and not page["text"]:
            return {"code": part["error"]["code"], "cause": part["error"]["cause"]}
    return {"text": page["text"]}


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

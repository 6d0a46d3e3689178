"""Labelled images made by the tests: a folder in the form of the real one, and a scorer in the form of the real one."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from measure.accuracy.dataset import LabelledImage
from measure.accuracy.readings import Reading

SCORER = """
PLAN = {"pages": (["cacc", "words"], "N1"), "lines": (["e2e"], "N1"), "absent": (["cacc"], "N1")}


def normal(text, level):
    return "".join(text.casefold().split())


def score_set(name, data, results, split, figures, level):
    import json
    truth = json.loads((data / name / split / "gt.json").read_text())
    right = 0
    for entry in truth:
        page = results / name / (entry["image"] + ".json")
        right += page.exists() and json.loads(page.read_text())["text"] == entry["text"]
    return {figure: right / len(truth) for figure in figures}, len(truth), 0
"""


def write_scorer(folder: Path) -> Path:
    path = folder / "scorer.py"
    path.write_text(SCORER, encoding="utf-8")
    return path


def write_set(folder: Path, name: str, texts: Mapping[str, str]) -> None:
    images = folder / name / "public" / "images"
    images.mkdir(parents=True)
    entries = []
    for number, (file, text) in enumerate(texts.items()):
        Image.new("RGB", (60 + number, 40), "white").save(images / file)
        entries.append({"image": file, "text": text, "lines": None, "lang": "en", "granularity": "page"})
    (images.parent / "gt.json").write_text(json.dumps(entries), encoding="utf-8")


def box(left: float, top: float, right: float, bottom: float) -> list[list[float]]:
    return [[left, top], [right, top], [right, bottom], [left, bottom]]


def page(*texts: str) -> dict[str, Any]:
    lines = [{"text": t, "confidence": 0.9, "quad": box(0, 10 * i, 50, 10 * i + 10)} for i, t in enumerate(texts)]
    return {"lines": lines, "text": "\n".join(texts)}


def reading(*texts: str) -> Reading:
    return Reading(page(*texts), None, 1.0)


def image(path: Path, **truth: Any) -> LabelledImage:
    return LabelledImage("pages", path, {"image": path.name, **truth})

"""Tesseract: the installed program, its language chosen by the truth's, its page segmentation by the kind of image."""

import csv
import io
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from measure.accuracy.dataset import LabelledImage
from measure.accuracy.readings import Settings
from measure.accuracy.systems.decoding import as_png
from measure.accuracy.systems.system import Page, Reader
from tools.errors import SetupError

LANGUAGES = {"zh": "chi_sim+eng", "zh-Hant": "chi_tra+eng", "ja": "jpn+eng"}
PSM_WITH_ORIENTATION, PSM_LINE, PSM_SPARSE = "1", "7", "11"
SPARSE_KINDS = ("scene_", "labels_")
LIMIT_S = 300.0
WORD_LEVEL = "5"


class TesseractSystem:
    """Tesseract 5 with the models that are installed beside it."""

    name = "tesseract"
    about = (
        "the installed program; language by the truth's (eng, chi_sim, chi_tra); --psm 7 for crops of one line, 11 "
        "for scenes and labels, otherwise 1 (automatic, with orientation); images handed over as PNG, EXIF applied"
    )

    def settings(self, image: LabelledImage) -> Settings:
        """Return version, language and segmentation mode."""
        return {"tesseract": _version(), "language": language(image), "psm": segmentation_mode(image)}

    @contextmanager
    def open(self) -> Iterator[Reader]:
        """Start nothing: every image is a process of its own."""
        _version()
        yield _read


def language(image: LabelledImage) -> str:
    """Return the `-l` option: the models for the language of the image, of those installed."""
    wanted = LANGUAGES.get(image.language or "", "eng").split("+")
    return "+".join(model for model in wanted if model in _installed_models()) or "eng"


def segmentation_mode(image: LabelledImage) -> str:
    """Return the `--psm` option that suits the kind of image."""
    if image.granularity == "single line crop":
        return PSM_LINE
    return PSM_SPARSE if image.set_name.startswith(SPARSE_KINDS) else PSM_WITH_ORIENTATION


def _read(image: LabelledImage) -> Page:
    with tempfile.TemporaryDirectory() as folder:
        source, result = Path(folder, "image.png"), Path(folder, "result")
        source.write_bytes(as_png(image.path))
        command = ["tesseract", str(source), str(result), "-l", language(image), "--psm", segmentation_mode(image)]
        # One thread: on small pages more of them cost time.
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        done = subprocess.run(
            [*command, "txt", "tsv"], capture_output=True, text=True, env=environment, timeout=LIMIT_S, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"tesseract ended with status {done.returncode}: {done.stderr.strip()}")
        text = result.with_suffix(".txt").read_text(encoding="utf-8")
        return {"lines": lines_from_tsv(result.with_suffix(".tsv").read_text(encoding="utf-8")), "text": text.strip()}


def lines_from_tsv(tsv: str) -> list[Page]:
    """Return the lines of Tesseract's TSV: words joined by spaces, an upright box, the mean of their confidences."""
    words: dict[tuple[str, str, str], list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == WORD_LEVEL and row["text"].strip():
            words.setdefault((row["block_num"], row["par_num"], row["line_num"]), []).append(row)
    return [_line(members) for members in words.values()]


def _line(words: list[dict[str, str]]) -> Page:
    boxes = [(int(w["left"]), int(w["top"]), int(w["width"]), int(w["height"])) for w in words]
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(x + width for x, _, width, _ in boxes), max(y + height for _, y, _, height in boxes)
    return {
        "text": " ".join(word["text"] for word in words),
        "confidence": sum(float(word["conf"]) for word in words) / len(words) / 100,
        "quad": [[left, top], [right, top], [right, bottom], [left, bottom]],
    }


@cache
def _version() -> str:
    if shutil.which("tesseract") is None:
        raise SetupError("Tesseract is not installed.", "Install it (Debian: apt-get install tesseract-ocr).")
    done = subprocess.run(["tesseract", "--version"], capture_output=True, text=True, check=True)
    return (done.stdout or done.stderr).split("\n", 1)[0].removeprefix("tesseract ").strip()


@cache
def _installed_models() -> frozenset[str]:
    done = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True)
    return frozenset(done.stdout.split("\n")[1:])

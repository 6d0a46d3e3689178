"""A scanned document of twenty pages becomes a searchable one, as Poppler and qpdf see it."""

import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from measure.scans import DPI, scanned_pdf
from py_ocr.documents.page_source import DocumentOptions
from py_ocr.engine import OcrOptions
from py_ocr.export.formats import export_document
from py_ocr.export.parse import document_from_dict
from py_ocr.native import NativeChoice, NativeReader, open_models

PAGES: Final = 20
XHTML: Final = "{http://www.w3.org/1999/xhtml}"


def program(name: str) -> str:
    """Return the path of a program, or skip the test: set-up installs them where it may."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed (Debian: apt-get install poppler-utils qpdf)")
    return path


@dataclass(frozen=True)
class Scan:
    """What went in, what was read, and what came out."""

    source: bytes
    document: dict[str, Any]
    made: Path


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Scan:
    folder = tmp_path_factory.mktemp("scan")
    path = folder / "scan.pdf"
    path.write_bytes(scanned_pdf(PAGES))
    with NativeReader(open_models(None), NativeChoice(), OcrOptions(), DocumentOptions()) as reader:
        document = json.loads(json.dumps(reader.read(path, lambda *_: None)))
    made = folder / "searchable.pdf"
    made.write_bytes(export_document(document_from_dict(document), "pdf", [path.read_bytes()]))
    return Scan(path.read_bytes(), document, made)


def run(command: Sequence[str | Path]) -> str:
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


@pytest.mark.parametrize("options", [(), ("-raw",)], ids=["as it stands", "as it is written"])
def test_poppler_finds_the_text_of_the_json_in_its_order(scan: Scan, options: tuple[str, ...]) -> None:
    pages = run([program("pdftotext"), *options, scan.made, "-"]).split("\f")[:-1]
    assert len(pages) == PAGES
    assert [page.split() for page in pages] == [page["page"]["text"].split() for page in scan.document["pages"]]
    assert pages[6].split()[:3] == ["Report,", "page", "7"]


def test_poppler_finds_every_word_where_the_json_has_it(scan: Scan) -> None:
    root = ET.fromstring(run([program("pdftotext"), "-bbox", scan.made, "-"]))
    pages = list(root.iter(f"{XHTML}page"))
    assert len(pages) == PAGES
    for page, read in zip(pages, scan.document["pages"], strict=True):
        words = [word for line in read["page"]["lines"] for word in line["words"]]
        found = list(page.iter(f"{XHTML}word"))
        assert [word.text for word in found] == [word["text"] for word in words]
        for place, word in zip(found, words, strict=True):
            xs, ys = zip(*word["quad"], strict=True)
            expected = [value * 72 / DPI for value in (min(xs), min(ys), max(xs), max(ys))]
            got = [float(place.get(name, "nan")) for name in ("xMin", "yMin", "xMax", "yMax")]
            # A pixel is 0.7 points; Poppler's boxes of tilted words are those of their letters.
            assert got == pytest.approx(expected, abs=2.0)


def test_qpdf_finds_nothing_wrong(scan: Scan) -> None:
    said = run([program("qpdf"), "--check", scan.made])
    assert "No syntax or stream encoding errors found" in said


def test_the_file_is_the_one_that_went_in_and_little_more(scan: Scan) -> None:
    made = scan.made.read_bytes()
    assert made.startswith(scan.source)
    text = scan.document["text"].encode("utf-8")
    assert len(made) <= 1.05 * len(scan.source) + len(text)
    assert len(re.findall(r"Report, page \d+", scan.document["text"])) == PAGES

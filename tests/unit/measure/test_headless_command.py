"""`npm run ocr` as a user runs it: the built site's worker in a real Chromium, good files and bad ones."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from measure.scans import scanned_pdf
from tools.project import this_project

ROOT = this_project().root
SIGN = ROOT / "web" / "samples" / "sign.jpg"
SITE = ROOT / "web" / "dist"

pytestmark = pytest.mark.skipif(
    not (SITE / "assets.json").is_file() or not this_project().chromium_record.is_file(),
    reason="the site or Chromium is not set up: `python3 -m tools setup`",
)


def test_one_worker_reads_good_files_and_names_bad_ones(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    with Image.open(SIGN) as sign:
        small = sign.crop((0, 0, sign.width, sign.height // 2)).resize((sign.width // 2, sign.height // 4))
    small.save(folder / "a-good.png")
    small.save(folder / "z-good.tiff")
    (folder / "b-empty.png").write_bytes(b"")
    (folder / "c-text.png").write_text("not an image", encoding="utf-8")
    command = [sys.executable, "-m", "measure.ocr", str(folder), str(tmp_path / "missing.png")]
    options = ["--backend", "wasm", "--threads", "1", "--format", "json", "--out", str(out)]
    ended = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1, ended.stderr
    assert ended.stdout == ""
    assert sorted(path.name for path in out.iterdir()) == ["a-good.png.json", "z-good.tiff.json"]
    for path in out.iterdir():
        page = json.loads(path.read_text(encoding="utf-8"))
        assert "Wildflower meadow" in page["text"]
        assert page["backend"]["used"] == "wasm"
    assert "No result for 3 of 5 images:" in ended.stderr
    for name, code in (
        ("b-empty.png", "image_empty"),
        ("c-text.png", "image_undecodable"),
        ("missing.png", "image_unreadable"),
    ):
        [line] = [line for line in ended.stderr.splitlines() if name in line]
        assert f"[{code}]" in line


def test_a_folder_that_is_no_site_is_named(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "measure.ocr", str(SIGN), "--site", str(tmp_path)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert f"{tmp_path} is not a built site" in ended.stderr


def test_a_scanned_pdf_comes_out_searchable_as_it_does_natively(tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(scanned_pdf(2))
    made: list[bytes] = []
    for command in (["measure.ocr", "--backend", "wasm"], ["py_ocr"]):
        out = tmp_path / command[0]
        options = [*command[1:], str(scan), "--format", "pdf", "--out", str(out), "--quiet"]
        ended = subprocess.run([sys.executable, "-m", command[0], *options], cwd=ROOT, capture_output=True, check=False)
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")
        made.append((out / "scan.pdf.pdf").read_bytes())
    assert made[0] == made[1]
    assert made[0].startswith(scan.read_bytes())
    assert len(made[0]) > len(scan.read_bytes())

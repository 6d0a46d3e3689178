from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from measure.accuracy.command_line import SYSTEMS
from measure.accuracy.dataset import LabelledImage
from measure.accuracy.systems import tesseract
from measure.accuracy.systems.decoding import as_png
from measure.accuracy.systems.engine_identity import engine_hash, models_hash, source_modules
from measure.accuracy.systems.registry import all_systems
from tests.unit.measure.accuracy.labelled import box
from tools.project import this_project

TSV_ROWS = (
    "level page_num block_num par_num line_num word_num left top width height conf text",
    "1 1 0 0 0 0 0 0 200 100 -1 ",
    "5 1 1 1 1 1 10 10 40 12 90.0 Hello",
    '5 1 1 1 1 2 60 8 40 16 70.0 "world',
    "5 1 1 1 2 1 10 40 20 12 95.5 ",
    "5 1 2 1 1 1 10 70 20 10 50.0 Next",
)
TSV = "\n".join(row.replace(" ", "\t") for row in TSV_ROWS)


def labelled(set_name: str, **truth: Any) -> LabelledImage:
    return LabelledImage(set_name, Path("a.png"), truth)


def test_the_command_line_names_every_system() -> None:
    assert tuple(system.name for system in all_systems(this_project())) == SYSTEMS


def test_tesseract_words_become_lines_with_the_box_around_them() -> None:
    first, second = tesseract.lines_from_tsv(TSV)
    assert first["text"] == 'Hello "world'
    assert first["quad"] == box(10, 8, 100, 24)
    assert first["confidence"] == pytest.approx(0.8)
    assert second["text"] == "Next"


def test_tesseract_is_told_what_kind_of_image_it_is() -> None:
    assert tesseract.segmentation_mode(labelled("lines_uw3", granularity="single line crop")) == "7"
    assert tesseract.segmentation_mode(labelled("scene_icdar15", granularity="word")) == "11"
    assert tesseract.segmentation_mode(labelled("pages_misc", granularity="page")) == "1"


def test_tesseract_uses_only_models_that_are_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract, "_installed_models", lambda: frozenset({"eng", "chi_sim"}))
    assert tesseract.language(labelled("x", lang="zh")) == "chi_sim+eng"
    assert tesseract.language(labelled("x", lang="zh-Hant")) == "eng"
    assert tesseract.language(labelled("x", lang="de")) == "eng"
    assert tesseract.language(labelled("x")) == "eng"


def test_exif_orientation_is_applied_and_transparency_becomes_white(tmp_path: Path) -> None:
    turned = Image.new("RGB", (30, 10), "black")
    exif = turned.getexif()
    exif[0x0112] = 6
    turned.save(tmp_path / "turned.jpg", exif=exif)
    (tmp_path / "turned.png").write_bytes(as_png(tmp_path / "turned.jpg"))
    with Image.open(tmp_path / "turned.png") as upright:
        assert upright.size == (10, 30)
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    (tmp_path / "white.png").write_bytes(as_png(tmp_path / "clear.png"))
    with Image.open(tmp_path / "white.png") as white:
        assert white.mode == "RGB"
        assert white.getpixel((0, 0)) == (255, 255, 255)


def test_only_code_that_can_change_a_reading_changes_the_engine_hash() -> None:
    modules = {"py_ocr/detection.py": b"a", "py_ocr/cli/batch.py": b"b"}
    assert engine_hash(modules) == engine_hash(modules | {"py_ocr/cli/batch.py": b"changed"})
    assert engine_hash(modules) != engine_hash(modules | {"py_ocr/detection.py": b"changed"})


def test_the_identity_of_this_checkout_can_be_told() -> None:
    root = this_project().root
    assert "py_ocr/engine.py" in source_modules(root)
    assert models_hash((root / "models" / "manifest.json").read_text(encoding="utf-8"))

from pathlib import Path

import pytest

from measure.accuracy.dataset import load_dataset
from tests.unit.measure.accuracy.labelled import write_set
from tools.errors import SetupError

KNOWN = ("pages", "lines")


def test_sets_come_in_the_order_of_the_scorer_and_images_in_the_order_of_the_truth(tmp_path: Path) -> None:
    write_set(tmp_path, "lines", {"z.png": "z", "a.png": "a"})
    write_set(tmp_path, "pages", {"p.png": "p"})
    write_set(tmp_path, "unknown_to_the_scorer", {"u.png": "u"})
    loaded = load_dataset(tmp_path, KNOWN)
    assert [(s.name, [image.name for image in s.images]) for s in loaded] == [
        ("pages", ["p.png"]),
        ("lines", ["z.png", "a.png"]),
    ]


def test_a_limit_counts_images_per_set_and_a_wanted_set_leaves_out_the_others(tmp_path: Path) -> None:
    write_set(tmp_path, "lines", {"z.png": "z", "a.png": "a"})
    write_set(tmp_path, "pages", {"p.png": "p"})
    (only,) = load_dataset(tmp_path, KNOWN, wanted=["lines"], limit=1)
    assert [image.name for image in only.images] == ["z.png"]


def test_an_absent_folder_is_named_with_the_option_that_names_another(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="nowhere") as raised:
        load_dataset(tmp_path / "nowhere", KNOWN)
    assert "--data" in raised.value.remedy


def test_a_folder_without_known_sets_says_what_is_expected(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as raised:
        load_dataset(tmp_path, KNOWN)
    assert "gt.json" in raised.value.remedy


def test_a_set_that_is_not_there_is_an_error_that_lists_those_that_are(tmp_path: Path) -> None:
    write_set(tmp_path, "pages", {"p.png": "p"})
    with pytest.raises(SetupError, match="lines") as raised:
        load_dataset(tmp_path, KNOWN, wanted=["lines"])
    assert "pages" in raised.value.remedy


def test_an_image_that_the_truth_names_must_exist(tmp_path: Path) -> None:
    write_set(tmp_path, "pages", {"p.png": "p"})
    (tmp_path / "pages" / "public" / "images" / "p.png").unlink()
    with pytest.raises(SetupError, match=r"p\.png"):
        load_dataset(tmp_path, KNOWN)

import datetime
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from measure.accuracy.ceiling import Ceiling, CeilingStore
from measure.accuracy.dataset import LabelledImage, load_dataset
from measure.accuracy.markdown import Findings, document
from measure.accuracy.readings import Reading, ReadingStore, Settings
from measure.accuracy.report import write_report
from measure.accuracy.results import collect
from measure.accuracy.scoring import Scorer
from measure.accuracy.systems.system import Reader
from measure.markdown_table import table
from tests.unit.measure.accuracy.labelled import reading, write_scorer, write_set
from tools.errors import SetupError

DAY = datetime.date(2026, 1, 2)


class StoredSystem:
    """Never read with: all that is asked of it is in the store."""

    about = "a fake system"

    def __init__(self, name: str, *, installed: bool = True) -> None:
        self.name = name
        self.installed = installed

    def settings(self, image: LabelledImage) -> Settings:
        if not self.installed:
            raise SetupError("not installed", "install it")
        return {"version": "7", "language": image.name}

    @contextmanager
    def open(self) -> Iterator[Reader]:
        raise AssertionError("tables are made from the store alone")
        yield


@pytest.fixture
def scorer(tmp_path: Path) -> Scorer:
    return Scorer(write_scorer(tmp_path))


@pytest.fixture
def store(tmp_path: Path) -> ReadingStore:
    return ReadingStore(tmp_path / "readings")


def test_a_partly_read_set_is_scored_on_what_was_read_and_marked(
    tmp_path: Path, scorer: Scorer, store: ReadingStore
) -> None:
    write_set(tmp_path, "pages", {"a.png": "right", "b.png": "never read"})
    sets = load_dataset(tmp_path, scorer.sets)
    system = StoredSystem("native")
    first = sets[0].images[0]
    store.add("native", system.settings(first), first.sha256, reading("right"))
    (result,) = collect([system], sets, store, scorer)
    assert result.sets["pages"].figures == {"cacc": 1.0, "words": 1.0}
    assert not result.is_complete
    text = document([result], sets, Findings([], None, []), DAY)
    assert "**1.000** (1 read)" in text
    assert "(part)" in text


def test_failures_count_as_empty_pages_and_are_listed(tmp_path: Path, scorer: Scorer, store: ReadingStore) -> None:
    write_set(tmp_path, "pages", {"a.png": "right", "b.png": "lost"})
    sets = load_dataset(tmp_path, scorer.sets)
    system = StoredSystem("native")
    found = [reading("right"), Reading(None, "ValueError: broken", 1.0)]
    for image, stored in zip(sets[0].images, found, strict=True):
        store.add("native", system.settings(image), image.sha256, stored)
    (result,) = collect([system], sets, store, scorer)
    assert result.sets["pages"].figures["cacc"] == 0.5
    assert result.sets["pages"].errors == 1
    assert "## Failures" in document([result], sets, Findings([], None, []), DAY)


def test_a_system_that_is_not_installed_or_was_never_run_has_no_column(
    tmp_path: Path, scorer: Scorer, store: ReadingStore
) -> None:
    write_set(tmp_path, "pages", {"a.png": "a"})
    sets = load_dataset(tmp_path, scorer.sets)
    assert collect([StoredSystem("one", installed=False), StoredSystem("two")], sets, store, scorer) == []


def test_settings_that_vary_with_the_image_are_not_listed(tmp_path: Path, scorer: Scorer, store: ReadingStore) -> None:
    write_set(tmp_path, "pages", {"a.png": "a", "b.png": "b"})
    sets = load_dataset(tmp_path, scorer.sets)
    system = StoredSystem("native")
    for image in sets[0].images:
        store.add("native", system.settings(image), image.sha256, reading("a"))
    (result,) = collect([system], sets, store, scorer)
    assert result.settings == {"version": "7"}


def test_the_mean_waits_until_every_set_has_a_figure(tmp_path: Path, scorer: Scorer, store: ReadingStore) -> None:
    write_set(tmp_path, "pages", {"a.png": "a"})
    write_set(tmp_path, "lines", {"b.png": "b", "c.png": "c"})
    sets = load_dataset(tmp_path, scorer.sets)
    system = StoredSystem("native")
    images = [image for labelled in sets for image in labelled.images]
    store.add("native", system.settings(images[0]), images[0].sha256, reading("a"))
    assert collect([system], sets, store, scorer)[0].mean is None
    for image in images[1:]:
        store.add("native", system.settings(image), image.sha256, reading("c"))
    (result,) = collect([system], sets, store, scorer)
    assert result.mean == pytest.approx((1.0 + 0.5) / 2)
    assert json.dumps(result.to_dict())


def test_a_table_is_padded_and_its_numbers_are_on_the_right() -> None:
    assert table(["Set", "x"], [["a|b", "0.5"], ["longer", "1"]]).splitlines() == [
        "| Set    |   x |",
        "| ------ | --: |",
        "| a\\|b   | 0.5 |",
        "| longer |   1 |",
    ]


def test_the_report_shows_the_worst_first_and_keeps_pages_that_did_not_change(
    tmp_path: Path, scorer: Scorer, store: ReadingStore
) -> None:
    write_set(tmp_path, "pages", {"good.png": "right", "bad.png": "expected <text>"})
    sets = load_dataset(tmp_path, scorer.sets)
    system = StoredSystem("native")
    for image, stored in zip(sets[0].images, [reading("right"), reading("something else")], strict=True):
        store.add("native", system.settings(image), image.sha256, stored)
    results = collect([system], sets, store, scorer)
    report = write_report(tmp_path / "out", results, scorer, [], None)
    page = tmp_path / "out" / "report" / "native" / "pages.html"
    html = page.read_text(encoding="utf-8")
    assert html.index('id="bad.png"') < html.index('id="good.png"')
    assert "pages/bad.png" in report.read_text(encoding="utf-8")
    assert "pages/good.png" not in report.read_text(encoding="utf-8")
    written = page.stat().st_mtime_ns
    write_report(tmp_path / "out", results, scorer, [], None)
    assert page.stat().st_mtime_ns == written


def test_a_scorer_without_a_plan_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.py"
    path.write_text("", encoding="utf-8")
    with pytest.raises(SetupError, match="PLAN"):
        Scorer(path)
    with pytest.raises(SetupError, match="--scorer"):
        Scorer(tmp_path / "absent.py")


def test_what_the_weights_allow_is_shown_beside_the_figures(tmp_path: Path) -> None:
    store = CeilingStore(tmp_path, "these weights")
    store.add(Ceiling("signs", 47, 0.8, {"0.5": 0.36, "1": 0.43}, 0.55))
    assert CeilingStore(tmp_path, "other weights").find("signs") is None
    ceiling = store.find("signs")
    assert ceiling is not None
    text = document([], [], Findings([], None, [ceiling]), DAY)
    (row,) = [line for line in text.splitlines() if line.startswith("| signs")]
    assert [cell.strip() for cell in row.strip("|").split("|")] == ["signs", "47", "0.800", "0.360", "0.430", "0.550"]

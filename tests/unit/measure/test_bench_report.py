"""What is made of the benchmark's figures: medians, ratios, goals and the document."""

import json

import pytest

from measure.bench.contender import Reading, Visit
from measure.bench.figures import Figures, GroupFigures, Turn, growth_after_warm_up, spread
from measure.bench.goals import goals_of
from measure.bench.names import (
    ALONE,
    BALANCED,
    FAST,
    ISOLATED,
    ISOLATION,
    NATIVE,
    PLAIN,
    PLAIN_PASS,
    PPU,
    RAPIDOCR,
    TESSERACT,
    WARM,
)
from measure.bench.report import to_markdown
from measure.memory import Memory


def reading(whole: float, first: float | None = None, inference: float | None = None) -> Reading:
    return Reading(whole, whole if first is None else first, 3, {"decode": whole / 10, "detect": whole / 2}, inference)


def turn(number: int, **whole_ms: float) -> Turn:
    names = {"balanced": BALANCED, "ppu": PPU, "fast": FAST, "tesseract": TESSERACT, "rapidocr": RAPIDOCR}
    readings = {names[name]: reading(value) for name, value in whole_ms.items()}
    return Turn("receipts", f"receipts {number}", readings)


def group_of(*turns: Turn, memory: dict[str, Memory] | None = None) -> GroupFigures:
    names = list(dict.fromkeys(name for one in turns for name in one.readings))
    return GroupFigures("isolated, 2 threads", names, turns, memory or {})


def figures(**groups: GroupFigures) -> Figures:
    return Figures(
        date="2026-01-01",
        machine={"processor": "P"},
        versions={"python": "3"},
        images={"receipts 1": "10 × 20"},
        rounds=2,
        starts=1,
        whole=True,
        groups=groups,
    )


def row_of(found: Figures, text: str) -> tuple[str, ...]:
    [row] = [goal.row() for goal in goals_of(found) if goal.text == text]
    return row[1:]


def test_a_ratio_is_taken_within_a_turn_and_its_median_is_that_of_the_turns() -> None:
    warm = group_of(turn(1, balanced=100, ppu=200), turn(2, balanced=900, ppu=1000), turn(3, balanced=10, ppu=100))
    found = warm.ratio(BALANCED, PPU, "receipts")
    assert found == spread(iter([0.5, 0.9, 0.1]))
    assert warm.ratio(BALANCED, TESSERACT) is None
    assert warm.ratio(BALANCED, PPU, "scenes") is None


def test_a_turn_in_which_one_of_two_failed_is_not_compared() -> None:
    warm = group_of(turn(1, balanced=100, ppu=200), turn(2, balanced=900))
    found = warm.ratio(BALANCED, PPU)
    assert found is not None
    assert (found.low, found.high) == (0.5, 0.5)


def test_shares_are_of_the_whole_time() -> None:
    readings = {BALANCED: reading(100, first=25, inference=40), PPU: Reading(100, 100, 3)}
    warm = group_of(Turn("forms", "forms 1", readings))
    assert warm.python_share(BALANCED, "forms") == pytest.approx(0.10)
    assert warm.python_share(PPU, "forms") is None
    share = warm.first_share(BALANCED, "forms")
    assert share is not None
    assert share.median == 0.25


def test_goals_that_are_just_kept_are_met_and_others_missed() -> None:
    found = figures(**{WARM: group_of(turn(1, balanced=100, ppu=200, rapidocr=99, fast=30, tesseract=20))})
    assert row_of(found, "warm receipts, balanced / ppu-paddle-ocr") == ("≤ 0.50 ×", "0.50 × (0.50 × to 0.50 ×)", "met")
    assert row_of(found, f"warm receipts, balanced / {RAPIDOCR}")[-1] == "**missed**"
    assert row_of(found, "warm receipts, fast / tesseract.js")[-1] == "met"
    assert row_of(found, "warm forms, balanced / ppu-paddle-ocr") == ("≤ 0.50 ×", "not measured", "")


def test_the_first_lines_of_the_worst_kind_count() -> None:
    warm = group_of(
        Turn("receipts", "receipts 1", {BALANCED: reading(100, first=30)}),
        Turn("forms", "forms 1", {BALANCED: reading(100, first=40)}),
        Turn("scenes", "scenes 1", {BALANCED: reading(100, first=100)}),
    )
    text = "first lines / whole, balanced, warm receipts, forms and pages, worst kind"
    assert row_of(figures(**{WARM: warm}), text) == ("≤ 0.35", "0.40 (0.40 to 0.40)", "**missed**")


def test_isolation_is_compared_within_its_own_group() -> None:
    isolation = group_of(Turn("receipts", "receipts 1", {BALANCED: reading(120), ISOLATED: reading(100)}))
    row = row_of(figures(**{ISOLATION: isolation}), "not isolated / isolated, balanced")
    assert row == ("≤ 1.10 ×", "1.20 × (1.20 × to 1.20 ×)", "**missed**")


def test_visits_are_compared_start_by_start_and_bytes_are_those_of_the_first() -> None:
    found = figures()
    found.visits = {
        BALANCED: [[Visit(70, 90, 30_000_000, 19_000_000), Visit(30, 40, 0, 0)]],
        PPU: [[Visit(100, 100, 60_000_000, 31_000_000), Visit(90, 90, 0, 0)]],
        TESSERACT: [[Visit(50, 50, 7_000_000, 4_000_000), Visit(10, 10, 0, 0)]],
    }
    assert row_of(found, "cold start to first text, balanced / ppu-paddle-ocr")[1:] == (
        "0.70 × (0.70 × to 0.70 ×)",
        "met",
    )
    assert row_of(found, "second visit to first text, balanced / tesseract.js")[-1] == "**missed**"
    assert row_of(found, "transferred until the first text, balanced")[1:] == ("19.0 MB brotli", "met")


def test_growth_counts_from_the_fifth_page() -> None:
    samples = [Memory(now, now) for now in (100, 150, 180, 190, 200, *[210] * 45)]
    assert growth_after_warm_up(samples) == pytest.approx(0.05)


def test_the_share_of_python_and_the_factor_of_onnx_runtime_are_those_of_one_worker() -> None:
    readings = {ALONE: reading(100, inference=30), NATIVE: reading(40, inference=10), PLAIN: reading(50)}
    found = figures(**{PLAIN_PASS: group_of(Turn("forms", "forms 1", readings))})
    text = "Python's share of the warm time, one worker, worst kind"
    assert row_of(found, text) == ("≤ 15.0 %", "20.0 %", "**missed**")
    assert row_of(found, "balanced / a plain pass without second tries")[-1] == "**missed**"
    report = to_markdown(found)
    assert "ONNX Runtime alone takes 3.00 (3.00 to 3.00) × as long" in report
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in report.splitlines() if "|" in line]
    assert ["forms", "10", "50", "0", "0", "0", "0", "30", "100", "20.0 %"] in rows


def test_the_document_says_what_could_not_be_had_and_shows_what_was() -> None:
    found = figures(
        **{WARM: group_of(turn(1, balanced=300, ppu=400), memory={BALANCED: Memory(500, 650)})},
    )
    found.missing = {"tesseract.js": "npm ended with\nstatus 1"}
    found.visits = {BALANCED: [[Visit(70, 90, 30_000_000, 19_000_000), Visit(30, 40, 0, 0)]]}
    report = to_markdown(found)
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in report.splitlines() if "|" in line]
    assert "- tesseract.js: npm ended with status 1" in report.splitlines()
    assert [BALANCED, "300"] in rows
    assert [f"{BALANCED} / {PPU}", "0.75 (0.75 to 0.75)"] in rows
    assert [BALANCED, "70", "30", "30.0", "19.0", "650"] in rows
    assert ["peak memory, balanced", "≤ 600 MB", "650 MB", "**missed**"] in rows
    assert "None of them gave lines before the whole was done." in report


def test_who_gives_lines_early_is_shown_with_the_share_of_the_time() -> None:
    early = Turn("forms", "forms 1", {BALANCED: reading(100, first=25), PPU: reading(100)})
    report = to_markdown(figures(**{WARM: group_of(early)}))
    assert "| 0.25 (0.25 to 0.25) |" in report
    assert "None of them gave lines" not in report


def test_the_figures_are_json() -> None:
    found = figures(**{WARM: group_of(turn(1, balanced=300))})
    kept = json.loads(json.dumps(found.to_dict()))
    assert kept["groups"][WARM]["turns"][0]["readings"][BALANCED]["whole_ms"] == 300

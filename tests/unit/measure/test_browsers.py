"""What README and docs/browsers.md say of browsers is what was found in them."""

import json
from pathlib import Path
from typing import Final

from measure.browsers.report import ENGINES, README_END, README_START, Run, page, readme_table

ROOT: Final = Path(__file__).parents[3]


def figures() -> Run:
    run: Run = json.loads((ROOT / "measure" / "figures" / "browsers.json").read_text(encoding="utf-8"))
    return run


def test_the_pages_are_those_of_the_figures() -> None:
    run = figures()
    assert (ROOT / "docs" / "browsers.md").read_text(encoding="utf-8") == page(run)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"{README_START}\n\n{readme_table(run)}\n\n{README_END}" in readme


def test_the_figures_are_of_all_checks_in_all_engines_with_the_same_results() -> None:
    given = figures()["given"]
    assert set(given) == set(ENGINES)
    first, *others = (given[engine] for engine in ENGINES)
    assert len(first) > 10
    assert all(other == first for other in others)


def test_a_format_that_one_engine_lacks_has_a_row_of_its_own() -> None:
    run = figures()
    facts = {engine: {**run["facts"][engine], "formats": {"PNG": True, "AVIF": True}} for engine in ENGINES}
    facts["WebKit"]["formats"] = {"PNG": True, "AVIF": False}
    table = readme_table({**run, "facts": facts})
    row = next(line for line in table.splitlines() if line.startswith("| AVIF"))
    assert [cell.strip() for cell in row.split("|")[2:5]] == ["yes", "yes", "no"]
    assert "| PNG " in next(line for line in table.splitlines() if line.startswith("| other formats"))

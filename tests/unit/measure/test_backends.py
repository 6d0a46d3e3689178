"""The page of the backends: what it shows of right, wrong, slow and absent ones; how ways to store weights compare."""

import json
from pathlib import Path
from typing import Any

import pytest

from measure.backends.figures import Figures, Measured, Start, Storage, Verdict, best_of
from measure.backends.kept import KeptFigures
from measure.backends.native_process import NativeJob, measure_native
from measure.backends.prose import BACKENDS
from measure.backends.report import to_markdown
from tools.project import Project, this_project


def model(role: str, *shapes: tuple[int, ...], difference: str | None = None) -> dict[str, Any]:
    """Return a model's measurement: 1234 ms at first, 56 ms warm, 43 ms at best."""
    times = [
        {"shape": list(shape), "first_ms": 1234.0, "warm_ms": 56.0, "best_ms": 43.0, "runs": 3} for shape in shapes
    ]
    return {"model": f"the-{role}", "role": role, "difference": difference, "times": times, "cases": ["small"]}


def measured(name: str, difference: str | None = None, error: str | None = None, **kwargs: Any) -> Measured:
    """Return a backend's measurement."""
    result = {
        "backend": "wasm",
        "profile": "a profile",
        "error": None if error is None else {"code": "backend_unavailable", "cause": error},
        "sessions_ms": None if error else 789.0,
        "models": []
        if error
        else [
            model("detector", (1, 96, 320, 3), (1, 640, 640, 3), difference=difference),
            model("recognizer", (8, 48, 320, 3)),
        ],
    }
    return Measured(name, result, **{"load": 1.5, **kwargs})


def page(*backends: Measured, **kwargs: Any) -> str:
    """Return the page of a run."""
    return to_markdown(Figures("2026-01-02", {"processor": "fast"}, {"python": "3"}, backends=list(backends), **kwargs))


def row(text: str, start: str) -> list[str]:
    """Return the cells of the first table row that starts so."""
    (line, *_) = [line for line in text.splitlines() if line.startswith(f"| {start}")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_right_backend_shows_its_times_and_a_dash_for_what_was_left_out() -> None:
    shown = row(page(measured("wasm", memory_mb=321.4)), "wasm")
    assert shown == ["wasm", "right", "789", "1234", "56", "–", "56", "321", "1.5"]


def test_a_wrong_backend_is_never_shown_as_right() -> None:
    text = page(measured("wasm", difference="labels are wrong"))
    assert row(text, "wasm")[1] == "**wrong**"
    assert "- wasm: **wrong**: labels are wrong" in text
    assert measured("wasm", difference="labels are wrong").verdict is Verdict.WRONG


def test_a_backend_that_is_not_here_says_why_and_shows_no_figures() -> None:
    text = page(measured("webnn", error="this browser does not have it.", memory_mb=99.0))
    assert row(text, "webnn") == ["webnn", "not here", *["–"] * 7]
    assert "- webnn: not here: this browser does not have it." in text


def test_software_rendering_is_marked() -> None:
    assert "SwiftShader" in page(measured("webgpu, software", software=True))
    assert "SwiftShader on the processor" not in page(measured("webgpu"))


def test_every_backend_is_described_by_the_same_lines() -> None:
    text = page()
    for name, prose in BACKENDS.items():
        assert f"### {prose.title} (`{name}`)" in text
    for line in ("what it is", "pros", "cons", "status", "choose it when", "how to switch"):
        assert text.count(f"\n| {line} ") == len(BACKENDS)


def test_the_options_show_cost_and_gain() -> None:
    text = page(
        measured("native"),
        storage={"int8": Storage(8.34, 0.0646, 5, 18, 0.0304, measured("int8", difference="off by 0.03"))},
        starts={
            "wasm, second visit": Start(4321.0, 5432.0, 0.02),
            "webgpu, first visit": Start(2000.0, 2500.0, 30.0, 50.0),
        },
        profiles=[measured("a profile")],
    )
    assert row(text, "int8") == ["int8", "8.3", "789", "43", "43", "–", "6.46 %", "5 of 18", "3.04 %", "**wrong**"]
    assert row(text, "wasm, second visit") == ["wasm, second visit", "4321", "5432", "0.0", "–"]
    assert row(text, "webgpu, first visit") == ["webgpu, first visit", "2000", "2500", "30.0", "50"]
    assert row(text, "a profile") == ["a profile", "43", "–", "43", "–", "1.5"]


def test_of_several_rounds_the_best_time_counts_and_the_rest_is_of_the_first() -> None:
    slow, quick = measured("native"), measured("native", load=0.5)
    quick.result["models"][0]["times"][1]["best_ms"] = 12.0
    best = best_of([slow, quick])
    assert best.time_ms("detector", (1, 640, 640, 3), "best_ms") == 12
    assert best.time_ms("recognizer", (8, 48, 320, 3), "best_ms") == 43
    assert best.time_ms("detector", (1, 640, 640, 3)) == 56
    assert best.load == 1.5
    assert slow.time_ms("detector", (1, 640, 640, 3), "best_ms") == 43


def test_the_figures_are_plain_values() -> None:
    storage = {"int8": Storage(8.34, 0.0646, 5, 18, 0.0304, measured("int8"))}
    figures = Figures(
        "2026-01-02", {}, {}, backends=[measured("wasm")], storage=storage, starts={"first": Start(1.0, 2.0, 3.0)}
    )
    values = json.loads(json.dumps(figures.to_dict()))
    assert values == figures.to_dict()
    assert Figures.from_dict(values) == figures


def test_another_machine_is_shown_with_its_own_facts() -> None:
    kept = Figures(
        "2026-01-01",
        {"gpu": "big"},
        {},
        backends=[measured("webgpu")],
        starts={"webgpu": Start(1000.0, 1111.0, 2.0, 30.0)},
    )
    other = Figures.from_dict(json.loads(json.dumps(kept.to_dict())))
    text = to_markdown(Figures("2026-01-02", {}, {}, backends=[measured("wasm")]), {"workstation": other})
    assert "### Measured elsewhere: workstation\n\nBy the same command on 2026-01-01: gpu big." in text
    assert row(text, "webgpu")[:3] == ["webgpu", "right", "789"]
    assert "1111" in text


def test_what_was_not_measured_again_stays() -> None:
    earlier = Figures("2026-01-01", {}, {}, backends=[measured("webgpu", memory_mb=1.0), measured("wasm")])
    again = Figures("2026-01-02", {}, {}, backends=[measured("webgpu", memory_mb=2.0)]).over(earlier)
    assert [(one.name, one.memory_mb) for one in again.backends] == [("webgpu", 2.0), ("wasm", None)]
    assert again.date == "2026-01-02"


def test_a_native_measurement_runs_in_a_process_of_its_own() -> None:
    native = measure_native(NativeJob("native", threads=1, quick=True))
    assert native.verdict is Verdict.RIGHT
    assert [one["role"] for one in native.result["models"]] == [
        "detector",
        "recognizer",
        "classifier",
        "sure_recognizer",
    ]
    assert native.time_ms("recognizer", (1, 48, 320, 3)) == pytest.approx(
        native.result["models"][1]["times"][1]["warm_ms"]
    )


def test_a_native_backend_that_is_not_installed_is_part_of_the_result() -> None:
    cuda = measure_native(NativeJob("cuda", backend="native-cuda", quick=True))
    assert cuda.verdict is Verdict.RIGHT or "CUDAExecutionProvider" in str(cuda.reason)


def test_the_page_in_the_repository_is_what_the_kept_figures_give() -> None:
    project = this_project()
    kept = KeptFigures(project)
    assert (project.root / "docs" / "backends.md").read_text(encoding="utf-8") == kept.page(kept.of_this_machine())


def test_figures_of_another_machine_are_kept_over_its_earlier_ones_and_shown_on_the_page(tmp_path: Path) -> None:
    kept = KeptFigures(Project(tmp_path, tmp_path))
    kept.keep_machine("workstation", Figures("2026-01-01", {}, {}, backends=[measured("webgpu"), measured("wasm")]))
    kept.keep_machine("workstation", Figures("2026-01-02", {}, {}, backends=[measured("webgpu", memory_mb=7.0)]))
    text = kept.page(Figures("2026-01-03", {}, {}))
    assert "### Measured elsewhere: workstation\n\nBy the same command on 2026-01-02" in text
    assert row(text, "webgpu")[-2] == "7"
    assert row(text, "wasm")[1] == "right"

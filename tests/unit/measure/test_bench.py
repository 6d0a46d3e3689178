"""The benchmark's arithmetic and its report, and the measuring of transfer and memory."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from measure.bench.command_line import bench_parser, is_whole
from measure.bench.contenders import Reading
from measure.bench.line_up import PLAIN_PASS
from measure.bench.measure import (
    Warm,
    growth_after_warm_up,
    measure_cold,
    measure_growth,
    measure_warm,
    ratio,
)
from measure.bench.report import MAIN, RIVAL, Figures, to_markdown
from measure.bench.transfer import Transferred, measure_transfer
from measure.memory import Memory, memory_of
from py_ocr.tuning import tuned


@dataclass
class ScriptedContender:
    """Takes the times of its script, one for each image read; writes down when it was its turn."""

    name: str
    times_ms: list[float]
    turns: list[str] = field(default_factory=list)
    starts: int = 0
    closes: int = 0

    def start(self) -> float:
        self.starts += 1
        return 0.0

    def read(self, image: Path) -> Reading:
        self.turns.append(f"{self.name} {image.name}")
        wall = self.times_ms.pop(0)
        return Reading(wall, wall / 2, {"decode": wall / 4, "detect": wall * 3 / 4}, "text")

    def memory(self) -> Memory | None:
        return Memory(100.0 + len(self.turns), 200.0)

    def close(self) -> None:
        self.closes += 1


def silent(_text: str) -> None:
    """Say nothing."""


def test_contenders_take_turns_and_the_first_round_does_not_count() -> None:
    turns: list[str] = []
    quick = ScriptedContender("quick", [900, 10, 30, 20], turns)
    slow = ScriptedContender("slow", [900, 40, 40, 40], turns)
    warm = measure_warm([quick, slow], {"one": Path("1.png")}, 3, silent)
    assert turns == ["quick 1.png", "slow 1.png"] * 4
    assert warm["one"]["quick"].wall_ms == 20
    assert ratio(warm, ["one"], "quick", "slow") == 0.5


def test_a_ratio_to_nobody_is_none() -> None:
    assert ratio({"one": {"quick": Warm(1, 1, {})}}, ["one"], "quick", "slow") is None
    assert ratio({}, [], "quick", "slow") is None


def test_every_cold_start_is_a_new_one_and_the_last_stays() -> None:
    contender = ScriptedContender("quick", [1, 1, 1])
    assert len(measure_cold(contender, Path("1.png"), 3, silent)) == 3
    assert (contender.starts, contender.closes) == (3, 2)


def test_shares_are_of_the_wall_time() -> None:
    warm = Warm(wall_ms=100, inference_ms=80, stages_ms={"decode": 5, "detect": 60, "recognize": 30})
    assert warm.python_share == pytest.approx(0.10)
    assert warm.outside_inference == pytest.approx(0.20)
    assert Warm(100, 80, {}).python_share is None


def test_growth_counts_from_the_fifth_page() -> None:
    samples = [Memory(now, now) for now in (100, 150, 180, 190, 200, *[210] * 45)]
    assert growth_after_warm_up(samples) == pytest.approx(0.05)


def test_memory_is_taken_after_every_page_with_images_in_turn() -> None:
    contender = ScriptedContender("quick", [1.0] * 5)
    samples = measure_growth(contender, [Path("1.png"), Path("2.png")], 5, silent)
    assert [memory.now_mb for memory in samples] == [101, 102, 103, 104, 105]
    assert [turn[-5:] for turn in contender.turns] == ["1.png", "2.png", "1.png", "2.png", "1.png"]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system has no /proc")
def test_memory_of_this_process_is_plausible() -> None:
    memory = memory_of(os.getpid())
    assert memory is not None
    assert 10 < memory.now_mb <= memory.peak_mb


def test_memory_of_a_process_that_is_gone_is_none() -> None:
    assert memory_of(2**22 + 1) is None


def test_transfer_counts_raw_and_compressed_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_bytes(b"let a = 1;\n" * 1000)
    (tmp_path / "b.bin").write_bytes(os.urandom(1000))
    sent = measure_transfer(tmp_path, ["a.js", "b.bin"])
    assert (sent.files, sent.raw_bytes) == (2, 12_000)
    assert 1000 <= sent.brotli_bytes < 1200


def figures() -> Figures:
    names = [MAIN, RIVAL]
    warm = {
        MAIN: Warm(300, 250, {"decode": 10, "detect": 140, "recognize": 130}),
        RIVAL: Warm(200, 190, {}),
    }
    return Figures(
        date="2026-01-01",
        machine={"processor": "P"},
        versions={"python": "3"},
        rounds=5,
        contenders=names,
        images={"receipt": "10 × 20"},
        receipts=["receipt"],
        cold_ms={name: [1000.0, 3000.0, 2000.0] for name in names},
        transfer={MAIN: Transferred(9, 47_000_000, 31_000_000)},
        warm={"receipt": warm},
        memory={name: Memory(500, 600) for name in names},
    )


def test_the_report_says_which_goals_are_met() -> None:
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in to_markdown(figures()).splitlines() if "|" in line
    ]
    assert [f"warm receipts, {MAIN}, against {RIVAL}", "2.00 ×", "1.50 ×", "met"] in rows
    assert ["Python's share of the warm time, worst image", "15.0 %", "6.7 %", "met"] in rows
    assert ["cold start transfers", "30.0 MB brotli", "31.0 MB brotli", "**missed**"] in rows
    assert ["memory growth after the fifth page", "10.0 %", "not measured", ""] in rows
    assert [RIVAL, "2000", "–", "–", "600"] in rows
    assert ["receipt", "10 × 20", "300", "200"] in rows


def test_the_figures_are_json() -> None:
    assert json.loads(json.dumps(figures().to_dict()))["warm"]["receipt"][MAIN]["wall_ms"] == 300


def test_the_plain_pass_names_parameters_that_exist() -> None:
    tuned(PLAIN_PASS)


def test_only_a_whole_run_replaces_the_document() -> None:
    assert is_whole(bench_parser().parse_args(["--rounds", "3", "--json", "x"]))
    for partial in (["a.png"], ["--only", "wasm"], ["--site", "elsewhere"]):
        assert not is_whole(bench_parser().parse_args(partial))

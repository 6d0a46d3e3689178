"""The benchmark's order of measuring, what it keeps, and what it measures itself: transfer and memory."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from measure.bench.contender import ContenderError, Reading, Visit
from measure.bench.journal import Journal
from measure.bench.kinds import BenchImage
from measure.bench.line_up import PLAIN_PARAMS, Group
from measure.bench.measure import Bench
from measure.bench.transfer import measure_transfer
from measure.memory import Memory, memory_of
from py_ocr.tuning import tuned

FIRST, SECOND = (BenchImage("receipts", f"receipts {number}", Path(f"{number}.png")) for number in (1, 2))


@dataclass
class ScriptedContender:
    """Takes the times of its script, one for each image read, and fails at its end; notes its turns in `turns`."""

    name: str
    times_ms: list[float]
    turns: list[str] = field(default_factory=list)
    starts: int = 0
    closes: int = 0

    def start(self) -> None:
        self.starts += 1

    def read(self, image: Path) -> Reading:
        if not self.times_ms:
            raise ContenderError(f"{self.name} has no more times")
        self.turns.append(f"{self.name} {image.name}")
        wall = self.times_ms.pop(0)
        return Reading(wall, wall / 4, 1, {"detect": wall * 3 / 4}, wall / 2)

    def memory(self) -> Memory | None:
        return Memory(100.0 + len(self.turns), 200.0)

    def close(self) -> None:
        self.closes += 1

    def visit(self, image: Path) -> list[Visit]:
        first, again = self.read(image), self.read(image)
        return [Visit(first.first_ms, first.whole_ms, 100, 50), Visit(again.first_ms, again.whole_ms, 0, 0)]


def silent(_text: str) -> None:
    """Say nothing."""


def group(*contenders: ScriptedContender, images: tuple[BenchImage, ...] = (FIRST,), rounds: int = 1) -> Group:
    return Group("warm", "isolated, 2 threads", contenders, images, (FIRST,), rounds)


def journal_in(folder: Path, identity: str = "a run") -> Journal:
    return Journal(folder / "journal.jsonl", identity)


def test_contenders_take_turns_in_both_orders_after_a_reading_that_does_not_count(tmp_path: Path) -> None:
    turns: list[str] = []
    quick, slow = ScriptedContender("quick", [900, 10, 30], turns), ScriptedContender("slow", [900, 40, 40], turns)
    figures = Bench(journal_in(tmp_path), {}, silent).group(group(quick, slow, rounds=2))
    assert turns == ["quick 1.png", "slow 1.png", "quick 1.png", "slow 1.png", "slow 1.png", "quick 1.png"]
    assert figures.whole_ms("quick", "receipts") == 20
    ratio = figures.ratio("quick", "slow")
    assert ratio is not None
    assert (ratio.median, ratio.low, ratio.high) == (0.5, 0.25, 0.75)
    assert (quick.closes, slow.closes) == (1, 1)


def test_a_contender_that_fails_is_left_out_from_then_on_and_the_reason_is_kept(tmp_path: Path) -> None:
    sound, broken = ScriptedContender("sound", [1, 10, 20]), ScriptedContender("broken", [1, 5])
    missing: dict[str, str] = {}
    journal = journal_in(tmp_path)
    figures = Bench(journal, missing, silent).group(group(sound, broken, images=(FIRST, SECOND)))
    assert [sorted(turn.readings) for turn in figures.turns] == [["broken", "sound"], ["sound"]]
    assert missing == {"broken, isolated, 2 threads": "broken has no more times"}
    assert broken.closes == 1
    again: dict[str, str] = {}
    Bench(journal, again, silent).group(group(sound, broken, images=(FIRST, SECOND)))
    assert again == missing


def test_a_contender_that_does_not_start_does_not_end_the_run(tmp_path: Path) -> None:
    missing: dict[str, str] = {}
    figures = Bench(journal_in(tmp_path), missing, silent).group(
        group(ScriptedContender("sound", [1, 10]), ScriptedContender("broken", []))
    )
    assert [list(turn.readings) for turn in figures.turns] == [["sound"]]
    assert list(missing) == ["broken, isolated, 2 threads"]
    assert list(figures.memory) == ["sound"]


def test_where_our_own_engine_fails_the_run_does_and_ends_every_process(tmp_path: Path) -> None:
    rival, ours = ScriptedContender("rival", [1, 10]), ScriptedContender("py-ocr best", [1])
    with pytest.raises(ContenderError):
        Bench(journal_in(tmp_path), {}, silent).group(group(rival, ours))
    assert (rival.closes, ours.closes) == (1, 1)


def test_an_interrupted_run_goes_on_with_the_first_turn_that_it_lacks(tmp_path: Path) -> None:
    turns: list[str] = []
    with pytest.raises(ContenderError):
        Bench(journal_in(tmp_path), {}, silent).group(
            group(ScriptedContender("py-ocr best", [1, 10], turns), images=(FIRST, SECOND))
        )
    journal = journal_in(tmp_path)
    assert len(journal) == 1
    turns.clear()
    resumed = ScriptedContender("py-ocr best", [900, 20], turns)
    figures = Bench(journal, {}, silent).group(group(resumed, images=(FIRST, SECOND)))
    assert turns == ["py-ocr best 1.png", "py-ocr best 2.png"]
    assert figures.whole_ms("py-ocr best", "receipts") == 15


def test_what_is_measured_already_starts_nothing(tmp_path: Path) -> None:
    Bench(journal_in(tmp_path), {}, silent).group(group(ScriptedContender("quick", [1, 10])))
    asleep = ScriptedContender("quick", [])
    assert Bench(journal_in(tmp_path), {}, silent).group(group(asleep)).whole_ms("quick", "receipts") == 10
    assert asleep.starts == 0


def test_another_run_or_a_finished_one_measures_anew(tmp_path: Path) -> None:
    journal_in(tmp_path).keep("start", lambda: 1)
    assert "start" in journal_in(tmp_path)
    assert "start" not in journal_in(tmp_path, "another run")
    journal = journal_in(tmp_path, "another run")
    journal.keep("start", lambda: 2)
    journal.finish()
    assert len(journal_in(tmp_path, "another run")) == 0


def test_a_journal_that_ends_within_a_line_loses_that_line_only(tmp_path: Path) -> None:
    journal_in(tmp_path).keep("whole", lambda: 1)
    path = tmp_path / "journal.jsonl"
    path.write_text(path.read_text(encoding="utf-8") + '{"key": "ha', encoding="utf-8")
    journal_in(tmp_path).keep("next", lambda: 2)
    journal = journal_in(tmp_path)
    assert ("whole" in journal, "next" in journal, len(journal)) == (True, True, 2)


def test_starts_are_taken_in_turns_with_both_visits(tmp_path: Path) -> None:
    turns: list[str] = []
    quick, slow = ScriptedContender("quick", [8, 4, 8, 4], turns), ScriptedContender("slow", [80, 40, 80, 40], turns)
    visits = Bench(journal_in(tmp_path), {}, silent).starts([quick, slow], Path("1.png"), 2)
    assert turns == ["quick 1.png"] * 2 + ["slow 1.png"] * 2 + ["quick 1.png"] * 2 + ["slow 1.png"] * 2
    assert [[visit.whole_ms for visit in start] for start in visits["quick"]] == [[8, 4], [8, 4]]


def test_who_fails_to_start_is_not_started_again(tmp_path: Path) -> None:
    missing: dict[str, str] = {}
    visits = Bench(journal_in(tmp_path), missing, silent).starts([ScriptedContender("broken", [])], Path("1.png"), 2)
    assert (visits, list(missing)) == ({}, ["broken, cold start"])
    with pytest.raises(ContenderError):
        Bench(journal_in(tmp_path), {}, silent).starts([ScriptedContender("py-ocr fast", [])], Path("1.png"), 2)


def test_memory_is_taken_after_every_page_with_images_in_turn(tmp_path: Path) -> None:
    contender = ScriptedContender("quick", [1.0] * 5)
    samples = Bench(journal_in(tmp_path), {}, silent).growth(contender, [Path("1.png"), Path("2.png")], 5)
    assert [memory.now_mb for memory in samples] == [101, 102, 103, 104, 105]
    assert [turn[-5:] for turn in contender.turns] == ["1.png", "2.png", "1.png", "2.png", "1.png"]
    assert (contender.starts, contender.closes) == (1, 1)


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


def test_the_plain_pass_names_parameters_that_exist() -> None:
    tuned(PLAIN_PARAMS)

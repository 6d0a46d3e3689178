"""The progress display: amounts as people read them, one rewritten line on a terminal, plain lines elsewhere."""

import io
import threading
from functools import partial

import pytest

from tools.progress import HEARTBEAT_SECONDS, Item, Progress, format_bar, format_bytes, format_seconds


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (99_400, "99 kB"), (9_930_000, "9.9 MB")]
)
def test_bytes(count: int, text: str) -> None:
    assert format_bytes(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.04, "0.0 s"), (9.94, "9.9 s"), (12.4, "12 s"), (59.6, "60 s"), (185.2, "3 min 05 s")]
)
def test_seconds(seconds: float, text: str) -> None:
    assert format_seconds(seconds) == text


def test_a_bar_is_never_longer_or_shorter_than_its_width() -> None:
    assert format_bar(1, 2, width=4) == "[##..]"
    assert format_bar(9, 2, width=4) == "[####]"
    assert format_bar(-1, 2, width=4) == "[....]"
    assert format_bar(0, 0, width=4) == "[....]"


def test_an_item_says_how_much_of_it_is_done_where_that_is_known() -> None:
    assert Item("a", 3, 40).amount() == "3/40"
    assert Item("a", 3_100_000, 9_900_000, in_bytes=True).amount() == "3.1 MB of 9.9 MB"
    assert Item("a", 3_100_000, in_bytes=True).amount() == "3.1 MB"
    assert Item("a").amount() == ""


def test_without_a_terminal_every_new_item_is_a_line_and_nothing_is_rewritten() -> None:
    stream, clock = io.StringIO(), Clock()
    with Progress(stream, clock).step("Wheels") as step:
        for done in (1, 2, 3):
            step.item("numpy", done, 3)
        clock.now = 2.5
    lines = stream.getvalue().splitlines()
    assert "\r" not in stream.getvalue()
    assert [line for line in lines if "numpy" in line] == ["  Wheels: numpy 1/3 (0.0 s)"]
    assert lines[-1] == "done Wheels (2.5 s)"


def test_without_a_terminal_a_silent_program_is_reported_from_time_to_time() -> None:
    stream, clock = io.StringIO(), Clock()
    with Progress(stream, clock).step("Wheels") as step:
        step.item("compiling")
        step.tick()
        clock.now = HEARTBEAT_SECONDS
        step.tick()
        step.tick()
    assert stream.getvalue().count("compiling") == 2


def test_on_a_terminal_the_running_line_is_rewritten_and_has_a_bar() -> None:
    stream, clock = Terminal(), Clock()
    with Progress(stream, clock).step("Wheels") as step:
        step.item("numpy", 1, 2)
    running, last = stream.getvalue().rsplit("\r\x1b[K", 1)
    assert "[############............] numpy 1/2" in running
    assert "\n" not in running
    assert last == "done Wheels (0.0 s)\n"


def test_a_step_that_raises_is_shown_as_failed() -> None:
    stream = io.StringIO()
    with pytest.raises(RuntimeError), Progress(stream).step("Wheels"):
        raise RuntimeError
    assert stream.getvalue().splitlines()[-1].startswith("FAILED Wheels")


def test_on_a_terminal_steps_that_run_together_share_one_line() -> None:
    stream = Terminal()
    progress = Progress(stream, Clock())
    with progress.step("Wheels") as wheels, progress.step("Models") as models:
        wheels.item("numpy", 1, 2)
        models.item("detector")
    shown = stream.getvalue().split("\r\x1b[K")
    assert any("Wheels: numpy 1/2" in line and "Models: detector" in line for line in shown)
    assert stream.getvalue().count("\n") == 2


def test_threads_of_one_step_each_show_what_they_do() -> None:
    stream = Terminal()
    both = threading.Barrier(2)
    with Progress(stream, Clock()).step("Wheels") as step:

        def job(name: str) -> None:
            step.item(name)
            both.wait(timeout=10)
            step.item(name, 1, 2)
            both.wait(timeout=10)

        step.side_by_side([partial(job, "numpy"), partial(job, "tiff")])
        step.item("check")
    last = stream.getvalue().split("\r\x1b[K")[-2]
    assert any("numpy" in line and "tiff" in line for line in stream.getvalue().split("\r\x1b[K"))
    assert "check" in last
    assert "numpy" not in last


def test_a_job_that_fails_ends_the_others_at_their_next_tick_and_its_error_is_the_one_that_is_raised() -> None:
    def failing() -> None:
        raise RuntimeError("the reason")

    with pytest.raises(RuntimeError, match="the reason"), Progress(io.StringIO()).step("Wheels") as step:

        def endless() -> None:
            while True:
                step.tick()

        step.side_by_side([endless, failing])

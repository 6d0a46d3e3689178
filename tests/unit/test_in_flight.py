"""Several runs at once: never more than allowed, none lost, and none left behind when one fails or nobody waits."""

import asyncio
from collections.abc import Iterator

import pytest

from py_ocr.in_flight import run_in_flight


class Runs:
    """Runs that end when they are told to, and that remember what became of them."""

    def __init__(self) -> None:
        self.running: dict[int, asyncio.Future[None]] = {}
        self.begun: list[int] = []
        self.ended: list[int] = []

    async def run(self, job: int) -> None:
        self.begun.append(job)
        self.running[job] = asyncio.get_running_loop().create_future()
        try:
            await self.running[job]
        finally:
            del self.running[job]
            self.ended.append(job)

    async def settle(self) -> None:
        """Let everything run that can."""
        for _ in range(10):
            await asyncio.sleep(0)

    async def finish(self, job: int) -> None:
        self.running[job].set_result(None)
        await self.settle()


@pytest.mark.parametrize("most", [1, 2, 3])
def test_so_many_run_at_once_and_the_next_begins_when_one_ends(most: int) -> None:
    async def check() -> None:
        runs = Runs()
        work = asyncio.ensure_future(run_in_flight(range(5), runs.run, most))
        await runs.settle()
        assert runs.begun == list(range(most))
        while runs.running:
            assert len(runs.running) == min(most, 5 - len(runs.ended))
            await runs.finish(max(runs.running))
        await work
        assert sorted(runs.ended) == runs.begun == list(range(5))

    asyncio.run(check())


def test_a_job_is_made_when_there_is_room_for_it() -> None:
    async def check() -> None:
        made: list[int] = []

        def jobs() -> Iterator[int]:
            for job in range(4):
                made.append(job)
                yield job

        runs = Runs()
        work = asyncio.ensure_future(run_in_flight(jobs(), runs.run, 2))
        await runs.settle()
        assert made == [0, 1]
        await runs.finish(1)
        assert made == [0, 1, 2]
        while runs.running:
            await runs.finish(min(runs.running))
        await work

    asyncio.run(check())


def test_no_jobs_are_no_work() -> None:
    runs = Runs()
    asyncio.run(run_in_flight([], runs.run, 3))
    assert runs.begun == []


def test_the_error_of_a_run_is_raised_as_it_is_when_the_others_have_ended() -> None:
    async def check() -> None:
        runs = Runs()
        work = asyncio.ensure_future(run_in_flight(range(5), runs.run, 3))
        await runs.settle()
        error = ValueError("the second run")
        runs.running[1].set_exception(error)
        with pytest.raises(ValueError, match="the second run") as raised:
            await work
        assert raised.value is error
        assert runs.running == {}
        assert runs.begun == [0, 1, 2]

    asyncio.run(check())


def test_of_runs_that_fail_together_the_first_is_heard_and_none_is_left_unheard() -> None:
    async def check() -> None:
        unheard: list[str] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: unheard.append(context["message"]))
        runs = Runs()
        work = asyncio.ensure_future(run_in_flight(range(2), runs.run, 2))
        await runs.settle()
        first, second = runs.running[0], runs.running[1]
        first.set_exception(ValueError("first"))
        second.set_exception(ValueError("second"))
        with pytest.raises(ValueError, match="first"):
            await work
        assert unheard == []

    asyncio.run(check())


def test_who_is_cancelled_leaves_no_run_behind() -> None:
    async def check() -> None:
        runs = Runs()
        work = asyncio.ensure_future(run_in_flight(range(5), runs.run, 2))
        await runs.settle()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        assert runs.running == {}
        assert runs.begun == runs.ended == [0, 1]

    asyncio.run(check())

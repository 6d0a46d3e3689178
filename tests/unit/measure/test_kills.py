"""A few kills of the native batch, of each sort; the page's queue is killed in the tests of the page."""

import random

import pytest

from measure.kills.__main__ import described
from measure.kills.batch import Batch
from measure.kills.scenario import Killed
from tools.project import this_project


def test_a_batch_that_is_killed_has_whole_results_and_goes_on() -> None:
    with Batch(this_project()) as batch:
        killed = [batch.kill(random.Random(seed)) for seed in SEEDS]
    assert [one.complaints for one in killed] == [[]] * len(SEEDS)
    assert {one.how.split(",")[1] for one in killed} == {" 1 jobs", " 2 jobs"}


SEEDS = (3, 4, 5)
"""TERM with one job, TERM and KILL with two."""


@pytest.mark.parametrize(
    ("complaints", "said"), [([], "KILL after 1.25 s, 3 of 4 done: all holds"), (["a", "b"], "3 of 4 done: a; b")]
)
def test_a_kill_is_told_with_what_does_not_hold(complaints: list[str], said: str) -> None:
    assert described(Killed("KILL", 1.25, "3 of 4 done", complaints)).endswith(said)

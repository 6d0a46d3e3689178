"""What is measured, and in which order. What a journal has already is not measured again."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, Self

from measure.bench.contender import Contender, ContenderError, Reading, Visit
from measure.bench.figures import GroupFigures, Turn
from measure.bench.journal import Journal
from measure.bench.line_up import Group
from measure.memory import Memory

Say = Callable[[str], None]
Json = dict[str, Any]

OURS = "py-ocr"
"""How the names of our own begin: where one of these fails, so does the run."""

FAILED = "failed"
"""Stands in the journal, with the reason, in the place of what a contender did not give."""


class Bench:
    """Measures into a journal. `missing` gets the reason for each contender that failed."""

    def __init__(self, journal: Journal, missing: dict[str, str], say: Say) -> None:
        self._journal = journal
        self._missing = missing
        self._say = say

    def group(self, group: Group) -> GroupFigures:
        """Read every image in every round: the contenders in turn, and in the opposite order every second round."""
        keys = {
            f"{group.key}, round {number + 1}, {image.label}": (image, number % 2 == 1)
            for number in range(group.rounds)
            for image in group.images
        }
        memory_key = f"{group.key}, memory"
        turns: list[Turn] = []
        with _Running(group, self._say) as running:
            if not all(key in self._journal for key in (*keys, memory_key)):
                running.start()
            for key, (image, backwards) in keys.items():
                self._say(key)
                answers = self._journal.keep(key, partial(running.turn, image.path, backwards=backwards))
                turns.append(Turn(image.kind, image.label, self._readings(answers, group.title)))
            memory = self._journal.keep(memory_key, running.memory)
        names = [contender.name for contender in group.contenders]
        return GroupFigures(group.title, names, turns, {name: Memory(**one) for name, one in memory.items()})

    def starts(self, contenders: Sequence[Contender], image: Path, repeats: int) -> dict[str, list[list[Visit]]]:
        """Return the visits of every start of each contender, in turns; who fails is not started again."""
        visits: dict[str, list[list[Visit]]] = {}
        failed: set[str] = set()
        for number in range(repeats):
            for contender in contenders:
                if contender.name in failed:
                    continue
                self._say(f"start {number + 1}, {contender.name}")
                answer = self._journal.keep(f"start {number + 1}, {contender.name}", partial(_visit, contender, image))
                if FAILED in answer:
                    failed.add(contender.name)
                    self._missing[f"{contender.name}, cold start"] = answer[FAILED]
                else:
                    visits.setdefault(contender.name, []).append([Visit(**visit) for visit in answer["visits"]])
        return visits

    def growth(self, contender: Contender, images: Sequence[Path], pages: int) -> list[Memory]:
        """Return the memory after each of `pages` pages, the images in turn."""

        def watch() -> list[Json]:
            samples = []
            with contextlib.closing(contender):
                contender.start()
                for number in range(pages):
                    contender.read(images[number % len(images)])
                    if memory := contender.memory():
                        samples.append(asdict(memory))
                        self._say(f"memory: page {number + 1} of {pages}, {memory.now_mb:.0f} MB")
            return samples

        return [Memory(**sample) for sample in self._journal.keep("growth", watch)]

    def _readings(self, answers: Json, title: str) -> dict[str, Reading]:
        for name, answer in answers.items():
            if FAILED in answer:
                self._missing[f"{name}, {title}"] = answer[FAILED]
        return {name: Reading(**answer) for name, answer in answers.items() if FAILED not in answer}


class _Running:
    """The contenders of a group while they run; a context manager that ends those that are left."""

    def __init__(self, group: Group, say: Say) -> None:
        self._group = group
        self._say = say
        self._contenders: list[Contender] = []
        self._failed: dict[str, str] = {}

    def start(self) -> None:
        """Start the contenders one after the other and let each read the first images, which does not count."""
        for contender in self._group.contenders:
            self._say(f"{self._group.title}: {contender.name} starts")
            self._contenders.append(contender)
            with self._failing(contender):
                contender.start()
                for image in self._group.warm_up:
                    contender.read(image.path)

    def turn(self, image: Path, *, backwards: bool) -> Json:
        """Return a reading, or why there is none, by the name of the contender."""
        readings: Json = {}
        for contender in self._contenders[::-1] if backwards else list(self._contenders):
            with self._failing(contender):
                readings[contender.name] = asdict(contender.read(image))
        return readings | {name: {FAILED: reason} for name, reason in self._failed.items()}

    def memory(self) -> Json:
        """Return the memory of each contender whose system tells it."""
        found = {contender.name: contender.memory() for contender in self._contenders}
        return {name: asdict(memory) for name, memory in found.items() if memory is not None}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        with contextlib.ExitStack() as stack:
            for contender in self._contenders:
                stack.callback(contender.close)

    @contextlib.contextmanager
    def _failing(self, contender: Contender) -> Iterator[None]:
        """Where one of the others fails, the group goes on without it: what it still does would slow those left."""
        try:
            yield
        except ContenderError as error:
            if contender.name.startswith(OURS):
                raise
            self._contenders.remove(contender)
            contender.close()
            self._failed[contender.name] = str(error)


def _visit(contender: Contender, image: Path) -> Json:
    try:
        return {"visits": [asdict(visit) for visit in contender.visit(image)]}
    except ContenderError as error:
        if contender.name.startswith(OURS):
            raise
        return {FAILED: str(error)}

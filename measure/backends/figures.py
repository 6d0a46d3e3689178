"""What one run of `npm run backends` found, as plain values: the JSON beside the page, which is made from it."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import Enum
from typing import Any


def current_load() -> float | None:
    """Return the load average of the last minute, where the system tells it."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


class Verdict(Enum):
    """Whether a backend can be used on this machine, and computes what it should."""

    RIGHT = "right"
    WRONG = "wrong"
    ABSENT = "not here"


@dataclass(frozen=True)
class Measured:
    """One measurement: what it is called, and what py_ocr/backends/measuring.py gave (BackendMeasurement as a dict).

    `memory_mb`: the most that was resident of the process that computed, in 10^6 bytes; None where it is not told.
    `load`: how many processes wanted a processor in the last minute of it; more of them than cores slow it down.
    """

    name: str
    result: Mapping[str, Any]
    memory_mb: float | None = None
    threads: int | None = None
    software: bool = False
    load: float | None = field(default_factory=current_load)

    @property
    def verdict(self) -> Verdict:
        """Whether it can be used here and computes what it should."""
        if self.result["error"] is not None:
            return Verdict.ABSENT
        return Verdict.RIGHT if self.reason is None else Verdict.WRONG

    @property
    def reason(self) -> str | None:
        """Why it is not here, or what it computes wrong; None when it is right."""
        error: Mapping[str, str] | None = self.result["error"]
        if error is not None:
            return error["cause"]
        return next((model["difference"] for model in self.result["models"] if model["difference"] is not None), None)

    def time_ms(self, role: str, shape: Sequence[int], which: str = "warm_ms") -> float | None:
        """Return a time of a role's model at an input shape, None where it was not measured."""
        for model in self.result["models"]:
            for times in model["times"]:
                if model["role"] == role and list(times["shape"]) == list(shape):
                    return float(times[which])
        return None


def best_of(rounds: Sequence[Measured]) -> Measured:
    """Return the first of several measurements of the same thing, with the best of each of its warm times."""
    first, *others = rounds
    models = [
        {**model, "times": [_best(first, others, model["role"], times) for times in model["times"]]}
        for model in first.result["models"]
    ]
    return replace(first, result={**first.result, "models": models})


def _best(first: Measured, others: Sequence[Measured], role: str, times: Mapping[str, Any]) -> dict[str, Any]:
    found = [one.time_ms(role, times["shape"], "best_ms") for one in (first, *others)]
    return {**times, "best_ms": min(value for value in found if value is not None)}


@dataclass(frozen=True)
class Storage:
    """A way to store the weights: the files' size, and what it does to the results, compared with fp32.

    `labels_changed`: share of the steps of our own line images whose label is another; `lines_changed` of
    `lines`: how many lines then read otherwise. `map_changed`: share of the pixels of a text map that change sides.
    """

    file_mb: float
    labels_changed: float
    lines_changed: int
    lines: int
    map_changed: float
    measured: Measured


@dataclass(frozen=True)
class Start:
    """A start of the engine in a browser: the time until it is ready and until it has read a page, and what was sent.

    `self_check_ms`: how long the backend's self-check took, most of which is compiling that the page needs as well; 0
    where none was needed.
    """

    ready_ms: float
    text_ms: float
    sent_mb: float
    self_check_ms: float = 0.0


@dataclass(frozen=True)
class PagesRead:
    """Whole pages, read by a backend in `jobs` processes with `threads` each.

    `seconds` are those of each pass over the same `pages`: in the first one, every size of page is new to the backend.
    `same_lines`: the share of the lines of `native` that were read on the same pages; None where there is nothing to
    compare with. `reason` says why nothing was measured.
    """

    backend: str
    jobs: int
    threads: int
    pages: int
    seconds: Sequence[float] = ()
    unreadable: int = 0
    same_lines: float | None = None
    reason: str | None = None


@dataclass
class Figures:
    """Everything that one run measured."""

    date: str
    machine: Mapping[str, str]
    versions: Mapping[str, str]
    backends: list[Measured] = field(default_factory=list)
    profiles: list[Measured] = field(default_factory=list)
    threads: list[Measured] = field(default_factory=list)
    storage: dict[str, Storage] = field(default_factory=dict)
    starts: dict[str, Start] = field(default_factory=dict)
    pages: list[PagesRead] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)

    def over(self, earlier: "Figures") -> "Figures":
        """Return these figures with those backends of an earlier run that were not measured again."""
        again = {one.name for one in self.backends}
        kept = [one for one in earlier.backends if one.name not in again]
        return replace(
            self,
            versions={**earlier.versions, **self.versions},
            backends=[*self.backends, *kept],
            starts=self.starts or earlier.starts,
            pages=self.pages or earlier.pages,
        )

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Figures":
        """Return the figures of a run from what `to_dict` gave."""
        return cls(
            values["date"],
            values["machine"],
            values["versions"],
            backends=[Measured(**one) for one in values["backends"]],
            profiles=[Measured(**one) for one in values["profiles"]],
            threads=[Measured(**one) for one in values["threads"]],
            storage={
                name: Storage(**{**one, "measured": Measured(**one["measured"])})
                for name, one in values["storage"].items()
            },
            starts={name: Start(**one) for name, one in values["starts"].items()},
            pages=[PagesRead(**one) for one in values.get("pages", ())],
        )

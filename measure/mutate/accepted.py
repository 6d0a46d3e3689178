"""The mutants that no test has to kill, each with its reason: `accepted.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from measure.mutate.mutants import Mutant

ACCEPTED = Path(__file__).with_name("accepted.toml")

_Key = tuple[str, str, str]
_EDGES = "every edge"
"""Stands in the place of a change for all of a function's limits, and whether what just reaches one is within."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Reasons by module, function and change: what moves in the file keeps its reason, what changes loses it."""

    reasons: dict[_Key, str]

    def reason(self, mutant: Mutant) -> str | None:
        """Return why a mutant may live, or None."""
        exact = self.reasons.get((mutant.module, mutant.function, mutant.change))
        return exact or (self.reasons.get((mutant.module, mutant.function, _EDGES)) if mutant.edge else None)

    def without_mutant(self, mutants: list[Mutant]) -> list[_Key]:
        """Return the entries about the modules of these mutants that none of them matches."""
        modules = {mutant.module for mutant in mutants}
        known = {(mutant.module, mutant.function, mutant.change) for mutant in mutants}
        known |= {(mutant.module, mutant.function, _EDGES) for mutant in mutants if mutant.edge}
        return [key for key in self.reasons if key[0] in modules and key not in known]


def load_accepted(path: Path = ACCEPTED) -> Accepted:
    """Return what the file accepts. Raises ValueError for an entry without a reason, or one given twice."""
    reasons: dict[_Key, str] = {}
    for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("survivor", []):
        if not entry["reason"].strip():
            raise ValueError(f"{path.name}: {entry} has no reason.")
        for change in entry["changes"]:
            key = (entry["module"], entry["function"], change)
            if key in reasons:
                raise ValueError(f"{path.name}: {key} stands there twice.")
            reasons[key] = entry["reason"].strip()
    return Accepted(reasons)

"""Parity: the images in which two systems that should agree read different text."""

import difflib
from dataclasses import asdict, dataclass
from typing import Any

from measure.accuracy.readings import Reading
from measure.accuracy.results import SystemResult


@dataclass(frozen=True)
class Difference:
    """An image that was read differently: the first lines that differ, or a failure."""

    image: str
    left: str
    right: str


@dataclass(frozen=True)
class Parity:
    """How two systems compare over the images that both have read."""

    left: str
    right: str
    compared: int
    differences: list[Difference]
    same_engine: bool

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


def compare(left: SystemResult, right: SystemResult) -> Parity:
    """Return the images on which the texts of the two differ in any character."""
    compared, differences = 0, []
    for set_name, result in left.sets.items():
        others = {image.name: reading for image, reading in right.sets[set_name].readings}
        for image, mine in result.readings:
            if image.name not in others:
                continue
            compared += 1
            found = difference(f"{set_name}/{image.name}", mine, others[image.name])
            if found is not None:
                differences.append(found)
    same_engine = left.settings.get("engine") == right.settings.get("engine")
    return Parity(left.name, right.name, compared, differences, same_engine)


def difference(image: str, left: Reading, right: Reading) -> Difference | None:
    """Return where two readings of an image differ, or None."""
    if left.page is None and right.page is None:
        return None
    if left.page is None or right.page is None:
        return Difference(image, left.error or left.text, right.error or right.text)
    mine, theirs = left.text.splitlines(), right.text.splitlines()
    for operation, i1, i2, j1, j2 in difflib.SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if operation != "equal":
            return Difference(image, "\n".join(mine[i1:i2]), "\n".join(theirs[j1:j2]))
    return None

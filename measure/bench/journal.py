"""What was measured so far, kept so that a run that was interrupted goes on where it stopped."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Json = Any
"""A value that JSON can hold."""


class Journal:
    """A file of JSON lines: what is measured, and then a key and a value each.

    A run of something else begins it anew, and so does one after a run that was finished: that measures again.
    """

    def __init__(self, path: Path, identity: Json, *, fresh: bool = False) -> None:
        self._path = path
        self._kept: dict[str, Json] = {}
        first = {"identity": json.loads(json.dumps(identity))}
        lines = _lines(path)
        if not fresh and lines[:1] == [first] and {"finished": True} not in lines:
            self._kept = {line["key"]: line["value"] for line in lines[1:]}
        # Written anew even to go on with it: its last line may not be whole.
        kept = [{"key": key, "value": value} for key, value in self._kept.items()]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(line) + "\n" for line in (first, *kept)), encoding="utf-8")

    def __len__(self) -> int:
        """The number of values that are kept."""
        return len(self._kept)

    def __contains__(self, key: str) -> bool:
        """Whether there is a value of this key."""
        return key in self._kept

    def keep(self, key: str, measure: Callable[[], Json]) -> Json:
        """Return the value of `key`: the kept one, or that which `measure` returns now."""
        if key not in self._kept:
            value = measure()
            self._append({"key": key, "value": value})
            self._kept[key] = value
        return self._kept[key]

    def finish(self) -> None:
        """Say that everything was measured."""
        self._append({"finished": True})

    def _append(self, line: Json) -> None:
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")


def _lines(path: Path) -> list[Json]:
    """Return the lines of the file up to the first that is not whole: the run ended while it was written."""
    lines: list[Json] = []
    if path.is_file():
        for text in path.read_text(encoding="utf-8").splitlines():
            try:
                lines.append(json.loads(text))
            except ValueError:
                break
    return lines

"""Which pages are read, as people write it: "1-3,7"."""

from __future__ import annotations

import re
from typing import Final

from py_ocr.errors import OptionError

_PART: Final = re.compile(r"\s*(\d*)\s*(-?)\s*(\d*)\s*")


def parse_pages(ranges: str | None, count: int) -> list[int]:
    """Return page numbers from 1, in the order named, each once; None means all.

    "3-" goes to the last page, "-3" begins with the first. Raises OptionError (`option_invalid`).
    """
    if ranges is None:
        return list(range(1, count + 1))
    pages: dict[int, None] = {}
    for part in ranges.split(","):
        match = _PART.fullmatch(part)
        first, dash, last = match.groups() if match else ("", "", "")
        start = int(first or 1)
        end = start if not dash else int(last or count)
        is_named = bool(first or last) and bool(dash or not last)
        if not is_named or not 1 <= start <= end <= count:
            raise OptionError(
                "option_invalid",
                f'The pages cannot be "{ranges}": there are {count}.',
                "Name pages and ranges with commas between, such as 1-3,7.",
            )
        pages |= dict.fromkeys(range(start, end + 1))
    return list(pages)

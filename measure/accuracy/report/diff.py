"""Two texts side by side, with what differs marked."""

import difflib
import html
import re

# Words of scripts with spaces, single characters of the others, and white space.
_TOKEN = re.compile(r"[A-Za-zÀ-ɏ0-9]+|\s+|.")


def marked_pair(truth: str, reading: str) -> tuple[str, str]:
    """Return both texts as HTML; <del> marks what is only in the truth, <ins> what is only in the reading.

    Case and the kind of white space do not count as differences.
    """
    left, right = _TOKEN.findall(truth), _TOKEN.findall(reading)
    matcher = difflib.SequenceMatcher(None, [_key(t) for t in left], [_key(t) for t in right], autojunk=False)
    truth_parts, reading_parts = [], []
    for operation, i1, i2, j1, j2 in matcher.get_opcodes():
        truth_parts.append(_marked("".join(left[i1:i2]), "del" if operation != "equal" else ""))
        reading_parts.append(_marked("".join(right[j1:j2]), "ins" if operation != "equal" else ""))
    return "".join(truth_parts), "".join(reading_parts)


def _key(token: str) -> str:
    return " " if token.isspace() else token.casefold()


def _marked(text: str, tag: str) -> str:
    escaped = html.escape(text)
    return f"<{tag}>{escaped}</{tag}>" if tag and text else escaped

"""Export: a font without ink, for text that is found and selected, and not seen.

Every character is as wide as it is high; what it means is in the map to Unicode. TrueType's tables are written as
"The OpenType specification" has them; PDF needs only six of them (ISO 32000-1, 9.9).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Final

UNITS_PER_EM: Final = 1000
DESCENT: Final = 200
"""How far below the line that letters stand on the font reaches, in units."""


@dataclass(slots=True)
class InvisibleFont:
    """Gives every character that is written a code, from 1, in the order of first use."""

    codes: dict[str, int] = field(default_factory=dict)

    def encode(self, text: str) -> str:
        """Return the codes of a text as hexadecimal digits, four for each character."""
        return "".join(f"{self.codes.setdefault(one, len(self.codes) + 1):04X}" for one in text)

    def to_unicode(self) -> bytes:
        """Return the CMap that gives each code its character again."""
        pairs = [f"<{code:04X}> <{one.encode('utf-16-be').hex().upper()}>" for one, code in self.codes.items()]
        groups = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
        maps = "".join(f"{len(group)} beginbfchar\n" + "\n".join(group) + "\nendbfchar\n" for group in groups)
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
            f"{maps}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        ).encode("ascii")


def glyphless_font() -> bytes:
    """Return a TrueType font of one glyph, an em wide: a line from corner to corner, which has no area.

    An empty glyph would have no height, and PDFium, which Chrome has, finds no turned text of such.
    """
    ascent = UNITS_PER_EM - DESCENT
    head = struct.pack(
        ">IIIIHHQQhhhhHHhhh",
        *(0x00010000, 0x00010000, 0, 0x5F0F3CF5, 0, UNITS_PER_EM, 0, 0),
        *(0, -DESCENT, UNITS_PER_EM, ascent, 0, 8, 2, 0, 0),
    )
    glyph = struct.pack(">hhhhhHH", 1, 0, -DESCENT, UNITS_PER_EM, ascent, 1, 0) + b"\1\1"
    glyph += struct.pack(">hhhh", 0, UNITS_PER_EM, -DESCENT, UNITS_PER_EM)
    tables = {
        b"glyf": glyph,
        b"head": head,
        b"hhea": struct.pack(">IhhhHhhhhhh8xhH", 0x00010000, ascent, -DESCENT, 0, UNITS_PER_EM, 0, 0, 0, 1, 0, 0, 0, 1),
        b"hmtx": struct.pack(">Hh", UNITS_PER_EM, 0),
        b"loca": struct.pack(">HH", 0, len(glyph) // 2),
        b"maxp": struct.pack(">IH13H", 0x00010000, 1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    directory, body = b"", b""
    start = 12 + 16 * len(tables)
    for tag, data in tables.items():
        padded = data + b"\0" * (-len(data) % 4)
        checksum = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        directory += struct.pack(">4sIII", tag, checksum, start + len(body), len(data))
        body += padded
    return struct.pack(">IHHHH", 0x00010000, len(tables), 64, 2, 32) + directory + body

"""A page as a person in a notebook, or a script, wants it: with its text, its words, and a picture of what was read."""

from __future__ import annotations

import base64
import html
import io
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from py_ocr.export.json import to_dict, to_json
from py_ocr.export.text import to_text
from py_ocr.image import page_from_rgba
from py_ocr.types import OcrPage, Quad, TextOptions, TextWord

_PREVIEW_PX: Final = 900
"""The longer side of the picture that a notebook shows."""

_EXCERPT: Final = 60
"""So many characters of the text are in the representation of a page."""


@dataclass(frozen=True, slots=True, repr=False)
class ReadPage(OcrPage):
    """The text of one image, and what the image is called: its path, or "" where it came without a name."""

    source: str = ""
    preview: bytes = field(default=b"", compare=False)
    """A small JPEG of the image, for notebooks."""
    text_options: TextOptions = TextOptions()
    """How `text` is written."""

    @classmethod
    def of(cls, page: OcrPage, source: str, rgba: NDArray[np.uint8], text_options: TextOptions = TextOptions()) -> Self:
        """Return a page with the name and a small picture of its image, (H, W, 4) uint8."""
        values = {one.name: getattr(page, one.name) for one in fields(page)}
        return cls(**values, source=source, preview=_preview(rgba), text_options=text_options)

    def named(self, source: str) -> Self:
        """Return this page as that of another source."""
        return replace(self, source=source)

    @property
    def text(self) -> str:
        """The text in reading order: a printed row a line, a blank line between blocks."""
        return to_text(self, self.text_options)

    @property
    def words(self) -> tuple[TextWord, ...]:
        """Every word in reading order, with its confidence and quad."""
        return tuple(word for line in self.lines for word in line.words)

    def to_dict(self) -> dict[str, Any]:
        """Return the page as plain values, as `to_json` has them."""
        return to_dict(self, self.text_options)

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the page as JSON: the same that the commands and the page give."""
        return to_json(self, self.text_options, indent=indent)

    def __repr__(self) -> str:
        text = " ".join(self.text.split())
        excerpt = text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…"
        name = f"{self.source}: " if self.source else ""
        return f"<ReadPage {name}{self.width} x {self.height} px, {len(self.lines)} lines, {excerpt!r}>"

    def _repr_html_(self) -> str:
        """Return the picture with its lines marked, and the text beside it, as notebooks show it."""
        marks = "".join(
            f'<polygon points="{_points(line.quad)}"><title>{html.escape(line.text)}</title></polygon>'
            for line in self.lines
        )
        picture = base64.b64encode(self.preview).decode("ascii")
        return (
            '<div style="display:flex;gap:1em;align-items:flex-start;flex-wrap:wrap">'
            f'<svg viewBox="0 0 {self.width} {self.height}" style="max-width:min(100%,30em);max-height:40em" '
            'role="img" aria-label="The image, with the lines that were read">'
            f'<image href="data:image/jpeg;base64,{picture}" width="{self.width}" height="{self.height}"/>'
            f'<g fill="#06f2" stroke="#06f" vector-effect="non-scaling-stroke">{marks}</g></svg>'
            f'<pre style="white-space:pre-wrap;flex:1 1 20em">{html.escape(self.text)}</pre></div>'
        )


def _preview(rgba: NDArray[np.uint8]) -> bytes:
    page = page_from_rgba(rgba)
    page.thumbnail((_PREVIEW_PX, _PREVIEW_PX), Image.Resampling.BILINEAR, reducing_gap=2.0)
    file = io.BytesIO()
    page.save(file, "JPEG", quality=75)
    return file.getvalue()


def _points(quad: Quad) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in quad)

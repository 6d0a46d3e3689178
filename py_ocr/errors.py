"""The error tree: everything that py_ocr raises on purpose.

OcrError                     base: a stable `code`, the `stage` it belongs to, a message with cause and remedy
├── ImageError               the input image: empty, undecodable, truncated, too large, of the wrong shape
├── ModelError               a model file or the manifest: missing, corrupted, inconsistent, unknown
├── BackendError             a backend: unknown, unavailable, lacking an operator, lost, wrong or out of memory
└── OptionError              an option with a value that does not exist

"No text found" is not an error: it is a page whose `lines` are empty. Cancellation is `asyncio.CancelledError`.
"""

from __future__ import annotations

from typing import Literal

Stage = Literal["load", "decode", "detect", "crop", "orient", "recognize", "layout"]
"""Where something happens: the vocabulary of progress events, timings, errors and benchmark columns."""


class OcrError(Exception):
    """An error with a cause and a remedy that a person can act on.

    `code` is stable and machine-readable (snake_case); `cause` says what is wrong, `remedy` what would help.
    """

    default_stage: Stage = "recognize"

    def __init__(self, code: str, cause: str, remedy: str, *, stage: Stage | None = None) -> None:
        super().__init__(f"{cause} {remedy}".strip())
        self.code = code
        self.cause = cause
        self.remedy = remedy
        self.stage: Stage = stage or self.default_stage

    def to_dict(self) -> dict[str, str]:
        """Return the form in which an error crosses to JavaScript and into JSON."""
        return {
            "code": self.code,
            "stage": self.stage,
            "message": str(self),
            "cause": self.cause,
            "remedy": self.remedy,
        }


class ImageError(OcrError):
    """The image cannot be read: `image_empty`, `image_undecodable`, `image_truncated`, `image_too_large`…"""

    default_stage: Stage = "decode"


class ModelError(OcrError):
    """A model or the manifest cannot be used: `model_unknown`, `model_corrupt`, `manifest_invalid`…"""

    default_stage: Stage = "load"


class BackendError(OcrError):
    """A backend cannot be used or failed: `backend_unknown`, `backend_unavailable`, `backend_failed`…"""

    default_stage: Stage = "load"


class OptionError(OcrError):
    """An option has a value that does not exist: `option_invalid`."""

    default_stage: Stage = "load"

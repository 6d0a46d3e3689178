"""The error tree: everything that py_ocr raises on purpose.

OcrError                     base: a stable `code`, the `stage` it belongs to, a message with cause and remedy
├── ImageError               the input image: empty, undecodable, truncated, too large, of the wrong shape
├── ModelError               a model file or the manifest: missing, corrupted, inconsistent, unknown
├── BackendError             a backend: unknown, unavailable, lacking an operator, lost, wrong or out of memory
└── OptionError              an option with a value that does not exist

"No text found" is not an error: it is a page whose `lines` are empty. Cancellation is `asyncio.CancelledError`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

Stage = Literal["load", "decode", "detect", "crop", "orient", "recognize", "layout"]
"""Where something happens: the vocabulary of progress events, timings, errors and benchmark columns."""


ErrorCode = Literal[
    "archive_damaged",
    "archive_encrypted",
    "archive_too_large",
    "asset_corrupt",
    "asset_missing",
    "asset_unreachable",
    "asset_wrong_type",
    "backend_crashed",
    "backend_failed",
    "backend_lost",
    "backend_timeout",
    "backend_unavailable",
    "backend_unknown",
    "browser_failed",
    "cancelled",
    "cors_missing",
    "disposed",
    "document_empty",
    "engine_crashed",
    "environment_unsupported",
    "golden_invalid",
    "image_empty",
    "image_shape",
    "image_tainted",
    "image_too_large",
    "image_truncated",
    "image_undecodable",
    "image_unreachable",
    "image_unreadable",
    "insecure_context",
    "internal",
    "language_unknown",
    "language_unwritable",
    "manifest_invalid",
    "model_missing",
    "model_unknown",
    "model_unprepared",
    "operator_unsupported",
    "option_invalid",
    "out_of_memory",
    "output_wrong",
    "pdf_damaged",
    "pdf_encrypted",
    "policy_blocks_wasm",
    "policy_blocks_workers",
    "request_invalid",
    "self_check_failed",
    "worker_failed",
    "worker_silent",
]
"""Every code that there is, also those that only the browser's side raises. `docs/errors.md` says what they mean."""


class OcrError(Exception):
    """An error with a cause and a remedy that a person can act on.

    `code` is stable and machine-readable (snake_case); `cause` says what is wrong, `remedy` what would help.
    """

    default_stage: Stage = "recognize"

    def __init__(self, code: ErrorCode, cause: str, remedy: str, *, stage: Stage | None = None) -> None:
        super().__init__(f"{cause} {remedy}".strip())
        self.code: ErrorCode = code
        self.cause = cause
        self.remedy = remedy
        self.stage: Stage = stage or self.default_stage

    def __reduce__(self) -> tuple[Callable[..., OcrError], tuple[str, ...]]:
        """Let an error cross from one process to another as what it is."""
        return partial(type(self), stage=self.stage), (self.code, self.cause, self.remedy)

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
    """The image cannot be read: `image_empty`, `image_undecodable`, `image_truncated`, and the like."""

    default_stage: Stage = "decode"


class ModelError(OcrError):
    """A model or the manifest cannot be used: `model_unknown`, `model_missing`, `manifest_invalid`, and the like."""

    default_stage: Stage = "load"


class BackendError(OcrError):
    """A backend cannot be used or failed: `backend_unknown`, `backend_unavailable`, `backend_failed`, and the like."""

    default_stage: Stage = "load"


class OptionError(OcrError):
    """An option has a value that does not exist: `option_invalid` or `language_unknown`."""

    default_stage: Stage = "load"

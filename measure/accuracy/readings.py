"""The cache of readings: what a system read in an image, kept under the settings and the image's hash.

`.build/accuracy/readings/<system>/<hash of the settings>/<sha256 of the image>.json`; the settings themselves lie
beside the readings, in clear text.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tools.store import write_json

Settings = Mapping[str, str]
"""Everything that a reading depends on besides the image's bytes: versions, options, hashes of code and models."""

KEY_DIGITS = 16
SETTINGS_FILE = "settings.json"


@dataclass(frozen=True)
class Reading:
    """The page that a system returned, in the form of the page JSON, or why it returned none."""

    page: dict[str, Any] | None
    error: str | None
    elapsed_ms: float

    @property
    def text(self) -> str:
        """The page's text; empty where nothing was returned."""
        if self.page is None:
            return ""
        text: str | None = self.page.get("text")
        return "\n".join(line["text"] for line in self.page["lines"]) if text is None else text


def settings_key(settings: Settings) -> str:
    """Return the hash under which readings made with these settings are kept."""
    canonical = json.dumps(dict(settings), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:KEY_DIGITS]


class ReadingStore:
    """The readings under one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, system: str, settings: Settings, image_sha256: str) -> Reading | None:
        """Return the stored reading, or None if the image was not yet read with these settings."""
        path = self._file(system, settings, image_sha256)
        if not path.is_file():
            return None
        return Reading(**json.loads(path.read_text(encoding="utf-8")))

    def add(self, system: str, settings: Settings, image_sha256: str, reading: Reading) -> None:
        """Store a reading."""
        path = self._file(system, settings, image_sha256)
        described = path.parent / SETTINGS_FILE
        if not described.is_file():
            write_json(described, dict(settings))
        write_json(path, asdict(reading))

    def _file(self, system: str, settings: Settings, image_sha256: str) -> Path:
        return self._folder / system / settings_key(settings) / f"{image_sha256}.json"

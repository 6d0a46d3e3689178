"""The site that the tour visits: a copy of the built one, so that a new version of it can come."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from measure.headless.site_server import SiteServer
from tools.project import Project

VERSION = re.compile(r'(?<=version:")[0-9a-f]{12}')


class Site:
    """A served copy; a context manager."""

    def __init__(self, project: Project) -> None:
        self.root = project.root
        self._folder = Path(tempfile.mkdtemp(prefix="py-ocr-site-"))
        shutil.copytree(project.root / "web" / "dist", self._folder, dirs_exist_ok=True)
        self._server = SiteServer(self._folder)
        self._versions = 0

    @property
    def url(self) -> str:
        """The address, with a slash at its end."""
        return self._server.url

    def renew(self) -> None:
        """Put a new version in the place of the one before: the same files under another name."""
        self._versions += 1
        worker = self._folder / "service-worker.js"
        renewed, count = VERSION.subn(f"{self._versions:012x}", worker.read_text(encoding="utf-8"), count=1)
        if count != 1:
            raise RuntimeError("the service worker no longer says its version as this program knows it")
        worker.write_text(renewed, encoding="utf-8")

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.__exit__(kind, error, trace)
        shutil.rmtree(self._folder)

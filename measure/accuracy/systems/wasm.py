"""Ours in Chromium: the built site's own worker on the `wasm` backend, through the headless command's reader."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from measure.accuracy.dataset import LabelledImage
from measure.accuracy.readings import Settings
from measure.accuracy.systems.engine_identity import default_profile, engine_hash, models_hash, wheel_modules
from measure.accuracy.systems.system import Page, Reader, no_progress
from measure.headless.chromium_launch import plan_launch
from measure.headless.driver import EngineChoice, HeadlessReader
from measure.headless.site_server import engine_folder
from py_ocr.engine import OcrOptions
from tools.errors import SetupError
from tools.process import output
from tools.project import Project

THREADS = 2
"""Fixed, so that results do not depend on the machine, and the same for every system in the browser."""

WORKER = "assets/worker.js"


@dataclass(frozen=True)
class WasmSystem:
    """py_ocr in Pyodide, ONNX Runtime Web's wasm backend."""

    project: Project
    name: str = "wasm"
    about: str = "the built site in headless Chromium, ONNX Runtime Web on wasm, its own defaults"
    profile: str | None = None
    """Which models read; None is the default."""

    def settings(self, _image: LabelledImage) -> Settings:
        """Return the hashes of what the site is made of, and the versions of what it runs on."""
        return self._settings

    @cached_property
    def _settings(self) -> Settings:
        site = self.project.root / "web" / "dist"
        try:
            site /= engine_folder(site)
            files = json.loads((site / "assets.json").read_text(encoding="utf-8"))["files"]
        except FileNotFoundError:
            raise SetupError("The site is not built.", "Run `npm run accuracy`, which builds it first.") from None
        manifest = (site / "models" / "manifest.json").read_text(encoding="utf-8")
        wheels = {path: entry["sha256"] for path, entry in files.items() if path.startswith("wheels/")}
        (own,) = (path for path in wheels if path.startswith("wheels/py_ocr-"))
        packages = json.loads((self.project.root / "package-lock.json").read_text(encoding="utf-8"))["packages"]
        return {
            "engine": engine_hash(wheel_modules(site / own)),
            "profile": self.profile or default_profile(manifest),
            "models": models_hash(manifest, self.profile),
            "worker": files[WORKER]["sha256"][:16],
            "chromium": chromium_version(self.project),
            "threads": str(THREADS),
            **{name: packages[f"node_modules/{name}"]["version"] for name in ("onnxruntime-web", "pyodide")},
            **{path.removeprefix("wheels/"): sha256[:16] for path, sha256 in wheels.items() if path != own},
        }

    @contextmanager
    def open(self) -> Iterator[Reader]:
        """Serve the site, start Chromium, load the engine."""
        launch = plan_launch(self.project, "wasm")
        choice = EngineChoice("wasm", self.profile, THREADS)
        with HeadlessReader(self.project.root / "web" / "dist", launch, choice, OcrOptions(), no_progress) as reader:

            def read(image: LabelledImage) -> Page:
                return dict(reader.read(image.path, no_progress))

            yield read


def chromium_version(project: Project) -> str:
    """Return what the project's Chromium calls itself, such as `Chromium 150.0.7000.1`."""
    version = output([plan_launch(project, "wasm").executable, "--version"])
    return " ".join(version.split()[:2])

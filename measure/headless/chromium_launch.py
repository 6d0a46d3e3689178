"""How the project's Chromium is started for automation: which program, which flags."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from tools.errors import SetupError
from tools.project import Project
from tools.steps.chromium import ENVIRONMENT_VARIABLE, chromium_path

QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)
"""Keep Chromium from calling out on its own."""

SOFTWARE_GPU = (
    "--enable-unsafe-webgpu",
    "--enable-features=Vulkan",
    "--use-vulkan=swiftshader",
    "--use-webgpu-adapter=swiftshader",
)
"""WebGPU computed by SwiftShader on the processor: right, and very slow."""

HARDWARE_GPU = (
    "--enable-unsafe-webgpu",
    "--ignore-gpu-blocklist",
    "--enable-features=Vulkan",
    "--use-angle=vulkan",
    "--use-vulkan=native",
    "--disable-vulkan-surface",
)
"""WebGPU on a GPU of a Linux machine without a display."""


@dataclass(frozen=True)
class Launch:
    """What Playwright's `launch` is given. `software_gpu`: WebGPU was asked for, and there is no GPU."""

    executable: Path
    arguments: tuple[str, ...]
    sandbox: bool
    software_gpu: bool


def plan_launch(project: Project, backend: str) -> Launch:
    """Return how to start Chromium for a backend of the browser. Raises `SetupError` when there is none.

    `webgpu` without a GPU runs on SwiftShader, since who names it wants WebGPU; `auto` then leaves WebGPU out, and
    the engine falls back to wasm, which is faster than SwiftShader.
    """
    on_linux = sys.platform == "linux"
    gpu = not on_linux or _has_gpu()
    software = backend == "webgpu" and not gpu
    flags: tuple[str, ...] = ()
    if software:
        flags = SOFTWARE_GPU
    elif backend != "wasm" and on_linux and gpu:
        flags = HARDWARE_GPU
    return Launch(
        executable=_executable(project),
        arguments=QUIET + flags,
        # Chromium refuses its sandbox to root.
        sandbox=not (on_linux and os.geteuid() == 0),
        software_gpu=software,
    )


def _has_gpu() -> bool:
    return Path("/dev/nvidia0").exists() or any(Path("/dev/dri").glob("renderD*"))


def _executable(project: Project) -> Path:
    if named := os.environ.get(ENVIRONMENT_VARIABLE):
        return Path(named)
    try:
        return chromium_path(project)
    except (FileNotFoundError, KeyError, json.JSONDecodeError):
        raise SetupError("Chromium is not set up.", "Run `python3 -m tools setup`.") from None

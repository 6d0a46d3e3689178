"""What a figure depends on: the machine and the versions, without anything that tells whose it is."""

import importlib.metadata
import json
import os
import platform
import re
from pathlib import Path

from tools.process import output
from tools.project import Project

PYTHON_PACKAGES = ("numpy", "onnxruntime", "onnxruntime-gpu", "pillow", "rapidocr", "torch")
NODE_PACKAGES = ("onnxruntime-web", "pyodide")


def describe_machine() -> dict[str, str]:
    """Return processor, cores, memory, system and how busy it is now."""
    facts = {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
    }
    if gpu := _gpu():
        facts["gpu"] = gpu
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        facts["memory"] = f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 1e9:.0f} GB"
    if hasattr(os, "getloadavg"):
        facts["load before the run"] = f"{os.getloadavg()[0]:.1f}"
    return facts


def describe_versions(project: Project, chromium: Path) -> dict[str, str]:
    """Return the versions of everything that takes part and is installed."""
    locked = json.loads((project.root / "package.json").read_text(encoding="utf-8"))["dependencies"]
    versions = {name: locked[name] for name in NODE_PACKAGES}
    browser = re.search(r"\d[\d.]*", output([chromium, "--version"]))
    versions["chromium"] = browser.group() if browser else "unknown"
    return versions | python_versions()


def python_versions() -> dict[str, str]:
    """Return the versions of Python and of those of its packages that take part and are installed."""
    packages = {name: importlib.metadata.version(name) for name in PYTHON_PACKAGES if is_installed(name)}
    return {"python": platform.python_version(), **packages}


def is_installed(package: str) -> bool:
    """Return whether a Python package is installed."""
    try:
        importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _gpu() -> str | None:
    """Return name and driver of the first NVIDIA GPU; other makers have no tool that tells."""
    gpus = output(["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]).splitlines()
    return gpus[0].replace(",", ", driver") if gpus else None


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return found.group(1) if found else platform.processor() or platform.machine()

"""Memory of a process as Linux counts it: what is resident now, and the most that ever was."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a machine without a browser measures what needs none
    from playwright.async_api import Browser


@dataclass(frozen=True)
class Memory:
    """Resident set of a process in megabytes (10^6 bytes)."""

    now_mb: float
    peak_mb: float


def memory_of(pid: int) -> Memory | None:
    """Return the memory of a process, or None when it is gone or the system has no /proc."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return None
    kilobytes = {name: int(value) for name, value in re.findall(r"^(Vm\w+):\s+(\d+) kB$", status, re.MULTILINE)}
    if not {"VmRSS", "VmHWM"} <= kilobytes.keys():
        return None  # a process that has ended, and that its parent did not yet wait for
    return Memory(kilobytes["VmRSS"] * 1.024e-3, kilobytes["VmHWM"] * 1.024e-3)


async def renderer_memory(browser: Browser) -> Memory | None:
    """Return the memory of the renderer that takes most; None where the system does not tell."""
    session = await browser.new_browser_cdp_session()
    try:
        processes = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
    finally:
        await session.detach()
    renderers = [memory_of(process["id"]) for process in processes if process["type"] == "renderer"]
    return max((found for found in renderers if found), key=lambda memory: memory.peak_mb, default=None)

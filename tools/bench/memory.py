"""Memory of a process as Linux counts it: what is resident now, and the most that ever was."""

import re
from dataclasses import dataclass
from pathlib import Path


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

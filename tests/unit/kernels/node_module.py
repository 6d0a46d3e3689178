"""Kernels run in Node: the memory before and after a call as arrays of NumPy."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kernels.standalone import standalone_module

RUNNER: Final = Path(__file__).with_name("run_module.mjs")

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A call of the function `name`. `memory` is what lies in memory from address 0 on."""

    name: str
    arguments: Sequence[float]
    memory: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What it returned, and the same part of memory afterwards."""

    value: int | None
    memory: Floats


def run_calls(bodies: Mapping[str, bytes], calls: Sequence[Call]) -> list[Answer]:
    """Run the calls, one after the other, in a module made of the bodies."""
    node = shutil.which("node")
    assert node is not None, "Node is needed to run WebAssembly: set-up asks for it, too"
    request = {
        "module": _encoded(standalone_module(bodies)),
        "calls": [
            {"name": call.name, "args": list(call.arguments), "memory": _encoded(call.memory.tobytes())}
            for call in calls
        ],
    }
    finished = subprocess.run([node, RUNNER], input=json.dumps(request), capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    return [
        Answer(answer["value"], np.frombuffer(base64.b64decode(answer["memory"]), np.float32))
        for answer in json.loads(finished.stdout)
    ]


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")

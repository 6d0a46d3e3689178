"""A native measurement as a process of its own, so that its memory is that of one engine: JSON in, JSON out."""

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from measure.backends.figures import Measured
from measure.memory import memory_of
from py_ocr.backends.backend import Backend
from py_ocr.backends.measuring import QUICK, MeasureParams, measure_backend
from py_ocr.backends.native import NativeBackend
from py_ocr.backends.torch.backend import TorchBackend
from py_ocr.golden import load_golden
from py_ocr.native import open_models
from tools.errors import SetupError


@dataclass(frozen=True)
class NativeJob:
    """What to measure. `folder`: other model files than the prepared ones, under the same names.

    `quick` and `largest`: see MeasureParams.
    """

    name: str
    backend: str = "native"
    profile: str | None = None
    threads: int | None = None
    folder: str | None = None
    quick: bool = False
    largest: bool = True


THREADS = 2

NATIVE_JOBS = (
    NativeJob("native, 2 threads", threads=THREADS),
    NativeJob("native-cuda", backend="native-cuda"),
    NativeJob("native-torch", backend="native-torch"),
)
"""Each backend of CPython once."""


def measure_native(job: NativeJob) -> Measured:
    """Measure in a new process. Raises `SetupError` when it fails."""
    command = [sys.executable, "-m", "measure.backends.native_process", json.dumps(asdict(job))]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SetupError(f"Measuring {job.name} ended with status {done.returncode}.", "See above for why.")
    return Measured(job.name, **json.loads(done.stdout))


def main() -> int:
    """Measure the job of the command line and print the result."""
    job = NativeJob(**json.loads(sys.argv[1]))
    result = asyncio.run(_measure(job))
    memory = memory_of(os.getpid())
    print(json.dumps({"result": result, "memory_mb": memory.peak_mb if memory else None, "threads": job.threads}))
    return 0


async def _measure(job: NativeJob) -> dict[str, Any]:
    models = open_models(None)
    profile = models.manifest.profile(job.profile)
    folder = Path(job.folder) if job.folder else models.folder
    backend: Backend
    if job.backend == TorchBackend.name:
        backend = TorchBackend(folder, profile, job.threads)
    else:
        backend = NativeBackend(job.backend, folder, profile, job.threads)
    references = load_golden(await models.references())
    params = QUICK if job.quick else MeasureParams(largest=job.largest)
    measured = await measure_backend(backend, profile, references, lambda _what, _done, _total: None, params=params)
    return measured.to_dict()


if __name__ == "__main__":
    sys.exit(main())

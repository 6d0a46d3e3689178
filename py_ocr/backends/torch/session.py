"""Sessions on PyTorch, and the device that they run on."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch

from py_ocr.backends.torch.fusion import fuse
from py_ocr.backends.torch.graph import read_graph
from py_ocr.backends.torch.program import Program
from py_ocr.errors import BackendError, Stage
from py_ocr.session import Tensor, as_tensor


class TorchSession:
    """A model on PyTorch. Runs in a thread, so that awaiting it can be cancelled and pages can overlap."""

    def __init__(self, program: Program, device: torch.device, stage: Stage) -> None:
        self._program = program
        self._device = device
        self._stage: Stage = stage
        self.input_names = program.input_names
        self.output_names = program.output_names

    async def run(self, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Run the model once; see InferenceSession.run."""
        outputs = await asyncio.to_thread(self._run, feeds)
        return dict(zip(self.output_names, outputs, strict=True))

    def _run(self, feeds: Mapping[str, Tensor]) -> list[Tensor]:
        try:
            with torch.inference_mode():
                # PyTorch takes an array's memory as it is, and wants it to be such that could be written.
                arrays = {name: np.require(array, requirements=["C", "W"]) for name, array in feeds.items()}
                tensors = {name: torch.from_numpy(array).to(self._device) for name, array in arrays.items()}
                return [as_tensor(output.cpu().numpy()) for output in self._program.run(tensors)]
        # PyTorch raises many types, of which Exception is the only common base.
        except Exception as error:
            raise BackendError(
                "backend_failed",
                f"PyTorch could not run the model on {self._device}: {error}.",
                "Try a smaller image.",
                stage=self._stage,
            ) from error


def load_session(path: Path, device: torch.device, stage: Stage) -> TorchSession:
    """Load a model from an ONNX file. Raises BackendError: `operator_unsupported`, or `backend_failed`."""
    try:
        with torch.inference_mode():
            program = Program(fuse(read_graph(onnx.load(path), path.stem)), device)
    except BackendError:
        raise
    # As in `_run`; onnx adds its own types.
    except Exception as error:
        raise BackendError(
            "backend_failed",
            f"The model {path} could not be loaded: {error}.",
            "Run `npm start` again to restore the models.",
        ) from error
    return TorchSession(program, device, stage)


def choose_device(name: str | None) -> torch.device:
    """Return the device of that name; for None the first there is of CUDA, MPS and the processor."""
    if name is not None:
        return torch.device(name)
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def describe(device: torch.device) -> str:
    """Return the device in words, and the version of PyTorch."""
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
    return f"{name}, torch {torch.__version__}"


def use_threads(count: int) -> None:
    """Let so many threads of the processor work on one operator, in the whole process."""
    torch.set_num_threads(count)

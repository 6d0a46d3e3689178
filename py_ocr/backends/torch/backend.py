"""The backend `native-torch`: the prepared ONNX graphs on PyTorch, on a GPU where there is one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch

from py_ocr.backends.backend import Device, OpenSessions
from py_ocr.backends.torch.fusion import fuse
from py_ocr.backends.torch.graph import read_graph
from py_ocr.backends.torch.program import Program
from py_ocr.engine import EngineSessions
from py_ocr.errors import BackendError
from py_ocr.model_spec import FamilySpec
from py_ocr.session import Tensor


class TorchSession:
    """A model on PyTorch. Runs in a thread, so that awaiting it can be cancelled and pages can overlap."""

    def __init__(self, program: Program, device: torch.device) -> None:
        self._program = program
        self._device = device
        self.input_names = program.input_names
        self.output_names = program.output_names

    async def run(self, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Run the model once; see InferenceSession.run."""
        return await asyncio.to_thread(self._run, feeds)

    @torch.inference_mode()
    def _run(self, feeds: Mapping[str, Tensor]) -> dict[str, Tensor]:
        try:
            # PyTorch shares an array's memory, which it may only do with one that can be written.
            tensors = {
                name: torch.from_numpy(np.require(array, requirements=["C", "W"])).to(self._device)
                for name, array in feeds.items()
            }
            outputs = [output.cpu().numpy() for output in self._program.run(tensors)]
        # PyTorch raises many types, of which Exception is the only common base.
        except Exception as error:
            raise BackendError(
                "backend_failed",
                f"PyTorch could not run the model: {error}.",
                "Try a smaller image.",
                stage="recognize",
            ) from error
        return dict(zip(self.output_names, outputs, strict=True))

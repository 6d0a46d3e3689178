"""What the page says of each backend and option in words. Figures never stand here: the command measures them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class BackendProse:
    """A backend in words, one line each."""

    title: str
    what: str
    pros: str
    cons: str
    status: str
    when: str
    switch: str

    def rows(self) -> list[tuple[str, str]]:
        """Return the lines with what they are about."""
        return [
            ("what it is", self.what),
            ("pros", self.pros),
            ("cons", self.cons),
            ("status", self.status),
            ("choose it when", self.when),
            ("how to switch", self.switch),
        ]


BACKENDS: Final[Mapping[str, BackendProse]] = {
    "webgpu": BackendProse(
        title="WebGPU",
        what="ONNX Runtime Web's own WebGPU provider: the GPU of the device, in a browser.",
        pros="The processor stays free, and a real GPU is many times faster. Needs no cross-origin isolation.",
        cons=(
            "Drivers differ: a GPU can be lost, or be wrong without saying so, which is why it is checked before and "
            "watched during use. The runtime is a larger download. Computed by a processor (SwiftShader) it is the "
            "slowest of all."
        ),
        status="Default: `auto` tries it first and keeps it when the self-check passes.",
        when="There is a GPU and the browser has WebGPU. `auto` finds that out.",
        switch='`?backend=webgpu`, `backend: "webgpu"`, `npm run ocr -- photo.jpg --backend webgpu`',
    ),
    "wasm": BackendProse(
        title="WASM",
        what="ONNX Runtime's processor kernels as WebAssembly with SIMD, in any browser.",
        pros="Runs everywhere, computes every operator, the same results everywhere; the smallest download.",
        cons="Slower than a GPU. More than one thread only where the page is cross-origin isolated.",
        status="Default fallback of `auto`, and the reference that the others are checked against.",
        when="There is no usable GPU, or results must be the same on every device.",
        switch='`?backend=wasm`, `backend: "wasm"`, `npm run ocr -- photo.jpg --backend wasm`',
    ),
    "webnn": BackendProse(
        title="WebNN",
        what="The browser's interface to the system's own machine learning (GPU, NPU or processor).",
        pros="May reach accelerators that WebGPU does not.",
        cons="Behind a flag in most browsers; which operators are accelerated depends on the system.",
        status="Opt-in and experimental: never chosen by `auto`; passes the same checks as WebGPU.",
        when="You want to try an NPU, and the browser has it switched on.",
        switch='`?backend=webnn`, `backend: "webnn"`, `npm run ocr -- photo.jpg --backend webnn`',
    ),
    "native": BackendProse(
        title="Native, processor",
        what="ONNX Runtime in CPython, on the processor: the same Python package without a browser.",
        pros="The fastest on a processor, with all its threads and vector units; starts quickly.",
        cons="Needs an installed Python; nothing for a web page.",
        status="Default of the native command.",
        when="Many files on a server or a workstation, in scripts.",
        switch="`.venv/bin/python -m py_ocr photo.jpg --backend native`",
    ),
    "native-cuda": BackendProse(
        title="Native, CUDA",
        what="ONNX Runtime in CPython on an NVIDIA GPU.",
        pros="Inputs of a size that it has seen before take it milliseconds.",
        cons=(
            "Needs an NVIDIA GPU and `onnxruntime-gpu[cuda,cudnn]` in place of `onnxruntime`. cuDNN plans every new "
            "input size for seconds, so mixed pages are read slower than on the processor."
        ),
        status="Opt-in: not chosen by `auto`, for that reason; passes the same checks as WebGPU.",
        when="Very many pages of the same size on a machine with an NVIDIA GPU.",
        switch="`.venv/bin/python -m py_ocr photo.jpg --backend native-cuda`",
    ),
    "native-torch": BackendProse(
        title="Native, PyTorch",
        what="The same graphs on PyTorch in CPython: on an NVIDIA GPU, on Apple's (MPS), else on the processor.",
        pros=(
            "Pages of mixed sizes at the full speed of an NVIDIA GPU: a new size needs no plan. The graphs and "
            "weights are those of all other backends."
        ),
        cons="PyTorch is a large download and takes seconds to import. Slower than `native` without a GPU.",
        status="Opt-in; `auto` comes to it only where ONNX Runtime fails. Passes the same checks as WebGPU.",
        when="Many pages on a machine with an NVIDIA GPU, with `--jobs`.",
        switch="`.venv/bin/python -m py_ocr scans/ --backend native-torch --jobs 8`, with the extra `py-ocr[torch]`",
    ),
}

INTRODUCTION: Final = (
    "Every figure on this page was measured by the command. The routine is the one that the page's Backends panel "
    "runs on a visitor's device. _Load_ is how many processes wanted a processor in the last minute of a "
    "measurement: where they were more than the machine has cores, times are too long, and threads gain little. "
    "_Right_ means that the outputs of every model equal the stored references of the self-check "
    "(`models/golden.json`)."
)

PAGES: Final = (
    "Whole pages a second: mixed public photos, receipts, forms, book pages and screenshots, from the file to the "
    "text, read by several processes at once as by `--jobs`. In the first pass every size is new to the backend. "
    "_Lines as native_: the share of the lines of `native` that were read alike."
)

OPTIONS: Final[Mapping[str, str]] = {
    "weights": (
        "fp16 is shipped: stored as fp16, computed as fp32. fp32 is the same graph before rounding, and what the "
        "others are compared with. int8 is ONNX Runtime's dynamic quantisation with its default settings. _Labels_ and "
        "_lines_ are those of our own line images, _text map_ the pixels of a page that change sides. Native, in turns."
    ),
    "resolution": (
        "The detector reads the page scaled down, so its time goes with the number of pixels; too few of them lose "
        "small text."
    ),
    "profile": "The profiles that the set-up prepares. Native, in turns.",
    "cache": (
        "Files are kept in the browser's Cache Storage under their checksums. Starts of the engine, until it is ready "
        "and until it has read a sample page; everything is served from this machine, so a real network adds to the "
        "first. _Not checked_: a first visit that knows the self-check's verdict already. The self-check costs what "
        "the first text then comes earlier: it compiles what the page needs as well."
    ),
    "threads": "WASM has several threads only where the page is cross-origin isolated. Measured in turns.",
}

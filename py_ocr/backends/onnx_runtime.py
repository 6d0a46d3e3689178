"""Native ONNX Runtime with its telemetry off. The only module that imports onnxruntime."""

import os

# Its builds for Linux keep a device id and a queue of events under the home folder and look up where to send them.
# It asks the environment once, while it is imported: switching it off by a call comes too late.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import onnxruntime as ort  # see above

__all__ = ("ort",)

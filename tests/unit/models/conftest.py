"""What the tests of the models need: the prepared files, and native ONNX Runtime to run them.

Pyodide has neither onnx nor onnxruntime, so these tests run in CPython only.
"""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("onnxruntime") and find_spec("onnx") else ["test_*.py"]

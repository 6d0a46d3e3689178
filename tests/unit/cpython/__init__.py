"""Unit tests that need what Pyodide here lacks: the source tree, hypothesis, onnxruntime."""

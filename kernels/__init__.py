"""Faster bodies for three functions of ONNX Runtime's WASM file; README.md explains them."""

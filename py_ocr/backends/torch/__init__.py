"""The prepared ONNX graphs on PyTorch: operators, the program made of them, and the backend `native-torch`."""

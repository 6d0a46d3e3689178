"""What the kernels of the room `kernels/` gain, and whether they change a result: `python -m measure.kernels`."""

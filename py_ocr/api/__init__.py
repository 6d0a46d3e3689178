"""Reading images in CPython: what `py_ocr.read`, `Reader` and `AsyncReader` are made of. Browsers never load it."""

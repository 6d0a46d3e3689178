"""The command line: arguments, reading many images, what is written and what is said. `python -m py_ocr`.

The headless command (measure/ocr.py) is the same command line with another reader.
"""

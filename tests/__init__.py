"""Everything that checks py_ocr: unit/, e2e/, and what they stand on."""

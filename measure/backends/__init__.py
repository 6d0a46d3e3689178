"""`npm run backends`: every backend of this machine measured by one routine, and the page that compares them.

The routine is py_ocr/backends/measuring.py. In a browser the worker runs it, as it does for the page's Backends panel.
"""

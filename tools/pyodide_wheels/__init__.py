"""numpy, Pillow and pyclipper as wheels for Pyodide: from the cache, a mirror, the official distribution or source."""

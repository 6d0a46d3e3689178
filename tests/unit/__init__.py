"""Unit tests. The files here run in CPython and, unchanged, in Pyodide; the folders here run in CPython only."""

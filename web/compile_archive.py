"""Turns a wheel or Python's library into an archive of bytecode. Runs in Pyodide under Node: see python-archives.mjs.

Pyodide's own library and the wheels hold sources, which every page would compile again while its user waits: with
bytecode Pyodide starts in less than half the time. Docstrings are left out, and so are modules that nothing here uses.
The files are only stored: the archive is compressed as a whole.
"""

import ast
import marshal
import re
import zipfile
from importlib.util import MAGIC_NUMBER
from types import CodeType

FOR_DEVELOPERS = re.compile(
    # What compilers and type checkers read
    r"\.(?:h|hpp|a|c|pxd|pyi|pyx)$"
    # Python's library: debugging, documentation, servers, mail, terminals, and Python doubles of modules in C
    r"|^(?:_pydatetime|_pydecimal|_pyio|_pyrepl|antigravity|cProfile|curses|dbm|doctest|ensurepip|ftplib|http/server"
    r"|idlelib|imaplib|lib2to3|mailbox|modulefinder|multiprocessing|pdb|pickletools|poplib|profile|pstats|pyclbr|pydoc"
    r"|pydoc_data|shelve|smtplib|socketserver|sqlite3|tabnanny|this|tkinter|trace|turtle|turtledemo|unittest|venv"
    r"|webbrowser|wsgiref|xmlrpc|zipapp)(?:/|\.py$)"
    # numpy: what it imports only when asked for
    r"|^numpy/(?:_pyinstaller|ctypeslib|doc|f2py|fft|polynomial|random|testing)/"
    r"|^numpy/(?:lib/recfunctions|ma/mrecords|ma/testutils|ma/timer_comparison)\.py$|^numpy/linalg/lapack_lite\."
    # Pillow: FreeType, for drawing text, which the page does itself; ImageFont does without until it is asked to draw
    r"|^PIL/_imagingft\."
    # py_ocr: what only CPython runs
    r"|^py_ocr/(?:api|backends/torch|cli|documents|serve|testing)/"
    r"|^py_ocr/(?:__main__|backends/native|backends/onnx_runtime|native|parallel)\.py$"
    r"|(?:^|/)tests/"
)
DOCUMENTATION = re.compile(r"^numpy/_core/_add_newdocs(?:_scalars)?\.py$")
"""Modules that are imported only to write docstrings, into what is written in C: they become empty ones."""
LAPACK = re.compile(r"^numpy/linalg/_umath_linalg\.")
"""Linear algebra, in C: half a megabyte that numpy loads and nothing here uses."""
NO_LAPACK = b"""def __getattr__(name):
    raise AttributeError(f"numpy is here without LAPACK, which has {name}")
"""
LATE = re.compile(r"^py_ocr/export/(?:formats|markup|parse|pdf|pdf_font|pdf_increment|pdf_pictures|prose)\.py$")
EPOCH = (1980, 1, 1, 0, 0, 0)
# PEP 552: flags (by hash, never checked, for there is no source) and the empty hash
HEADER = MAGIC_NUMBER + (1).to_bytes(4, "little") + bytes(8)


def compile_archive(source: str, target: str, part: str = "") -> None:
    """Write the zip archive `target` with the files of `source`, its Python modules compiled. Reproducible.

    Of py_ocr, `part` "late" has the modules that are fetched when the first document is written, all others the rest.
    """
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in sorted(old.namelist()):
            if name.endswith("/") or FOR_DEVELOPERS.search(name) or bool(LATE.search(name)) != (part == "late"):
                continue
            data = b"" if DOCUMENTATION.search(name) else old.read(name)
            if LAPACK.search(name):
                name, data = f"{name.partition('.')[0]}.py", NO_LAPACK  # noqa: PLW2901  # a module in its place
            if name.endswith(".py"):
                data = HEADER + marshal.dumps(_compiled(data, name))
                name += "c"  # noqa: PLW2901  # the compiled file lies where the source was
            entry = zipfile.ZipInfo(name, EPOCH)
            new.writestr(entry, data)


def _compiled(source: bytes, name: str) -> CodeType:
    """Compile a module without its docstrings.

    A dataclass keeps a short one: without any, it would write its signature there, which takes a quarter of the time
    that making the class takes.
    """
    tree = ast.parse(source, name)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any("dataclass" in ast.unparse(each) for each in node.decorator_list):
            node.body.insert(0, ast.parse("__doc__ = '-'").body[0])
    return compile(tree, name, "exec", dont_inherit=True, optimize=2)

"""Writing a wheel so that the same content always gives the same bytes.

Members are sorted, dated alike and stored without compression, which differs between versions of zlib; the site
compresses what it serves by itself.
"""

import base64
import hashlib
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

from tools.pyodide_wheels.source_build.recipe import BUILD_DATE_EPOCH_S, PLATFORM_TAG, PYTHON_TAG, Sdist

_DATE = time.gmtime(BUILD_DATE_EPOCH_S)[:6]
_TAG = f"{PYTHON_TAG}-{PYTHON_TAG}-{PLATFORM_TAG}"
_FILE = 0o100644 << 16


def write_wheel(folder: Path, sdist: Sdist, files: Mapping[str, bytes], licences: Mapping[str, bytes]) -> Path:
    """Write the wheel of `sdist` for Pyodide from name → content, and return its path.

    The metadata is what the source distribution itself states in PKG-INFO, which `files` holds under that name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    information = f"{sdist.name}-{sdist.version}.dist-info"
    members = {name: content for name, content in files.items() if name != "PKG-INFO"}
    members[f"{information}/METADATA"] = files["PKG-INFO"]
    members[f"{information}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: py-ocr\nRoot-Is-Purelib: false\nTag: {_TAG}\n".encode()
    )
    members |= {f"{information}/licenses/{name}": content for name, content in licences.items()}
    record = f"{information}/RECORD"
    members[record] = _record(members, record)
    destination = folder / f"{sdist.name}-{sdist.version}-{_TAG}.whl"
    with zipfile.ZipFile(destination, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            member = zipfile.ZipInfo(name, _DATE)
            member.create_system = 3  # Unix, wherever this runs
            member.external_attr = _FILE
            archive.writestr(member, members[name])
    return destination


def _record(members: Mapping[str, bytes], own: str) -> bytes:
    lines = []
    for name in sorted(members):
        digest = base64.urlsafe_b64encode(hashlib.sha256(members[name]).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(members[name])}\n")
    return "".join([*lines, f"{own},,\n"]).encode()

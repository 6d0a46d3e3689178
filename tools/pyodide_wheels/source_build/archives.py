"""Unpacking source archives."""

import os
import tarfile
from collections.abc import Sequence
from pathlib import Path

# Python 3.11.2, which Debian bookworm has, lacks extraction filters. Every archive was verified before.
HAS_FILTERS = hasattr(tarfile, "tar_filter")


def extract(archive: Path, destination: Path, *, strip: int, left_out: Sequence[str] = ()) -> None:
    """Unpack a tar archive without the first `strip` folders of its names, and without the folders `left_out`.

    Those are named as they are below the archive's outer folder.
    """
    with tarfile.open(archive, "r|*") as tar:
        for member in tar:
            parts = [part for part in Path(member.name).parts if part != "."]
            if len(parts) <= strip or "/".join(parts[1:]).startswith(tuple(f"{folder}/" for folder in left_out)):
                continue
            member.name = os.path.join(*parts[strip:])  # noqa: PTH118 -- a name inside the archive
            if member.islnk():
                member.linkname = os.path.join(*Path(member.linkname).parts[strip:])  # noqa: PTH118 -- as above
            if HAS_FILTERS:
                tar.extract(member, destination, filter="tar")
            else:
                tar.extract(member, destination)

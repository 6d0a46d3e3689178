"""Unpacking source archives."""

import os
import tarfile
from pathlib import Path

# Python 3.11.2, which Debian bookworm has, lacks extraction filters. Every archive was verified before.
HAS_FILTERS = hasattr(tarfile, "tar_filter")


def extract(archive: Path, destination: Path, *, strip: int) -> None:
    """Unpack a tar archive without the first `strip` folders of its names."""
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            parts = [part for part in Path(member.name).parts if part != "."]
            if len(parts) <= strip:
                continue
            member.name = os.path.join(*parts[strip:])  # noqa: PTH118 -- a name inside the archive
            if member.islnk():
                member.linkname = os.path.join(*Path(member.linkname).parts[strip:])  # noqa: PTH118 -- as above
            if HAS_FILTERS:
                tar.extract(member, destination, filter="tar")
            else:
                tar.extract(member, destination)

"""The content-addressed cache: a file is stored under its own sha256 and verified whenever it is read.

Writers fill a temporary file and rename it, so that neither an interruption nor two set-ups at once leave a
half-written file under a hash.
"""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.errors import SetupError

try:
    import fcntl
except ModuleNotFoundError:  # not on Windows, where two set-ups at once are the user's to avoid
    fcntl = None  # type: ignore[assignment]


def sha256_file(path: Path) -> str:
    """Return the sha256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextlib.contextmanager
def atomic_file(destination: Path) -> Iterator[Path]:
    """Yield a temporary path beside `destination`; rename it there on success, delete it on failure."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{destination.name}.", dir=destination.parent)
    os.close(descriptor)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(destination)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(destination: Path, value: object) -> None:
    """Write `value` as indented JSON, atomically."""
    with atomic_file(destination) as temporary:
        temporary.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


class ContentStore:
    """Files by sha256 under `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Return where the content with this hash is, or would be."""
        return self.folder / "sha256" / sha256[:2] / sha256

    def partial(self, sha256: str) -> Path:
        """Return where an unfinished download of this content is kept between runs."""
        return self.folder / "partial" / sha256

    def find(self, sha256: str) -> Path | None:
        """Return the stored file, or None if it is absent; a damaged one is removed and counts as absent."""
        path = self.path(sha256)
        if not path.is_file():
            return None
        if sha256_file(path) != sha256:
            path.unlink(missing_ok=True)
            return None
        return path

    def add(self, source: Path, expected_sha256: str | None = None) -> str:
        """Copy `source` into the store and return its sha256.

        Raises `SetupError` when the content is not what `expected_sha256` says.
        """
        sha256 = sha256_file(source)
        if expected_sha256 is not None and sha256 != expected_sha256:
            raise SetupError(
                f"{source.name} has sha256 {sha256}, expected {expected_sha256}.",
                "Delete the file and run the command again; if it happens twice, its source is not to be trusted.",
            )
        if self.find(sha256) is None:
            with atomic_file(self.path(sha256)) as temporary:
                shutil.copyfile(source, temporary)
                if sha256_file(temporary) != sha256:
                    raise SetupError(f"{source} changed while it was copied.", "Run the command again.")
        return sha256

    def copy_out(self, sha256: str, destination: Path) -> bool:
        """Place the stored content at `destination`; return False if it is not in the store."""
        stored = self.find(sha256)
        if stored is None:
            return False
        with atomic_file(destination) as temporary:
            shutil.copyfile(stored, temporary)
        return True

    @contextlib.contextmanager
    def lock(self, key: str, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Hold `key` against all other set-ups that use this cache; `on_wait` is called where another one holds it."""
        path = self.folder / "locks" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as stream:
            if fcntl is not None:
                try:
                    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    on_wait()
                    fcntl.flock(stream, fcntl.LOCK_EX)
            yield

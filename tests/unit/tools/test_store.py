"""The cache gives back what was put in, or nothing; never something else, never half of it."""

from hashlib import sha256
from pathlib import Path

import pytest

from tools.errors import SetupError
from tools.store import ContentStore, atomic_file

CONTENT = b"a wheel"
HASH = sha256(CONTENT).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    return ContentStore(tmp_path / "cache")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.whl"
    path.write_bytes(CONTENT)
    return path


def test_a_file_is_found_under_its_hash(store: ContentStore, source: Path, tmp_path: Path) -> None:
    assert store.find(HASH) is None
    assert store.add(source) == HASH
    assert store.find(HASH) == store.folder / "sha256" / HASH[:2] / HASH
    assert store.copy_out(HASH, tmp_path / "out" / "copy.whl")
    assert (tmp_path / "out" / "copy.whl").read_bytes() == CONTENT


def test_a_damaged_file_counts_as_absent_and_can_be_replaced(store: ContentStore, source: Path, tmp_path: Path) -> None:
    store.add(source)
    store.path(HASH).write_bytes(CONTENT[:-1])
    assert not store.copy_out(HASH, tmp_path / "copy.whl")
    assert not (tmp_path / "copy.whl").exists()
    store.add(source)
    assert store.find(HASH) is not None


def test_content_other_than_expected_is_refused_and_not_kept(store: ContentStore, source: Path) -> None:
    with pytest.raises(SetupError, match=f"sha256 {HASH}, expected {'0' * 64}"):
        store.add(source, "0" * 64)
    assert store.find(HASH) is None


def test_an_interrupted_write_leaves_nothing_behind(tmp_path: Path) -> None:
    destination = tmp_path / "folder" / "file"

    def interrupted() -> None:
        with atomic_file(destination) as temporary:
            temporary.write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(destination.parent.iterdir()) == []


def test_an_interrupted_write_leaves_the_old_file_as_it_was(tmp_path: Path) -> None:
    destination = tmp_path / "file"
    destination.write_bytes(b"old")
    with pytest.raises(OSError, match="disk full"), atomic_file(destination) as temporary:
        temporary.write_bytes(b"half")
        raise OSError("disk full")
    assert destination.read_bytes() == b"old"

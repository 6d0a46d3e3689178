"""Which wheels Pyodide gets: the order of the sources, and that every byte is checked."""

import io
import json
import threading
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tools.download import UnreachableError, fetch
from tools.errors import SetupError
from tools.progress import StepProgress
from tools.pyodide_wheels import provision as provisioning
from tools.pyodide_wheels.pins import PACKAGES, Pins, WheelPin, read_pins
from tools.pyodide_wheels.provision import SourceBuild, provision
from tools.pyodide_wheels.sources import from_mirror, parse_sums
from tools.store import ContentStore

MIRROR_BUILDS = {f"{name}-1-wasm.whl": f"{name} of the mirror".encode() for name in PACKAGES}
SOURCE_BUILDS = {name: content + b", from source" for name, content in MIRROR_BUILDS.items()}


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


@pytest.fixture
def step() -> StepProgress:
    return StepProgress("Wheels", io.StringIO(), lambda: 0.0, on_terminal=False)


@pytest.fixture
def pins() -> Pins:
    return Pins("1.0", tuple(WheelPin(name, "1", f"{name}-1-wasm.whl", digest(b"official")) for name in PACKAGES))


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    return ContentStore(tmp_path / "cache")


def write_sums(folder: Path, contents: dict[str, bytes]) -> None:
    (folder / "SHA256SUMS").write_text("".join(f"{digest(data)}  {name}\n" for name, data in contents.items()))


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    folder = tmp_path / "mirror"
    folder.mkdir()
    for name, content in MIRROR_BUILDS.items():
        (folder / name).write_bytes(content)
    write_sums(folder, MIRROR_BUILDS)
    return folder


@pytest.fixture
def server(mirror: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(mirror))) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()


class Builder:
    """A build from source that takes no time and counts how often it was needed."""

    def __init__(self, folder: Path, recipe: str = "recipe 1") -> None:
        self.folder, self.recipe, self.runs = folder, recipe, 0

    def build(self, _step: StepProgress) -> list[Path]:
        self.runs += 1
        self.folder.mkdir(exist_ok=True)
        for name, content in SOURCE_BUILDS.items():
            (self.folder / name).write_bytes(content)
        return list(self.folder.iterdir())

    def as_source(self) -> SourceBuild:
        return SourceBuild(self.recipe, self.build)


@pytest.fixture
def builder(tmp_path: Path) -> Builder:
    return Builder(tmp_path / "built")


@pytest.fixture
def unreachable_distribution(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> dict[str, str]:
        raise UnreachableError("no network", "connect")

    monkeypatch.setattr(provisioning, "from_distribution", refuse)


def provenance(folder: Path) -> dict[str, object]:
    record: dict[str, object] = json.loads((folder / "provenance.json").read_text())
    return record


def test_pins_are_read_from_the_npm_package(tmp_path: Path) -> None:
    entry = {"version": "1", "file_name": "x.whl", "sha256": "ab"}
    (tmp_path / "package.json").write_text('{"version": "314.0.7"}')
    (tmp_path / "pyodide-lock.json").write_text(json.dumps({"packages": dict.fromkeys((*PACKAGES, "scipy"), entry)}))
    pins = read_pins(tmp_path)
    assert pins.pyodide_version == "314.0.7"
    assert pins.wheels == tuple(WheelPin(name, "1", "x.whl", "ab") for name in PACKAGES)


def test_sums_are_read_in_both_forms_of_sha256sum() -> None:
    text, binary = "A" * 64, "b" * 64
    assert parse_sums(f"{text}  a.whl\n\n{binary} *b.whl\n") == {"a.whl": "a" * 64, "b.whl": "b" * 64}
    with pytest.raises(SetupError, match="Line 1"):
        parse_sums("abc  a.whl\n")


def test_a_mirror_folder_and_its_address_give_the_same(
    mirror: Path, server: str, pins: Pins, tmp_path: Path, step: StepProgress
) -> None:
    expected = {name: digest(content) for name, content in MIRROR_BUILDS.items()}
    for number, place in enumerate((str(mirror), server, server + "/")):
        store = ContentStore(tmp_path / f"cache{number}")
        assert from_mirror(place, pins, store, step) == expected
        assert all(store.find(sha) for sha in expected.values())


def test_a_mirror_without_sums_must_hold_the_official_bytes(
    mirror: Path, pins: Pins, store: ContentStore, step: StepProgress
) -> None:
    (mirror / "SHA256SUMS").unlink()
    with pytest.raises(SetupError, match="expected"):
        from_mirror(str(mirror), pins, store, step)
    for name in MIRROR_BUILDS:
        (mirror / name).write_bytes(b"official")
    assert set(from_mirror(str(mirror), pins, store, step).values()) == {digest(b"official")}


def test_a_mirror_with_a_damaged_missing_or_unlisted_wheel_is_an_error(
    mirror: Path, pins: Pins, store: ContentStore, step: StepProgress
) -> None:
    name = next(iter(MIRROR_BUILDS))
    (mirror / name).write_bytes(b"damaged")
    with pytest.raises(SetupError, match="expected"):
        from_mirror(str(mirror), pins, store, step)
    (mirror / name).unlink()
    with pytest.raises(SetupError, match=f"no {name}"):
        from_mirror(str(mirror), pins, store, step)
    write_sums(mirror, {key: value for key, value in MIRROR_BUILDS.items() if key != name})
    with pytest.raises(SetupError, match=f"does not list {name}"):
        from_mirror(str(mirror), pins, store, step)


def test_an_interrupted_download_goes_on_and_is_checked_as_a_whole(
    server: str, store: ContentStore, step: StepProgress
) -> None:
    name, content = next(iter(MIRROR_BUILDS.items()))
    partial_file = store.partial(digest(content))
    partial_file.parent.mkdir(parents=True)
    partial_file.write_bytes(content[:3])
    fetch(f"{server}/{name}", digest(content), store, step)
    assert store.find(digest(content)) is not None
    assert not partial_file.exists()


def test_a_download_of_something_else_is_refused_and_forgotten(
    server: str, store: ContentStore, step: StepProgress
) -> None:
    name = next(iter(MIRROR_BUILDS))
    with pytest.raises(SetupError, match="expected"):
        fetch(f"{server}/{name}", "0" * 64, store, step)
    assert not store.partial("0" * 64).exists()


def test_an_address_that_does_not_answer_is_told_apart_from_wrong_bytes(
    server: str, store: ContentStore, step: StepProgress
) -> None:
    with pytest.raises(UnreachableError, match="could not be fetched"):
        fetch(f"{server}/absent.whl", "0" * 64, store, step)


def test_the_mirror_comes_first_and_afterwards_the_cache_does_without_it(
    mirror: Path, pins: Pins, step: StepProgress, builder: Builder, tmp_path: Path
) -> None:
    store = ContentStore(tmp_path / "cache")
    provision(pins, store, tmp_path / "first", step, builder.as_source(), mirror=str(mirror))
    for path in mirror.iterdir():
        path.unlink()
    provision(pins, store, tmp_path / "second", step, builder.as_source())
    for folder in (tmp_path / "first", tmp_path / "second"):
        assert {path.name: path.read_bytes() for path in folder.glob("*.whl")} == MIRROR_BUILDS
        assert provenance(folder)["origin"] == "mirror"
    assert builder.runs == 0


@pytest.mark.usefixtures("unreachable_distribution")
def test_without_mirror_and_distribution_the_wheels_are_built_once(
    pins: Pins, store: ContentStore, step: StepProgress, builder: Builder, tmp_path: Path
) -> None:
    for name in ("first", "second"):
        provision(pins, store, tmp_path / name, step, builder.as_source(), fallback_mirror=tmp_path / "absent")
    assert builder.runs == 1
    assert provenance(tmp_path / "second")["origin"] == "source"
    assert {path.name: path.read_bytes() for path in (tmp_path / "second").glob("*.whl")} == SOURCE_BUILDS


@pytest.mark.usefixtures("unreachable_distribution")
def test_a_changed_recipe_or_a_damaged_cache_builds_again(
    pins: Pins, store: ContentStore, step: StepProgress, builder: Builder, tmp_path: Path
) -> None:
    destination = tmp_path / "wheels"
    provision(pins, store, destination, step, builder.as_source())
    builder.recipe = "recipe 2"
    provision(pins, store, destination, step, builder.as_source())
    assert builder.runs == 2
    store.path(digest(next(iter(SOURCE_BUILDS.values())))).write_bytes(b"damaged")
    provision(pins, store, destination, step, builder.as_source())
    assert builder.runs == 3

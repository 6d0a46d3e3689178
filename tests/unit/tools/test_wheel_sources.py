"""Which wheels Pyodide gets: the order of the sources, and that every byte is checked."""

import io
import json
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tools.download import UnreachableError, fetch
from tools.errors import SetupError
from tools.progress import StepProgress
from tools.pyodide_wheels import provision as provisioning
from tools.pyodide_wheels.pins import PACKAGES, Pins, WheelPin, read_builds, read_pins
from tools.pyodide_wheels.provision import NOT_PINNED, SourceBuild, provision
from tools.pyodide_wheels.sources import from_mirror
from tools.store import ContentStore

OWN_BUILDS = {f"{name}-1-wasm.whl": f"{name}, built from source".encode() for name in PACKAGES}
OLDER_BUILDS = {name: content + b", by an older recipe" for name, content in OWN_BUILDS.items()}


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


@pytest.fixture
def step() -> StepProgress:
    return StepProgress("Wheels", io.StringIO(), lambda: 0.0, on_terminal=False)


def pin(name: str) -> WheelPin:
    file_name = f"{name}-1-wasm.whl"
    builds = (("ours", digest(OWN_BUILDS[file_name])), ("older", digest(OLDER_BUILDS[file_name])))
    return WheelPin(name, "1", file_name, digest(b"official"), builds)


@pytest.fixture
def pins() -> Pins:
    return Pins("1.0", tuple(map(pin, PACKAGES)))


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    return ContentStore(tmp_path / "cache")


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    folder = tmp_path / "mirror"
    folder.mkdir()
    for name, content in OLDER_BUILDS.items():
        (folder / name).write_bytes(content)
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

    def __init__(self, folder: Path) -> None:
        self.folder, self.runs = folder, 0
        self.contents = OWN_BUILDS

    def build(self, _step: StepProgress) -> list[Path]:
        self.runs += 1
        self.folder.mkdir(exist_ok=True)
        for name, content in self.contents.items():
            (self.folder / name).write_bytes(content)
        return list(self.folder.iterdir())

    def as_source(self) -> SourceBuild:
        return SourceBuild("recipe", self.build)


@pytest.fixture
def builder(tmp_path: Path) -> Builder:
    return Builder(tmp_path / "built")


@pytest.fixture
def unreachable_distribution(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> dict[str, str]:
        raise UnreachableError("no network", "connect")

    monkeypatch.setattr(provisioning, "from_distribution", refuse)


def provenance(folder: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((folder / "provenance.json").read_text())
    return record


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.whl")}


def test_pins_are_read_from_the_npm_package_and_from_our_builds(tmp_path: Path) -> None:
    entry = {"version": "1", "file_name": "x.whl", "sha256": "ab"}
    (tmp_path / "package.json").write_text('{"version": "314.0.7"}')
    (tmp_path / "pyodide-lock.json").write_text(json.dumps({"packages": dict.fromkeys((*PACKAGES, "scipy"), entry)}))
    own = [{"name": "ours", "wheels": {"x.whl": "cd"}}, {"name": "other version", "wheels": {"y.whl": "ef"}}]
    (tmp_path / "builds.json").write_text(json.dumps({"builds": own}))
    pins = read_pins(tmp_path, tmp_path / "builds.json")
    assert pins.pyodide_version == "314.0.7"
    assert pins.wheels == tuple(WheelPin(name, "1", "x.whl", "ab", (("ours", "cd"),)) for name in PACKAGES)
    assert pins.wheels[0].accepted == {"ab": "official", "cd": "ours"}


def test_our_builds_are_pinned_for_the_wheels_that_are_needed() -> None:
    newest = read_builds()[0]
    assert {name.split("-")[0] for name in newest["wheels"]} == set(PACKAGES)
    assert all(re.fullmatch(r"[0-9a-f]{64}", sha256) for build in read_builds() for sha256 in build["wheels"].values())


def test_a_mirror_folder_and_its_address_give_the_same(
    mirror: Path, server: str, pins: Pins, tmp_path: Path, step: StepProgress
) -> None:
    expected = {name: digest(content) for name, content in OLDER_BUILDS.items()}
    for number, place in enumerate((str(mirror), server, server + "/")):
        store = ContentStore(tmp_path / f"cache{number}")
        assert from_mirror(place, pins, store, step) == expected
        assert all(store.find(sha) for sha in expected.values())


def test_a_mirror_cannot_say_by_itself_which_bytes_are_right(
    mirror: Path, server: str, pins: Pins, store: ContentStore, step: StepProgress
) -> None:
    sums = []
    for name in OLDER_BUILDS:
        (mirror / name).write_bytes(b"something else")
        sums.append(f"{digest(b'something else')}  {name}\n")
    (mirror / "SHA256SUMS").write_text("".join(sums))
    for place in (str(mirror), server):
        with pytest.raises(SetupError, match="not pinned"):
            from_mirror(place, pins, store, step)
    assert store.find(digest(b"something else")) is None


def test_a_mirror_without_a_wheel_is_an_error(
    mirror: Path, pins: Pins, store: ContentStore, step: StepProgress
) -> None:
    name = next(iter(OLDER_BUILDS))
    (mirror / name).unlink()
    with pytest.raises(SetupError, match=f"no {name}"):
        from_mirror(str(mirror), pins, store, step)


def test_an_interrupted_download_goes_on_and_is_checked_as_a_whole(
    server: str, store: ContentStore, step: StepProgress
) -> None:
    name, content = next(iter(OLDER_BUILDS.items()))
    partial_file = store.partial(digest(content))
    partial_file.parent.mkdir(parents=True)
    partial_file.write_bytes(content[:3])
    fetch(f"{server}/{name}", digest(content), store, step)
    assert store.find(digest(content)) is not None
    assert not partial_file.exists()


def test_two_set_ups_that_fetch_the_same_file_at_once_both_get_it(server: str, store: ContentStore) -> None:
    name, content = next(iter(OLDER_BUILDS.items()))
    shown = [StepProgress("Wheels", io.StringIO(), lambda: 0.0, on_terminal=False) for _ in range(8)]
    with ThreadPoolExecutor(len(shown)) as pool:
        futures = [pool.submit(fetch, f"{server}/{name}", digest(content), store, one) for one in shown]
        for future in futures:
            future.result()
    assert store.find(digest(content)) is not None


def test_a_download_of_something_else_is_refused_and_forgotten(
    server: str, store: ContentStore, step: StepProgress
) -> None:
    name = next(iter(OLDER_BUILDS))
    with pytest.raises(SetupError, match="expected"):
        fetch(f"{server}/{name}", "0" * 64, store, step)
    assert not store.partial("0" * 64).exists()


def test_an_address_that_does_not_answer_is_told_apart_from_wrong_bytes(
    server: str, store: ContentStore, step: StepProgress
) -> None:
    with pytest.raises(UnreachableError, match="could not be fetched"):
        fetch(f"{server}/absent.whl", "0" * 64, store, step)


def test_a_mirror_that_is_named_is_used_and_afterwards_the_cache_does_without_it(
    mirror: Path, pins: Pins, step: StepProgress, builder: Builder, tmp_path: Path
) -> None:
    store = ContentStore(tmp_path / "cache")
    provision(pins, store, tmp_path / "first", step, builder.as_source(), mirror=str(mirror))
    for path in mirror.iterdir():
        path.unlink()
    provision(pins, store, tmp_path / "second", step, builder.as_source())
    for folder, origin in ((tmp_path / "first", "mirror"), (tmp_path / "second", "cache")):
        assert contents(folder) == OLDER_BUILDS
        assert provenance(folder)["origin"] == origin
        assert {entry["build"] for entry in provenance(folder)["wheels"].values()} == {"older"}
    assert builder.runs == 0


@pytest.mark.usefixtures("unreachable_distribution", "mirror")
def test_without_a_mirror_that_is_named_the_wheels_are_built_once_and_one_lying_about_is_not_used(
    pins: Pins, store: ContentStore, step: StepProgress, builder: Builder, tmp_path: Path
) -> None:
    assert (tmp_path / "mirror").is_dir()
    for name in ("first", "second"):
        provision(pins, store, tmp_path / name, step, builder.as_source())
    assert builder.runs == 1
    assert contents(tmp_path / "second") == OWN_BUILDS
    assert [provenance(tmp_path / name)["origin"] for name in ("first", "second")] == ["source", "cache"]


@pytest.mark.usefixtures("unreachable_distribution")
def test_a_build_that_differs_serves_its_checkout_and_does_not_enter_the_cache(
    pins: Pins, store: ContentStore, step: StepProgress, builder: Builder, tmp_path: Path
) -> None:
    builder.contents = {name: content + b", differently" for name, content in OWN_BUILDS.items()}
    provision(pins, store, tmp_path / "wheels", step, builder.as_source())
    assert contents(tmp_path / "wheels") == builder.contents
    assert {entry["build"] for entry in provenance(tmp_path / "wheels")["wheels"].values()} == {NOT_PINNED}
    assert not any(store.find(digest(content)) for content in builder.contents.values())
    provision(pins, store, tmp_path / "wheels", step, builder.as_source())
    assert builder.runs == 2


@pytest.mark.usefixtures("unreachable_distribution")
def test_a_damaged_cache_builds_again(
    pins: Pins, store: ContentStore, step: StepProgress, builder: Builder, tmp_path: Path
) -> None:
    destination = tmp_path / "wheels"
    provision(pins, store, destination, step, builder.as_source())
    store.path(digest(next(iter(OWN_BUILDS.values())))).write_bytes(b"damaged")
    provision(pins, store, destination, step, builder.as_source())
    assert builder.runs == 2

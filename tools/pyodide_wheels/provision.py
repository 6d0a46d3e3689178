"""The order in which wheels are looked for, and the record of what was found.

cache → mirror, where one is named → official distribution → build from source

Whatever gives them, only pinned bytes are accepted. A build from source is reproducible, so that its bytes are
pinned, too; where they differ all the same (other headers, another compiler), the wheels have passed the build's own
checks in Pyodide and serve this checkout, and nothing else: they do not enter the cache.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.download import UnreachableError
from tools.errors import SetupError
from tools.progress import StepProgress, format_bytes
from tools.pyodide_wheels.pins import Pins
from tools.pyodide_wheels.sources import from_distribution, from_mirror
from tools.store import ContentStore, atomic_file, sha256_file, write_json

NOT_PINNED = "this machine's own build"


@dataclass(frozen=True)
class SourceBuild:
    """The last resort: `recipe` identifies what `build` would make."""

    recipe: str
    build: Callable[[StepProgress], list[Path]]


def provision(
    pins: Pins,
    store: ContentStore,
    destination: Path,
    step: StepProgress,
    source_build: SourceBuild,
    *,
    mirror: str | None = None,
) -> None:
    """Fill `destination` with the wheels and `provenance.json`.

    A `mirror` was asked for: what is wrong with it is an error.
    """
    with store.lock("pyodide-wheels", lambda: step.item("waiting for another set-up, which provides them")):
        origin, files = _choose(pins, store, step, source_build, mirror)
    destination.mkdir(parents=True, exist_ok=True)
    for old in destination.glob("*.whl"):
        if old.name not in files:
            old.unlink()
    described = {}
    for pin in pins.wheels:
        path = destination / pin.file_name
        with atomic_file(path) as temporary:
            shutil.copyfile(files[pin.file_name], temporary)
        sha256 = sha256_file(path)
        build = pin.accepted.get(sha256, NOT_PINNED)
        if build == NOT_PINNED and origin != "source":
            raise SetupError(f"{path.name} changed while it was copied.", "Run the command again.")
        described[path.name] = {"sha256": sha256, "bytes": path.stat().st_size, "build": build}
        step.note(f"{path.name}  {format_bytes(path.stat().st_size)}  sha256 {sha256[:12]}  {build}, from: {origin}")
    if any(entry["build"] == NOT_PINNED for entry in described.values()):
        step.note("These wheels differ from the pinned ones. They passed their checks and are used here, only here.")
    record = {"pyodide": pins.pyodide_version, "origin": origin, "recipe": source_build.recipe, "wheels": described}
    write_json(destination / "provenance.json", record)


def _choose(
    pins: Pins, store: ContentStore, step: StepProgress, source_build: SourceBuild, mirror: str | None
) -> tuple[str, dict[str, Path]]:
    """Return the origin, and the path of each wheel by file name."""
    if cached := _from_cache(pins, store):
        return "cache", cached
    if mirror is not None:
        return "mirror", _stored(from_mirror(mirror, pins, store, step), store)
    step.item("official distribution")
    try:
        return "distribution", _stored(from_distribution(pins, store, step), store)
    except UnreachableError:
        step.note("Pyodide's own distribution is not reachable; building from source.")
    built = {path.name: path for path in source_build.build(step)}
    if missing := {pin.file_name for pin in pins.wheels} - built.keys():
        raise SetupError(f"The build from source did not make {', '.join(sorted(missing))}.", "Report this as a bug.")
    for pin in pins.wheels:
        if sha256_file(built[pin.file_name]) in pin.accepted:
            store.add(built[pin.file_name])
    return "source", built


def _from_cache(pins: Pins, store: ContentStore) -> dict[str, Path] | None:
    """Return the path of each wheel if the cache has accepted bytes of all of them."""
    found = {}
    for pin in pins.wheels:
        stored = next(filter(None, map(store.find, pin.accepted)), None)
        if stored is None:
            return None
        found[pin.file_name] = stored
    return found


def _stored(files: dict[str, str], store: ContentStore) -> dict[str, Path]:
    return {name: store.path(sha256) for name, sha256 in files.items()}

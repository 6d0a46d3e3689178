"""The order of sources, and the record of the one that was used.

cache → mirror → official distribution → build from source
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.download import UnreachableError
from tools.errors import SetupError
from tools.progress import StepProgress, format_bytes
from tools.pyodide_wheels.pins import Pins
from tools.pyodide_wheels.sources import from_distribution, from_mirror
from tools.store import ContentStore, write_json

ORIGINS = ("mirror", "distribution", "source")


@dataclass(frozen=True)
class WheelSet:
    """The wheels that were chosen: file name → sha256, all of them in the store, and where they come from."""

    origin: str
    recipe: str
    files: dict[str, str]


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
    fallback_mirror: Path | None = None,
) -> None:
    """Fill `destination` with the wheels and `provenance.json`.

    `mirror` was asked for: what is wrong with it is an error. `fallback_mirror` is used where it happens to exist.
    """
    cached = _from_cache(pins, store, source_build.recipe)
    chosen = cached or _choose(pins, store, step, source_build, mirror=mirror, fallback_mirror=fallback_mirror)
    store.write_record(_key(pins), {"origin": chosen.origin, "recipe": chosen.recipe, "files": chosen.files})
    described = f"{chosen.origin}, from the cache" if cached else chosen.origin
    step.note(f"wheels: {described}")
    for old in destination.glob("*.whl"):
        old.unlink()
    for name, sha256 in chosen.files.items():
        if not store.copy_out(sha256, destination / name):
            raise SetupError(f"{name} disappeared from the cache.", "Run the command again.")
        step.note(f"{name}  {format_bytes((destination / name).stat().st_size)}  sha256 {sha256[:12]}")
    write_json(destination / "provenance.json", _provenance(pins, chosen, destination))


def _choose(
    pins: Pins,
    store: ContentStore,
    step: StepProgress,
    source_build: SourceBuild,
    *,
    mirror: str | None,
    fallback_mirror: Path | None,
) -> WheelSet:
    if mirror is not None:
        return WheelSet("mirror", "", from_mirror(mirror, pins, store, step))
    if fallback_mirror is not None and fallback_mirror.is_dir():
        return WheelSet("mirror", "", from_mirror(str(fallback_mirror), pins, store, step))
    step.item("official distribution")
    try:
        return WheelSet("distribution", "", from_distribution(pins, store, step))
    except UnreachableError as error:
        step.note(f"The official distribution is not reachable ({error.cause}); building from source.")
    files = {path.name: store.add(path) for path in source_build.build(step)}
    if missing := {pin.file_name for pin in pins.wheels} - files.keys():
        raise SetupError(f"The build from source did not make {', '.join(sorted(missing))}.", "Report this as a bug.")
    return WheelSet("source", source_build.recipe, files)


def _key(pins: Pins) -> str:
    return f"pyodide-wheels-{pins.digest[:32]}"


def _from_cache(pins: Pins, store: ContentStore, recipe: str) -> WheelSet | None:
    match store.read_record(_key(pins)):
        case {"origin": str(origin), "recipe": str(recorded), "files": dict(files)} if origin in ORIGINS:
            is_stale = origin == "source" and recorded != recipe
            if not is_stale and all(store.find(str(sha256)) for sha256 in files.values()):
                return WheelSet(origin, recorded, files)
    return None


def _provenance(pins: Pins, chosen: WheelSet, folder: Path) -> dict[str, object]:
    return {
        "pyodide": pins.pyodide_version,
        "origin": chosen.origin,
        "recipe": chosen.recipe,
        "wheels": {
            name: {"sha256": sha256, "bytes": (folder / name).stat().st_size} for name, sha256 in chosen.files.items()
        },
    }

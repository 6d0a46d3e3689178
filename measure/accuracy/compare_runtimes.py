"""`.venv/bin/python -m measure.accuracy.compare_runtimes [FOLDER...]`: do both runtimes read the same text?

Reads every image under the folders with the package in CPython and with the built site in Chromium, on WASM, and shows
where the texts differ in any character; then the exit status is 1. It takes hours for many images. What was read stays
in `.build/parity/readings`, so that it goes on where it was stopped.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from measure.accuracy.dataset import LabelledImage
from measure.accuracy.parity import Difference, difference
from measure.accuracy.readings import ReadingStore
from measure.accuracy.running import read_missing
from measure.accuracy.systems.native import NativeSystem
from measure.accuracy.systems.system import System
from measure.accuracy.systems.wasm import WasmSystem
from py_ocr.decode import SUFFIXES
from tools.errors import SetupError
from tools.progress import Progress
from tools.project import Project, this_project


def main() -> int:
    """Run the command and return the exit status."""
    project = this_project()
    parser = argparse.ArgumentParser(prog="python -m measure.accuracy.compare_runtimes", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", default=_default_folders(project))
    parser.add_argument("--profile", action="append", metavar="NAME", help="default: the site's; may be repeated")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes that read natively")
    options = parser.parse_args()
    images = find_images(options.folders)
    store = ReadingStore(project.build / "parity" / "readings")
    progress = Progress(sys.stdout)
    differing = 0
    try:
        for profile in options.profile or [None]:
            native, web = NativeSystem(project.root, profile=profile), WasmSystem(project, profile=profile)
            read_missing(native, images, store, progress, jobs=options.jobs)
            read_missing(web, images, store, progress)
            found = differences(native, web, images, store)
            differing += len(found)
            print(f"{profile or 'default'}: {len(found)} of {len(images)} images differ")
            for each in found:
                print(f"  {each.image}\n    native: {each.left!r}\n    browser: {each.right!r}")
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. Run the command again: it goes on where it stopped.", file=sys.stderr)
        return 130
    return 1 if differing else 0


def _default_folders(project: Project) -> list[Path]:
    """Return the labelled images, but for those that decoders rightly disagree about, the cases and our pictures."""
    shared = project.root.parent / "shared"
    labelled = [folder for folder in sorted(shared.glob("data/*")) if folder.name != "bad_inputs" and folder.is_dir()]
    return [*labelled, shared / "cases", project.root / "tests" / "fixtures"]


def find_images(folders: Sequence[Path]) -> list[LabelledImage]:
    """Return every image file under the folders, by path. Raises SetupError where there is none."""
    found = [
        LabelledImage(path.parent.relative_to(folder.parent).as_posix(), path, {})
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in SUFFIXES and path.is_file()
    ]
    if not found:
        raise SetupError("There is no image in these folders.", "Name a folder that holds images.")
    return found


def differences(left: System, right: System, images: Sequence[LabelledImage], store: ReadingStore) -> list[Difference]:
    """Return where two systems differ on images that both have read."""
    found = []
    for image in images:
        mine, theirs = (store.find(each.name, each.settings(image), image.sha256) for each in (left, right))
        if mine is not None and theirs is not None:
            found.append(difference(f"{image.set_name}/{image.name}", mine, theirs))
    return [each for each in found if each is not None]


if __name__ == "__main__":
    sys.exit(main())

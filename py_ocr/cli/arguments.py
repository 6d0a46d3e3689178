"""The arguments that both command lines share, and the list of images that they name."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import get_args

from py_ocr import __version__
from py_ocr.backends.policy import AUTO, CHOICES
from py_ocr.cli.output import Output
from py_ocr.cli.standard_input import STANDARD_INPUT
from py_ocr.decode import SUFFIXES
from py_ocr.documents.page_source import DocumentOptions, PdfText
from py_ocr.engine import OcrOptions
from py_ocr.export.formats import SUFFIXES as SUFFIXES_OF_FORMS
from py_ocr.export.formats import ExportOptions
from py_ocr.tuning import parse_override
from py_ocr.types import FURIGANA_STYLES, TextOptions

FORMATS = tuple(SUFFIXES_OF_FORMS)


def common_parser(prog: str, description: str) -> argparse.ArgumentParser:
    """Return a parser for IMAGE... and the options that do not depend on where the engine runs."""
    parser = argparse.ArgumentParser(
        prog=prog,
        description=description,
        epilog="Exit status: 0 when every image was read, 1 when some were not, 2 for wrong usage.",
    )
    parser.add_argument(
        "images",
        nargs="+",
        type=Path,
        metavar="IMAGE",
        help="an image, a PDF, a ZIP of images, a folder of images, or -: standard input",
    )
    parser.add_argument("--format", choices=FORMATS, default="text", help="default: %(default)s")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="write DIR/<image file name>.txt, or with the suffix of another form, for each file, instead of printing",
    )
    add_document_options(parser)
    add_engine_options(parser)
    parser.add_argument("--recursive", action="store_true", help="also read the folders in a folder")
    parser.add_argument(
        "--skip-existing", action="store_true", help="with --out, leave images out whose result is there: goes on"
    )
    parser.add_argument(
        "--max-megapixels",
        type=positive,
        metavar="N",
        help="read larger images scaled down, with a notice that says so; default: 48, in a browser less where the "
        "device has little memory",
    )
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.add_argument(
        "--print-completion", action=_PrintCompletion, metavar="SHELL", help="print what lets a shell complete: bash, …"
    )
    return parser


def add_document_options(parser: argparse.ArgumentParser) -> None:
    """Add what is read of documents, and how they are written."""
    parser.add_argument("--layout", action="store_true", help="keep columns and indentation in the text, by blanks")
    parser.add_argument("--pages", metavar="RANGES", help="pages of documents to read, such as 1-3,7; default: all")
    parser.add_argument("--password", help="of an encrypted PDF")
    parser.add_argument(
        "--pdf-text",
        choices=get_args(PdfText),
        default="auto",
        help="text that a PDF has: take it and read the pictures without, take it and read nothing, or read every page "
        "as a picture; default: %(default)s",
    )


def document_options(options: argparse.Namespace) -> DocumentOptions:
    """Return what is read of documents."""
    return DocumentOptions(options.pages, options.password, options.pdf_text)


def export_options(options: argparse.Namespace) -> ExportOptions:
    """Return how results are written."""
    return ExportOptions(options.layout, options.password, TextOptions(options.indent, options.furigana))


def add_engine_options(parser: argparse.ArgumentParser) -> None:
    """Add what chooses an engine, and how it reads."""
    parser.add_argument("--backend", choices=CHOICES, default=AUTO, help="default: %(default)s")
    parser.add_argument("--profile", metavar="NAME", help="which models read: balanced (the default), fast, best, …")
    parser.add_argument(
        "--languages",
        type=_codes,
        default=(),
        metavar="CODES",
        help="languages to expect, as BCP 47 tags with commas between: en,zh-Hant; the error for one that the profile "
        "does not offer lists the others",
    )
    parser.add_argument("--alternatives", action="store_true", help="tell in JSON what doubtful characters may be")
    parser.add_argument("--indent", action="store_true", help="keep the indentation of rows in the text, as of code")
    parser.add_argument(
        "--furigana",
        choices=FURIGANA_STYLES,
        default="keep",
        help="small kana beside Japanese characters: as lines, not at all, or in brackets; default: %(default)s",
    )
    parser.add_argument("--threads", type=positive, metavar="N", help="processor threads; chosen when left out")
    parser.add_argument(
        "--param",
        action=_CollectParam,
        dest="params",
        default={},
        metavar="STAGE.NAME=VALUE",
        help="a parameter of a stage, such as detection.long_side_px=1280; may be repeated",
    )


def program_name(module: str) -> str:
    """Return what this program was called as: its own name, or `module` of an interpreter."""
    name = Path(sys.argv[0]).stem
    return name if name == "py-ocr" else f"python -m {module}"


def ocr_options(options: argparse.Namespace) -> OcrOptions:
    """Return what was chosen for each image."""
    return OcrOptions(options.languages, TextOptions(options.indent, options.furigana), options.alternatives)


def find_images(parser: argparse.ArgumentParser, options: argparse.Namespace, output: Output) -> list[Path]:
    """Return the images that are to be read, in the order named, a folder giving its image files by name.

    A file that does not exist stays in the list: it fails when its turn comes, and the others are read. Wrong usage
    ends the program, and so does that there is nothing left to do.
    """
    if options.images.count(STANDARD_INPUT) > 1:
        parser.error("standard input can be read once")
    if options.format == "pdf" and (output.folder is None or STANDARD_INPUT in options.images):
        parser.error("--format pdf needs --out, and files to read")
    images = [
        image
        for path in options.images
        for image in (_images_of(parser, path, recursive=options.recursive) if path.is_dir() else [path])
    ]
    if output.folder is None:
        if options.skip_existing:
            parser.error("--skip-existing needs --out")
        return images
    name, count = Counter(image.name for image in images).most_common(1)[0]
    if count > 1:
        parser.error(f"{count} images are called {name}: with --out, their results would overwrite each other")
    if options.skip_existing:
        images = [image for image in images if not output.holds(image)]
        if not images:
            parser.exit(0, f"Every result is in {output.folder} already.\n")
    return images


def _images_of(parser: argparse.ArgumentParser, folder: Path, *, recursive: bool) -> list[Path]:
    paths = folder.rglob("*") if recursive else folder.iterdir()
    images = sorted(path for path in paths if path.suffix.lower() in (*SUFFIXES, ".pdf") and path.is_file())
    if not images:
        parser.error(f"the folder {folder} holds no image ({', '.join(SUFFIXES)})")
    return images


class _PrintCompletion(argparse.Action):
    """Prints a script for a shell, and ends the program."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        _namespace: argparse.Namespace,
        values: object,
        _option_string: str | None = None,
    ) -> None:
        try:
            import shtab  # noqa: PLC0415  # part of an extra, and needed for nothing else
        except ModuleNotFoundError:
            parser.error("completion needs shtab: pip install 'py-ocr[native]'")
        if values not in shtab.SUPPORTED_SHELLS:
            parser.error(f"argument --print-completion: choose from {', '.join(shtab.SUPPORTED_SHELLS)}")
        for action in parser._actions:
            if action.type is Path:
                action.complete = shtab.FILE  # type: ignore[attr-defined]  # as shtab documents
        parser.prog = "py-ocr"
        print(shtab.complete(parser, str(values)))
        parser.exit(0)


class _CollectParam(argparse.Action):
    """Collects overrides by stage and name, as `tuned` takes them."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        try:
            stage, name, value = parse_override(str(values))
        except ValueError:
            parser.error(f"argument {option_string}: {values} is not of the form STAGE.NAME=VALUE, with a number")
        known: dict[str, dict[str, int | float]] = getattr(namespace, self.dest)
        setattr(namespace, self.dest, {**known, stage: {**known.get(stage, {}), name: value}})


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code for code in text.replace(",", " ").split() if code)


def positive(text: str) -> int:
    """Return a whole number from 1, as the type of an argument."""
    try:
        count = int(text)
    except ValueError:
        count = 0
    if count < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1")
    return count

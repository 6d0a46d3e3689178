"""`python -m py_ocr IMAGE...`: reads images natively."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from py_ocr.cli.arguments import (
    common_parser,
    document_options,
    export_options,
    find_images,
    ocr_options,
    positive,
    program_name,
)
from py_ocr.cli.batch import INTERRUPTED, explain, read_all, read_all_at_once, report_unreadable, use_utf8
from py_ocr.cli.choices import check_choices
from py_ocr.cli.output import Output, OutputError
from py_ocr.cli.standard_input import standard_input_as_file
from py_ocr.errors import OcrError
from py_ocr.native import MODELS_VARIABLE, NativeChoice, NativeReader, open_models
from py_ocr.parallel import ParallelReader
from py_ocr.tuning import tuned


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    use_utf8(sys.stdout, sys.stderr)
    prog = program_name("py_ocr")
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["serve"]:
        return _serve(prog, given[1:])
    parser = common_parser(prog, f"Read the text of images. `{prog} serve --help`: a warm engine for other programs.")
    parser.add_argument(
        "--models",
        type=Path,
        metavar="DIR",
        help=f"folder with manifest.json and the prepared models (also: {MODELS_VARIABLE})",
    )
    parser.add_argument(
        "--jobs",
        type=positive,
        default=1,
        metavar="N",
        help="read so many images at once, in as many processes",
    )
    options = parser.parse_args(given)
    output = Output(options.format, options.out, sys.stdout, export_options(options))
    images = find_images(parser, options, output)
    try:
        output.check()
        if (status := report_unreadable(images, output, sys.stderr)) is not None:
            return status
        models = open_models(options.models)
        recognition, documents = ocr_options(options), document_options(options)
        check_choices(parser, options, models)
        params = tuned(options.params)
        most_pixels = 1_000_000 * options.max_megapixels if options.max_megapixels else NativeChoice().most_pixels
        choice = NativeChoice(options.profile, options.backend, options.threads, params, most_pixels)
        jobs = min(options.jobs, len(images))
        with standard_input_as_file(images, sys.stdin.buffer) as locate:
            if jobs > 1:
                with ParallelReader(options.models, choice, recognition, documents, jobs=jobs) as readers:
                    return read_all_at_once(readers, images, output, sys.stderr, quiet=options.quiet, locate=locate)
            with NativeReader(models, choice, recognition, documents) as reader:
                return read_all(reader, images, output, sys.stderr, quiet=options.quiet, locate=locate)
    except (OcrError, OutputError) as error:
        explain(error, sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return INTERRUPTED


def _serve(prog: str, arguments: Sequence[str]) -> int:
    from py_ocr.serve.command import main as serve  # noqa: PLC0415  # reading images needs no server

    return serve(prog, arguments)


if __name__ == "__main__":
    sys.exit(main())

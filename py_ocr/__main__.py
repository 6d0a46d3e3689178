"""`python -m py_ocr IMAGE...`: reads images natively."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from py_ocr.cli.arguments import common_parser, find_images, ocr_options, positive
from py_ocr.cli.batch import INTERRUPTED, explain, read_all, read_all_at_once, report_unreadable, use_utf8
from py_ocr.cli.output import Output, OutputError
from py_ocr.errors import OcrError
from py_ocr.native import MODELS_VARIABLE, NativeChoice, NativeReader, open_models
from py_ocr.parallel import ParallelReader
from py_ocr.scaling import READ_PIXELS
from py_ocr.tuning import tuned


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    use_utf8(sys.stdout, sys.stderr)
    parser = common_parser("python -m py_ocr", "Read the text of images.")
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
    parser.add_argument(
        "--max-megapixels",
        type=positive,
        default=READ_PIXELS // 1_000_000,
        metavar="N",
        help="read larger images scaled down, with a notice that says so; default: %(default)s",
    )
    options = parser.parse_args(arguments)
    output = Output(options.format, options.out, sys.stdout)
    images = find_images(parser, options, output)
    try:
        output.check()
        if (status := report_unreadable(images, output, sys.stderr)) is not None:
            return status
        models = open_models(options.models)
        if options.profile not in (None, *models.manifest.names):
            parser.error(f"argument --profile: choose from {', '.join(models.manifest.names)}")
        recognition = ocr_options(options)
        params, most_pixels = tuned(options.params), options.max_megapixels * 1_000_000
        choice = NativeChoice(options.profile, options.backend, options.threads, params, most_pixels)
        jobs = min(options.jobs, len(images))
        if jobs > 1:
            with ParallelReader(options.models, choice, recognition, jobs=jobs) as readers:
                return read_all_at_once(readers, images, output, sys.stderr, quiet=options.quiet)
        with NativeReader(models, choice, recognition) as reader:
            return read_all(reader, images, output, sys.stderr, quiet=options.quiet)
    except (OcrError, OutputError) as error:
        explain(error, sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())

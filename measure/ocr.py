"""`npm run ocr -- IMAGE...`: reads images with the built page's worker in headless Chromium."""

import sys
from collections.abc import Sequence
from pathlib import Path

from measure.headless.chromium_launch import plan_launch
from measure.headless.driver import EngineChoice, HeadlessReader
from measure.headless.site_server import engine_folder
from py_ocr.cli.arguments import common_parser, document_options, export_options, find_images, ocr_options
from py_ocr.cli.batch import INTERRUPTED, explain, read_all, report_unreadable, use_utf8
from py_ocr.cli.choices import check_choices
from py_ocr.cli.output import Output, OutputError
from py_ocr.cli.progress import ProgressBar
from py_ocr.cli.standard_input import standard_input_as_file
from py_ocr.errors import ModelError, OcrError
from py_ocr.native import ModelFolder, open_models
from tools.errors import SetupError
from tools.project import Project, this_project

KERNELS = ("auto", "relaxed-simd", "simd", "stock")

DESCRIPTION = (
    "Read the text of images with the built page's worker in headless Chromium. Without a GPU, `--backend webgpu` "
    "computes WebGPU on the processor, which is very slow, and `--backend auto` takes wasm."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    use_utf8(sys.stdout, sys.stderr)
    project = this_project()
    parser = common_parser("npm run -s ocr --", DESCRIPTION)
    parser.add_argument("--site", type=Path, metavar="DIR", help="folder of the built site; default: web/dist")
    parser.add_argument(
        "--kernels", choices=KERNELS, default="auto", help="kernels of the WASM runtime; default: %(default)s"
    )
    parser.add_argument(
        "--line-workers",
        type=int,
        choices=range(17),
        metavar="N",
        help="most workers that read lines beside each other on wasm, 0 for none; chosen when left out",
    )
    options = parser.parse_args(arguments)
    output = Output(options.format, options.out, sys.stdout, export_options(options))
    images = find_images(parser, options, output)
    site = options.site or project.root / "web" / "dist"
    bar = ProgressBar(sys.stderr, 0 if options.quiet else len(images))
    try:
        output.check()
        if (status := report_unreadable(images, output, sys.stderr)) is not None:
            return status
        check_choices(parser, options, _models(project, site))
        launch = plan_launch(project, options.backend)
        if launch.software_gpu:
            print("No GPU here: WebGPU runs on SwiftShader, which is very slow.", file=sys.stderr)
        choice = EngineChoice(
            options.backend,
            options.profile,
            options.threads,
            options.params,
            options.kernels,
            options.line_workers,
            options.max_megapixels,
        )
        with (
            standard_input_as_file(images, sys.stdin.buffer) as locate,
            HeadlessReader(
                site,
                launch,
                choice,
                ocr_options(options),
                lambda *load: bar.show(0, "starting", _percent(*load)),
                documents=document_options(options),
            ) as reader,
        ):
            return read_all(reader, images, output, sys.stderr, quiet=options.quiet, locate=locate)
    except (OcrError, OutputError) as error:
        bar.clear()
        explain(error, sys.stderr)
        return 1
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return INTERRUPTED


def _models(project: Project, site: Path) -> ModelFolder:
    remedy = f"Run `npm start` in {project.root}."
    try:
        return open_models(site / engine_folder(site) / "models")
    except (OSError, ValueError, KeyError) as error:
        raise SetupError(f"{site} is not a built site: its assets.json cannot be read.", remedy) from error
    except ModelError as error:
        raise SetupError(f"{site} is not a built site: {error.cause}", remedy) from error


def _percent(stage: str, done: int, total: int) -> str:
    return f"{stage} {100 * done // max(total, 1)} %"


if __name__ == "__main__":
    sys.exit(main())

"""`py-ocr serve`: the arguments, the start, and a clean end."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from py_ocr import __version__
from py_ocr.api.warm import WarmEngine
from py_ocr.cli.arguments import add_engine_options, ocr_options, positive
from py_ocr.errors import OcrError
from py_ocr.export.json import use_to_dict
from py_ocr.serve.http import LOOPBACK, Admission, OcrServer
from py_ocr.serve.protocol import PROTOCOL, failure
from py_ocr.serve.stdio import Answers, answer_lines

_MAX_BYTES: Final = 64 << 20


def main(prog: str, arguments: Sequence[str]) -> int:
    """Serve until there is nothing more to answer, and return the exit status."""
    options = _parser(prog).parse_args(arguments)
    answers = Answers(sys.stdout.buffer)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _serve(options, answers)
    except KeyboardInterrupt:
        return 0


def _serve(options: argparse.Namespace, answers: Answers) -> int:
    page = ocr_options(options)
    try:
        engine = WarmEngine(
            options.profile,
            languages=page.languages,
            alternatives=page.alternatives,
            text=page.text,
            backend=options.backend,
            threads=options.threads,
            params=options.params,
            models=options.models,
        )
    except OcrError as error:
        answers.send(failure(None, error))
        print(f"error: {error.cause}\n  {error.remedy}", file=sys.stderr)
        return 1
    ready = {"version": __version__, "protocol": PROTOCOL, "backend": use_to_dict(engine.use)}
    try:
        if options.http is None:
            answers.send({"ready": ready})
            answer_lines(engine, sys.stdin.buffer, answers, options.max_bytes)
            return 0
        return _serve_http(engine, options, answers, ready)
    finally:
        engine.close()


def _serve_http(engine: WarmEngine, options: argparse.Namespace, answers: Answers, ready: dict[str, object]) -> int:
    host, port = options.http
    admission = Admission({*LOOPBACK, host, *options.allow_host}, options.allow_origin, options.max_bytes)
    try:
        server = OcrServer((host, port), engine, admission)
    except OSError as error:
        print(f"error: {host}:{port} cannot be listened at: {error.strerror}.\n  Choose another port.", file=sys.stderr)
        return 1
    with server:
        answers.send({"ready": {**ready, "url": server.url}})
        server.serve_forever(poll_interval=0.1)
    return 0


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"{prog} serve", description="Read images for other programs; docs/serve.md.")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--stdio", action="store_true", help="answer lines of JSON on standard input and output")
    where.add_argument(
        "--http", type=_address, metavar="HOST:PORT", help="answer by HTTP, as at 127.0.0.1:8400; port 0 is any"
    )
    parser.add_argument("--models", type=Path, metavar="DIR", help="folder with manifest.json and the prepared models")
    parser.add_argument(
        "--max-bytes", type=positive, default=_MAX_BYTES, metavar="N", help="of one request; default: %(default)s"
    )
    parser.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME", help="another name of this server; may be repeated"
    )
    parser.add_argument(
        "--allow-origin",
        action="append",
        default=[],
        metavar="ORIGIN",
        help="pages of this origin may ask, * is all; may be repeated",
    )
    add_engine_options(parser)
    return parser


def _address(text: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{text}")
        if parts.port is None or not parts.hostname or parts.path:
            raise ValueError("no port")
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form HOST:PORT") from None
    return parts.hostname, parts.port

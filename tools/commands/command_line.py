"""Parsing the command line, running the command, and saying clearly why it failed."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tools.commands.audit import audit
from tools.commands.check import check
from tools.commands.lock import lock
from tools.commands.package import package
from tools.commands.run_tests import run_tests
from tools.commands.wheels import wheels
from tools.ending import exit_status, run_in_foreground
from tools.errors import SetupError
from tools.project import Project, this_project
from tools.steps.plan import prepare_site
from tools.steps.wheels import MIRROR_VARIABLE

PASSED_ON = {
    "ocr": "read images with the page's own worker in headless Chromium",
    "bench": "measure time, transfer and memory",
    "accuracy": "score the engine on labelled data",
    "backends": "measure and compare the backends",
    "browsers": "try everything in Chromium, Firefox and WebKit, and write what each has",
    "fuzz": "damage images and list what does not hold when they are read",
    "soak": "read a thousand pages with faults among them, and see whether texts and memory stay",
    "kills": "kill the set-up, a batch and the page's browser at random moments, and look what is left",
    "screenshots": "take pictures of the page in every state",
    "mutate": "break the stages on purpose and list what no test notices",
}


def main(arguments: Sequence[str]) -> int:
    """Run a command and return the exit status."""
    project = this_project()
    try:
        if arguments and arguments[0] in PASSED_ON:
            return _pass_on(project, arguments[0], arguments[1:])
        options = _parser().parse_args(arguments)
        run: Callable[[Project, argparse.Namespace], int] = options.run
        return run(project, options)
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as interruption:
        print("\nInterrupted. Run the command again: it goes on where it stopped.", file=sys.stderr)
        return exit_status(interruption)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m tools", description="Commands of the project.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    start = commands.add_parser("start", help="set everything up and serve the page")
    start.add_argument("--port", type=int, default=8080, help="default: %(default)s")
    start.add_argument("--no-isolation", action="store_true", help="serve without cross-origin isolation")
    start.set_defaults(run=_start)

    setup = commands.add_parser("setup", help="set everything up, Chromium included")
    setup.set_defaults(run=_set_up)

    test = commands.add_parser("test", help="set everything up and run every test")
    test.set_defaults(run=_test)

    for command in (start, setup, test):
        command.add_argument(
            "--mirror",
            metavar="FOLDER|URL",
            help=f"where the Pyodide wheels are, for closed networks (also: {MIRROR_VARIABLE})",
        )

    commands.add_parser("check", help="run every linter and type checker").set_defaults(run=check)

    commands.add_parser("audit", help="ask for known vulnerabilities of all that is used").set_defaults(run=audit)

    packing = commands.add_parser("package", help="build everything that would be published")
    packing.add_argument("--out", type=Path, metavar="FOLDER", help="default: dist")
    packing.set_defaults(run=package)

    locking = commands.add_parser("lock", help="pin requirements/*.in again, with hashes")
    locking.add_argument("--upgrade", action="store_true", help="take newer versions where requirements/*.in allow")
    locking.set_defaults(run=lock)

    building = commands.add_parser("wheels", help="build the Pyodide wheels from source, or check their sources")
    building.add_argument(
        "--fetch-only", action="store_true", help="only prove that every source can be had, and is right"
    )
    building.add_argument("--work", type=Path, metavar="FOLDER", help="working files, about 0.9 GB")
    building.add_argument("--out", type=Path, metavar="FOLDER", help="for the wheels")
    building.add_argument("--pin", metavar="NAME", help="record their hashes as those of our build NAME")
    building.set_defaults(run=wheels)

    for name, text in PASSED_ON.items():
        commands.add_parser(name, help=text, add_help=False)
    return parser


def _start(project: Project, options: argparse.Namespace) -> int:
    prepare_site(project, mirror=options.mirror)
    command = ["node", "web/serve.mjs", "--port", str(options.port)]
    if options.no_isolation:
        command.append("--no-isolation")
    os.chdir(project.root)
    os.execvp(command[0], command)


def _set_up(project: Project, options: argparse.Namespace) -> int:
    prepare_site(project, mirror=options.mirror, browser=True)
    return 0


def _test(project: Project, options: argparse.Namespace) -> int:
    prepare_site(project, mirror=options.mirror, browser=True, tests=True, engines=True)
    return run_tests(project)


def _pass_on(project: Project, name: str, arguments: Sequence[str]) -> int:
    if not {"-h", "--help"}.intersection(arguments):
        prepare_site(project, browser=True, engines=name == "browsers")
    elif not project.venv_python.exists():
        raise SetupError("Help needs the set-up.", "Run `python3 -m tools setup` first.")
    command = [str(project.venv_python), "-m", f"measure.{name}", *arguments]
    env = {**os.environ, "PYTHONPATH": str(project.root)}
    # npm runs scripts in the project's folder; paths that people type count from where they are.
    return run_in_foreground(command, cwd=Path(os.environ.get("INIT_CWD") or Path.cwd()), env=env)

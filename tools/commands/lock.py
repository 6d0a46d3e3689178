"""`python3 -m tools lock`: pin requirements/*.in to requirements/*.txt, with the hash of every file."""

import argparse
import shutil
import subprocess
import sys

from tools.process import Word, redact, run
from tools.progress import Progress
from tools.project import Project
from tools.steps.plan import prepare_tools

PIP_TOOLS = "lock"
"""The requirements of this command itself, pinned by hash as all others are."""

NAMES = ("dev", "measure", "wheels", PIP_TOOLS)
# Where packages come from is the user's configuration, not the project's: nothing of it goes into the lock files.
OPTIONS = (
    "--generate-hashes",
    "--allow-unsafe",
    "--strip-extras",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-emit-trusted-host",
    "--no-header",
    "--quiet",
)


def lock(project: Project, options: argparse.Namespace) -> int:
    """Write the lock files; return 0."""
    prepare_tools(project)
    tools = project.build / "pip-tools"
    with Progress(sys.stderr).step("Locking requirements") as step:
        log = project.logs / "lock.log"
        pinned = project.root / "requirements" / f"{PIP_TOOLS}.txt"
        installed = tools / pinned.name
        if not (installed.is_file() and installed.read_bytes() == pinned.read_bytes()):
            step.item("pip-tools")
            run([sys.executable, "-m", "venv", "--clear", tools], step, log)
            run([tools / "bin" / "pip", "install", "--quiet", "--require-hashes", "-r", pinned], step, log)
            shutil.copyfile(pinned, installed)
        for name in NAMES:
            step.item(f"{name}.txt")
            command: list[Word] = [
                tools / "bin" / "pip-compile",
                *OPTIONS,
                "--output-file",
                f"requirements/{name}.txt",
                f"requirements/{name}.in",
            ]
            run([*command, *(["--upgrade"] if options.upgrade else [])], step, log, cwd=project.root)
    changed = subprocess.run(
        ["git", "diff", "--stat", "--", "requirements"], cwd=project.root, capture_output=True, text=True, check=False
    )
    print(redact(changed.stdout) or "Nothing changed.")
    return 0

"""`python3 -m tools lock`: pin requirements/*.in to requirements/*.txt, with the hash of every file."""

import argparse
import subprocess
import sys

from tools.process import Word, redact, run
from tools.progress import Progress
from tools.project import Project
from tools.steps.plan import prepare_tools

PIP_TOOLS = "pip-tools==7.6.2"
NAMES = ("dev", "measure", "wheels")
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
        if not (tools / "bin" / "pip-compile").exists():
            step.item(PIP_TOOLS)
            run([sys.executable, "-m", "venv", "--clear", tools], step, log)
            run([tools / "bin" / "pip", "install", "--quiet", PIP_TOOLS], step, log)
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

"""`npm run check`: every linter and type checker, all of them run, reported together."""

import argparse
import subprocess
import time

from tools.commands.outcome import Outcome
from tools.progress import format_seconds
from tools.project import Project
from tools.steps.plan import prepare_tools

TYPESCRIPT = {
    "shared": "web/src/shared",
    "spawn": "web/src/spawn",
    "line-worker": "web/src/line-worker",
    "worker": "web/src/worker",
    "service-worker": "web/src/service-worker",
    "page": "web/src",
    "playwright": "web/src/playwright",
    "tests": ".",
}
"""What TypeScript is checked against, by folder: each has a tsconfig.json with the globals that exist there."""


def check(project: Project, _options: argparse.Namespace) -> int:
    """Set up what the checkers need and run them; return 0 if all of them are content."""
    prepare_tools(project)
    return 1 if run_checkers(project).failed else 0


def run_checkers(project: Project) -> Outcome:
    """Run every checker, whatever the others say, and report them together."""
    python = [str(project.venv_python), "-m"]
    cache = ["--cache", f"--cache-location={project.build / 'prettier-cache'}"]
    checkers = {
        "ruff check": [*python, "ruff", "check", "."],
        "ruff format": [*python, "ruff", "format", "--check", "."],
        "mypy": [*python, "mypy"],
        **{f"tsc {name}": ["npx", "--no-install", "tsc", "-p", folder] for name, folder in TYPESCRIPT.items()},
        "prettier": ["npx", "--no-install", "prettier", "--check", "--log-level=warn", *cache, "."],
    }
    failed = []
    for name, command in checkers.items():
        started = time.monotonic()
        done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, check=False)
        verdict = "ok" if done.returncode == 0 else "FAILED"
        print(f"{name:<12} {verdict} ({format_seconds(time.monotonic() - started)})", flush=True)
        if done.returncode != 0:
            failed.append(name)
            print((done.stdout + done.stderr).rstrip(), flush=True)
    print(
        f"\n{len(checkers) - len(failed)} of {len(checkers)} content"
        + (f"; not: {', '.join(failed)}" if failed else "")
    )
    return Outcome(passed=len(checkers) - len(failed), failed=len(failed), skipped=0, status=1 if failed else 0)

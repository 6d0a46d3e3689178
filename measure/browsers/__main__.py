"""`npm run browsers`: the end-to-end list in Chromium, Firefox and WebKit; writes what each browser has."""

import json
import os
import subprocess
import sys
from argparse import ArgumentParser

from measure.browsers.report import ENGINES, README_END, README_START, Run, page, readme_table
from tools.ending import run_in_foreground
from tools.project import this_project

RUN = "browsers-run.json"
FIGURES = ("measure", "figures", "browsers.json")


def main() -> int:
    """Run every check; when all passed in all engines, write the figures, docs/browsers.md and README's table."""
    options = _parser().parse_args()
    project = this_project()
    figures = project.root.joinpath(*FIGURES)
    if not options.report_only:
        kept = project.build / RUN
        if not options.resume:
            kept.unlink(missing_ok=True)
        command = ["npx", "--no-install", "playwright", "test", "tests/browsers/", "--reporter=list"]
        env = {**os.environ, "PY_OCR_BROWSERS_RUN": "kept"}
        status = run_in_foreground(command, cwd=project.root, env=env, stdin=subprocess.DEVNULL)
        run: Run = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {"missing": {}, "facts": {}}
        missing = [f"{engine} ({why})" for engine, why in run["missing"].items()]
        if status != 0 or missing or set(run["facts"]) != set(ENGINES):
            why = "; ".join(missing) or "not every check passed (--resume leaves out those that did)"
            print(f"Nothing is written: {why}.", file=sys.stderr)
            return status or 1
        kept_figures = {name: run[name] for name in ("facts", "given", "hung")}
        figures.write_text(json.dumps(kept_figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    run = json.loads(figures.read_text(encoding="utf-8"))
    (project.root / "docs" / "browsers.md").write_text(page(run), encoding="utf-8")
    readme = project.root / "README.md"
    text = readme.read_text(encoding="utf-8")
    before, rest = text.split(README_START)
    after = rest.split(README_END)[1]
    readme.write_text(f"{before}{README_START}\n\n{readme_table(run)}\n\n{README_END}{after}", encoding="utf-8")
    print("Written: docs/browsers.md, and the table of README.md.")
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="npm run browsers --", description=__doc__)
    parser.add_argument("--report-only", action="store_true", help="write the pages from the figures that are kept")
    parser.add_argument("--resume", action="store_true", help="go on with a run: leave out the checks that passed")
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""`npm run soak`: reads many pages of all kinds in Chromium, with faults among them, and writes docs/soak.md."""

import json
import os
import subprocess
import sys
from argparse import ArgumentParser

from measure.soak.report import Soak, is_flat, page
from tools.ending import run_in_foreground
from tools.project import this_project

PAGES = 1000


def main() -> int:
    """Run it; write the report after a whole run whose texts were right. Return 0 if memory was flat, too."""
    parser = ArgumentParser(prog="npm run soak --", description=__doc__)
    parser.add_argument("--pages", type=int, default=PAGES, help="default: %(default)s; fewer leave the report alone")
    parser.add_argument("--seed", type=int, default=1, help="of the order of pages and faults; default: %(default)s")
    options = parser.parse_args()
    project = this_project()
    record = project.build / "soak.json"
    record.unlink(missing_ok=True)
    env = {**os.environ, "PY_OCR_SOAK": str(options.pages), "PY_OCR_SOAK_SEED": str(options.seed)}
    command = ["npx", "--no-install", "playwright", "test", "tests/e2e/soak", "--reporter=line"]
    status = run_in_foreground(command, cwd=project.root, env=env, stdin=subprocess.DEVNULL)
    if status != 0 or not record.is_file():
        print(f"Nothing is written: the run failed, see above. What it did until then is in {record}.", file=sys.stderr)
        return status or 1
    soak: Soak = json.loads(record.read_text(encoding="utf-8"))
    written = page(soak)
    print(written, end="")
    if options.pages >= PAGES:
        (project.root / "docs" / "soak.md").write_text(written, encoding="utf-8")
    return 0 if is_flat(soak) else 1


if __name__ == "__main__":
    sys.exit(main())

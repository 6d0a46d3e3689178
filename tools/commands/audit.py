"""`npm run audit`: whether anything that is served, or that builds it, has a known vulnerability, by OSV's database.

Who is offline is told that nothing was asked, and that is no failure: what is known changes without us.
"""

import argparse
import json
import os
import re
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.bill_of_materials import bill_of_materials, node_purl
from tools.project import Project
from tools.steps.plan import prepare_site

ADDRESS_VARIABLE = "PY_OCR_OSV"
DEFAULT_ADDRESS = "https://api.osv.dev"
TIMEOUT_S = 20.0
MOST_QUERIES = 500
"""OSV takes a thousand at once."""

_PINNED = re.compile(r"^([\w.-]+)==([\w.!+-]+)", re.MULTILINE)


def audit(project: Project, _options: argparse.Namespace) -> int:
    """Ask for every package; return 1 where one has a known vulnerability."""
    prepare_site(project)
    packages = sorted({*_served(project), *_node_packages(project.root), *_python_packages(project.root)})
    try:
        found = ask(packages, os.environ.get(ADDRESS_VARIABLE, DEFAULT_ADDRESS))
    except (OSError, ValueError) as error:
        print(f"Nothing was asked: the database cannot be reached ({error}). {len(packages)} packages were to be.")
        return 0
    for purl, vulnerabilities in found.items():
        print(f"{purl}: {', '.join(vulnerabilities)}")
    print(f"{len(packages)} packages, {len(found)} with a known vulnerability.")
    return 1 if found else 0


def ask(packages: Sequence[str], address: str) -> dict[str, list[str]]:
    """Return the known vulnerabilities of package URLs, by URL. Raises OSError or ValueError without a sane answer.

    https://google.github.io/osv.dev/post-v1-querybatch/
    """
    found = {}
    for start in range(0, len(packages), MOST_QUERIES):
        part = packages[start : start + MOST_QUERIES]
        body = json.dumps({"queries": [{"package": {"purl": purl}} for purl in part]}).encode()
        request = urllib.request.Request(
            f"{address}/v1/querybatch", data=body, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
            results = json.load(response)["results"]
        for purl, result in zip(part, results, strict=True):
            if vulnerabilities := [entry["id"] for entry in result.get("vulns", ())]:
                found[purl] = vulnerabilities
    return found


def _served(project: Project) -> Iterator[str]:
    for component in bill_of_materials(project)["components"]:
        if "purl" in component:
            yield component["purl"]


def _node_packages(root: Path) -> Iterator[str]:
    """Yield what builds and tests the site, too."""
    locked = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for path, entry in locked.items():
        if path:
            yield node_purl(path.rpartition("node_modules/")[2], entry["version"])


def _python_packages(root: Path) -> Iterator[str]:
    for file in sorted((root / "requirements").glob("*.txt")):
        for name, version in _PINNED.findall(file.read_text(encoding="utf-8")):
            yield f"pkg:pypi/{name.lower()}@{version}"

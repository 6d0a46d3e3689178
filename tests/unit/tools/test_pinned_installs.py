"""What is installed runs nothing of its own, and is what its hash says."""

import ast
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("is_ours", [True, False])
@pytest.mark.skipif(shutil.which("npm") is None, reason="there is no npm")
def test_packages_run_nothing_when_npm_installs_them(tmp_path: Path, is_ours: bool) -> None:
    mark = tmp_path / "it-ran"
    package, project = tmp_path / "package", tmp_path / "project"
    package.mkdir()
    project.mkdir()
    scripts = {"postinstall": f"node -e \"require('fs').writeFileSync({str(mark)!r}, '')\""}
    described = {"name": "of-somebody", "version": "1.0.0", "scripts": scripts}
    (package / "package.json").write_text(json.dumps(described), encoding="utf-8")
    (project / "package.json").write_text('{"name": "project", "version": "1.0.0"}', encoding="utf-8")
    if is_ours:
        shutil.copyfile(ROOT / ".npmrc", project / ".npmrc")
    npm = ["npm", "--offline", "--cache", str(tmp_path / "cache")]
    # `npm test` hands its own settings on, those of the project's .npmrc among them.
    env = {name: value for name, value in os.environ.items() if not name.lower().startswith("npm_")}
    for command in (["pack", "--silent", str(package)], ["install", "./of-somebody-1.0.0.tgz"]):
        subprocess.run([*npm, *command], cwd=project, env=env, check=True, capture_output=True)
    assert (project / "node_modules" / "of-somebody").is_dir()
    # With npm's own defaults it does run: that is what the project's .npmrc is for.
    assert mark.exists() is not is_ours


def test_every_pip_install_demands_hashes() -> None:
    sources = sorted((ROOT / "tools").rglob("*.py"))
    installs = [
        source
        for path in sources
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.List) and "'install'" in (source := ast.unparse(node)) and "'pip'" in source
    ]
    assert installs
    # What is taken from no index was fetched with its hash before.
    wary = ("'--require-hashes'", "'--no-index'")
    assert [source for source in installs if not any(option in source for option in wary)] == []


def test_every_requirement_has_a_hash() -> None:
    files = sorted((ROOT / "requirements").glob("*.txt"))
    assert "lock.txt" in [path.name for path in files]
    for path in files:
        lines = path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        pinned = [line for line in lines if re.match(r"[A-Za-z0-9]", line)]
        assert pinned
        assert [line for line in pinned if "--hash=sha256:" not in line] == []

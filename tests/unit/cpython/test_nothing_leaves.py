"""Reading natively leaves nothing in the home folder and asks for no name: ONNX Runtime's telemetry is off."""

import ast
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SIGN = ROOT / "web" / "samples" / "sign.jpg"
RECORDER = Path(__file__).with_name("recording_resolver.py")
ISOLATED = ("unshare", "--user", "--map-root-user", "--net", "--mount")

# Stays until it is told to end: what a library does in the background needs time.
READ_AND_STAY = f"from py_ocr.__main__ import main; main([{str(SIGN)!r}, '--threads', '1']); input()"

LOOK_UP_WITHIN_S = 60

ROOMS = ("py_ocr", "models", "measure", "tools", "tests")
RUNTIME = "py_ocr.backends.onnx_runtime"
IMPORTING_IT = {"onnxruntime", "rapidocr"}
"""What imports native ONNX Runtime: its own package, and RapidOCR, which accuracy and benchmark compare with."""


def environment(home: Path, telemetry_variable: str | None = None) -> dict[str, str]:
    """Return this environment with a home folder of its own, and the variable only where a test wants it."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name != "ORT_DISABLE_TELEMETRY" and not name.startswith("XDG_")
    }
    home.mkdir()
    own = {"HOME": str(home), "USERPROFILE": str(home), "PYTHONPATH": str(ROOT)}
    return kept | own | ({"ORT_DISABLE_TELEMETRY": telemetry_variable} if telemetry_variable else {})


def test_a_fresh_home_stays_clean(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "py_ocr", str(SIGN), "--threads", "1"]
    ended = subprocess.run(
        command, env=environment(tmp_path / "home"), cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "Wildflower meadow" in ended.stdout
    assert [str(path) for path in (tmp_path / "home").rglob("*")] == []


@contextmanager
def recorded(env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Read an image and stay, alone in a network whose resolver writes down what is asked of it."""
    command = [*ISOLATED, sys.executable, str(RECORDER), sys.executable, "-c", READ_AND_STAY]
    with subprocess.Popen(
        command, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            assert process.stdout is not None
            if process.stdout.readline() != "ready\n":
                pytest.skip("this system lets nobody make a network of one's own, so look-ups cannot be recorded")
            yield process
        finally:
            process.kill()


@pytest.mark.skipif(shutil.which("unshare") is None, reason="making a network of one's own takes Linux's unshare")
def test_no_name_is_looked_up(tmp_path: Path) -> None:
    # The same program with telemetry on shows that look-ups are recorded, and when the time for one has come.
    talkative = environment(tmp_path / "talkative", telemetry_variable="0")
    with recorded(environment(tmp_path / "home")) as ours, recorded(talkative) as control:
        assert control.stdout is not None
        ready, _, _ = select.select([control.stdout], [], [], LOOK_UP_WITHIN_S)
        if not ready:
            pytest.skip("this build of onnxruntime looks up nothing even when it may")
        names, _ = ours.communicate("\n", timeout=LOOK_UP_WITHIN_S)
    assert ours.returncode == 0
    assert names.splitlines() == []


def test_onnxruntime_is_imported_through_the_module_that_switches_its_telemetry_off() -> None:
    paths = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    assert len(paths) > 100
    found = {path.relative_to(ROOT).as_posix() for path in paths if imports_it_first(path)}
    assert found == {RUNTIME.replace(".", "/") + ".py"}


def imports_it_first(path: Path) -> bool:
    """Whether a file imports it before RUNTIME: at its top, or in a function of a file that does not import RUNTIME."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    at_top, anywhere = imported_by(tree.body), imported_by(list(ast.walk(tree)))
    is_it = any(name.partition(".")[0] in IMPORTING_IT for name in anywhere)
    return is_it and (RUNTIME not in at_top or any(name.partition(".")[0] in IMPORTING_IT for name in at_top))


def imported_by(nodes: Sequence[ast.AST]) -> set[str]:
    """Return the modules that these statements import."""
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}

"""Which flags Chromium gets for which backend, on machines with and without a GPU."""

import sys
from pathlib import Path

import pytest

from measure.headless import chromium_launch
from measure.headless.chromium_launch import HARDWARE_GPU, QUIET, SOFTWARE_GPU, plan_launch
from tools.errors import SetupError
from tools.project import Project
from tools.steps.chromium import ENVIRONMENT_VARIABLE


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "/somewhere/chromium")
    monkeypatch.setattr(sys, "platform", "linux")
    return Project(tmp_path, tmp_path)


@pytest.mark.parametrize(
    ("backend", "gpu", "flags", "software"),
    [
        ("wasm", False, (), False),
        ("wasm", True, (), False),
        ("auto", False, (), False),
        ("auto", True, HARDWARE_GPU, False),
        ("webgpu", True, HARDWARE_GPU, False),
        ("webgpu", False, SOFTWARE_GPU, True),
    ],
)
def test_only_who_names_webgpu_gets_a_gpu_computed_in_software(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    *,
    backend: str,
    gpu: bool,
    flags: tuple[str, ...],
    software: bool,
) -> None:
    monkeypatch.setattr(chromium_launch, "_has_gpu", lambda: gpu)
    launch = plan_launch(project, backend)
    assert launch.arguments == QUIET + flags
    assert launch.software_gpu is software
    assert launch.executable == Path("/somewhere/chromium")


@pytest.mark.parametrize(("user", "sandbox"), [(0, False), (1000, True)])
def test_only_root_goes_without_the_sandbox(
    project: Project, monkeypatch: pytest.MonkeyPatch, user: int, sandbox: bool
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: user)
    assert plan_launch(project, "wasm").sandbox is sandbox


def test_a_missing_chromium_says_how_to_get_it(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENVIRONMENT_VARIABLE)
    with pytest.raises(SetupError) as caught:
        plan_launch(project, "wasm")
    assert "python3 -m tools setup" in caught.value.remedy

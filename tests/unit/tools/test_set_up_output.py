"""What npm and pip print becomes a name and a size to show, and never the host that they talk to."""

import pytest

from tools.process import redact
from tools.steps import node, python


@pytest.mark.parametrize(
    ("line", "package"),
    [
        ("npm http fetch GET 200 https://host.invalid/mrmime/-/mrmime-2.0.1.tgz 31ms (cache hit)", "mrmime"),
        ("npm http cache GET 200 https://host.invalid/npm/@types%2fnode/-/node-20.1.0.tgz 3ms", "@types/node"),
        ("npm http fetch GET 200 https://host.invalid/mrmime 31ms (cache miss)", None),
        ("added 37 packages in 9s", None),
    ],
)
def test_npm_reports_the_packages_whose_archives_it_fetched(line: str, package: str | None) -> None:
    assert node.fetched_package(line) == package


@pytest.mark.parametrize(
    ("line", "package"),
    [
        ("  Downloading mypy-2.4.1-cp311-cp311-manylinux_2_28_x86_64.whl (15.4 MB)", "mypy 2.4.1 (15.4 MB)"),
        ("  Using cached hatchling-1.33.0-py3-none-any.whl (78 kB)", "hatchling 1.33.0 (78 kB)"),
        ("Processing /srv/attrs-26.1.0-py3-none-any.whl (from -r /x/dev.txt (line 60))", "attrs 26.1.0"),
        ("  Downloading https://host.invalid/numpy-2.4.6-cp311-cp311-linux.whl.metadata (6.6 kB)", None),
        ("Collecting mypy==2.4.1", None),
    ],
)
def test_pip_reports_the_files_that_it_fetched(line: str, package: str | None) -> None:
    assert python.fetched_package(line) == package


def test_hosts_and_credentials_of_package_indexes_are_not_shown() -> None:
    shown = redact("Looking in indexes: https://user:secret@host.invalid/simple, http://other.invalid:8080/x")
    assert "secret" not in shown
    assert "invalid" not in shown
    assert shown.endswith("/x")

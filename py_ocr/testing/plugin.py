"""The plugin of pytest: fixtures `ocr`, `expect_ocr` and `ocr_options`. pytest finds it where py-ocr is installed.

Nothing is loaded before a test reads something, and then once for each process that runs tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from py_ocr.api.reader import Reader
    from py_ocr.api.warm import ReaderOptions
    from py_ocr.testing.expectation import OcrExpectation
    from py_ocr.testing.ocr import Ocr


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the choices that a project makes for all of its tests."""
    group = parser.getgroup("py-ocr", "text that is seen (py-ocr)")
    group.addoption("--ocr-profile", metavar="NAME", help="which models read: balanced (the default), fast, best, …")
    group.addoption("--ocr-languages", metavar="CODES", help="languages to expect, such as en,de")
    parser.addini("ocr_profile", "as --ocr-profile")
    parser.addini("ocr_languages", "as --ocr-languages", "args")
    parser.addini("ocr_timeout", "seconds that an expectation waits; default: 5")


@pytest.fixture(scope="session")
def ocr_options(pytestconfig: pytest.Config) -> ReaderOptions:
    """What the engine is started with beside its profile; a project may return other options."""
    named = pytestconfig.getoption("--ocr-languages")
    codes = [named] if named else pytestconfig.getini("ocr_languages")
    return {"languages": [code for text in codes for code in text.replace(",", " ").split()]}


@pytest.fixture(scope="session")
def _ocr_reader(pytestconfig: pytest.Config, ocr_options: ReaderOptions) -> Iterator[Callable[[], Reader]]:
    from py_ocr.api.reader import Reader  # noqa: PLC0415  # every run of pytest imports this plugin, few read

    readers: list[Reader] = []

    def start() -> Reader:
        if not readers:
            profile = pytestconfig.getoption("--ocr-profile") or pytestconfig.getini("ocr_profile") or None
            readers.append(Reader(profile, **ocr_options))
        return readers[0]

    yield start
    for reader in readers:
        reader.close()


@pytest.fixture
def ocr(request: pytest.FixtureRequest, _ocr_reader: Callable[[], Reader]) -> Iterator[Ocr]:
    """Read, locate and click text that is drawn, in CSS pixels, with a warm engine."""
    from py_ocr.testing import expectation  # noqa: PLC0415
    from py_ocr.testing.ocr import TIMEOUT_S, Ocr  # noqa: PLC0415

    def folder() -> Path:
        beside = "output_path" if request.config.pluginmanager.hasplugin("playwright") else "tmp_path"
        return Path(request.getfixturevalue(beside))

    ocr = Ocr(_ocr_reader, folder, float(request.config.getini("ocr_timeout") or TIMEOUT_S))
    expectation.running.append(ocr)
    yield ocr
    expectation.running.pop()


@pytest.fixture
def expect_ocr(ocr: Ocr) -> Callable[..., OcrExpectation]:  # noqa: ARG001  # it makes the reader the running one
    """Expect text of a page or an element: `expect_ocr(locator).to_contain_text("Total")`."""
    from py_ocr.testing.expectation import expect_ocr  # noqa: PLC0415

    return expect_ocr

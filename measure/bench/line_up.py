"""Who is measured, in groups that are warm at the same time and take turns on the same images."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from measure.bench.browser import BrowserContender, SitePage
from measure.bench.contender import Contender
from measure.bench.kinds import BenchImage, one_of_each_kind
from measure.bench.names import (
    ALONE,
    BALANCED,
    ISOLATED,
    ISOLATION,
    NATIVE,
    OURS,
    PADDLE,
    PLAIN,
    PLAIN_PASS,
    PPU,
    RAPIDOCR,
    TESSERACT,
    WARM,
    WEBGPU,
)
from measure.bench.process import ProcessContender
from measure.headless.chromium_launch import plan_launch
from measure.packages import provide_packages
from measure.peers.site import build_site
from py_ocr.tuning import Overrides
from tools.errors import SetupError
from tools.progress import Progress
from tools.project import Project

USUAL_THREADS = 2
MORE_THREADS = (4, 8)
PLAIN_PARAMS: Overrides = {
    "detection": {"closer_below_px": 0.0, "closer_empty_scale": 0.0},
    "orientation": {"max_voters": 0, "probes": 0, "accept_confidence": 0.0, "accept_confidence_unseen": 0.0},
}
"""Detect, crop, recognize and nothing more: no closer look, no classifier, no second tries."""


@dataclass(frozen=True)
class Group:
    """Contenders that take turns on images, so that ratios between them can be trusted. `warm_up`: read first."""

    key: str
    title: str
    contenders: Sequence[Contender]
    images: Sequence[BenchImage]
    warm_up: Sequence[BenchImage]
    rounds: int


@dataclass(frozen=True)
class Wanted:
    """What was chosen; `only` None takes every contender."""

    parts: Sequence[str]
    threads: Sequence[int]
    profiles: Sequence[str]
    only: Sequence[str] | None

    def takes(self, name: str) -> bool:
        """Whether a contender of this name was chosen, and its profile where it is ours and in a browser."""
        profiles = tuple(f"py-ocr {profile}" for profile in self.profiles)
        if name.startswith(OURS) and not name.startswith(profiles):
            return False
        return self.only is None or name.startswith(tuple(self.only))


def default_threads() -> list[int]:
    """Return the numbers of threads to measure: what every page may have, and more where there are cores."""
    return [USUAL_THREADS, 1, *(count for count in MORE_THREADS if count <= (os.cpu_count() or 1))]


class LineUp:
    """Makes the contenders that this machine can have; `missing` says of each other one why it cannot."""

    def __init__(self, project: Project, site: Path, wanted: Wanted) -> None:
        self._project = project
        self._wanted = wanted
        self._wasm = plan_launch(project, "wasm")
        self._page = SitePage(site, "headless.html", ours=True)
        self.missing: dict[str, str] = {}
        self._peers = self._build_peers()
        self._has_rapidocr = self._provide_rapidocr()

    def groups(self, images: Sequence[BenchImage], rounds: int, *, quick: bool) -> list[Group]:
        """Return the groups that were chosen, the one of all contenders first.

        The others read one image of each kind, once; a quick run lets them read a single image.
        """
        wanted = self._wanted
        usual, *others = wanted.threads
        few = one_of_each_kind(images)
        if quick:
            few = few[:1]
        groups = []
        if "warm" in wanted.parts:
            title = f"isolated, {_threads(usual)}"
            warm_up = one_of_each_kind(images)[: 1 if quick else None]
            groups.append(Group(WARM, title, self._everybody(usual), images, warm_up, rounds))
        sides = [
            *(
                ("threads", _threads(count), f"isolated, {_threads(count)}", self._with_threads(count))
                for count in others
            ),
            ("isolation", ISOLATION, "not isolated", self._without_isolation(usual)),
            ("plain", PLAIN_PASS, "in one worker, with and without second tries", self._plain(usual)),
        ]
        groups += [
            Group(key, title, contenders, few, few[:1], 1)
            for part, key, title, contenders in sides
            if part in wanted.parts
        ]
        return [group for group in groups if group.contenders]

    def starters(self) -> list[Contender]:
        """Return the contenders whose cold start is measured."""
        return self._everybody(self._wanted.threads[0])

    def balanced(self) -> Contender:
        """Return our default engine, whose memory is watched."""
        return self._ours(BALANCED, "balanced", self._wanted.threads[0])

    def _everybody(self, threads: int) -> list[Contender]:
        contenders: list[Contender] = [
            self._ours(f"py-ocr {profile}", profile, threads) for profile in self._wanted.profiles
        ]
        webgpu = plan_launch(self._project, "webgpu")
        if not webgpu.software_gpu:
            options = {"backend": "webgpu", "profile": "balanced"}
            contenders.append(BrowserContender(WEBGPU, self._page, webgpu, options))
        return self._chosen([*contenders, self._native(threads), *self._peer_pages(threads), *self._rapidocr(threads)])

    def _with_threads(self, threads: int) -> list[Contender]:
        ours = self._ours(BALANCED, "balanced", threads)
        ppu = [peer for peer in self._peer_pages(threads) if peer.name == PPU]
        return self._chosen([ours, *ppu, *self._rapidocr(threads)])

    def _without_isolation(self, threads: int) -> list[Contender]:
        ours = [
            self._ours(ISOLATED, "balanced", threads),
            self._ours(BALANCED, "balanced", threads, isolated=False),
        ]
        return self._chosen([*ours, *self._peer_pages(threads=1, isolated=False)])

    def _plain(self, threads: int) -> list[Contender]:
        # One worker does all of it, so that the time of Python can be told from that of the models.
        alone = self._ours(ALONE, "balanced", threads, more={"lineWorkers": 0})
        plain = self._ours(PLAIN, "balanced", threads, more={"lineWorkers": 0, "params": PLAIN_PARAMS})
        return self._chosen([alone, plain, self._native(threads)])

    def _chosen(self, contenders: Sequence[Contender]) -> list[Contender]:
        return [contender for contender in contenders if self._wanted.takes(contender.name)]

    def _ours(
        self,
        name: str,
        profile: str,
        threads: int,
        *,
        isolated: bool = True,
        more: Mapping[str, Any] = MappingProxyType({}),
    ) -> Contender:
        options = {"backend": "wasm", "profile": profile, "threads": threads, **more}
        return BrowserContender(name, self._page, self._wasm, options, isolated=isolated)

    def _peer_pages(self, threads: int, *, isolated: bool = True) -> list[Contender]:
        pages = {PPU: "ppu-paddle-ocr.html", PADDLE: "paddleocr-js.html", TESSERACT: "tesseract.html"}
        return [
            BrowserContender(name, SitePage(self._peers, page), self._wasm, {"threads": threads}, isolated=isolated)
            for name, page in pages.items()
            if self._peers is not None
        ]

    def _native(self, threads: int) -> Contender:
        return ProcessContender(NATIVE, ("native", str(threads), "balanced"))

    def _rapidocr(self, threads: int) -> list[Contender]:
        return [ProcessContender(RAPIDOCR, ("rapidocr", str(threads)))] if self._has_rapidocr else []

    def _build_peers(self) -> Path | None:
        names = [name for name in (PPU, PADDLE, TESSERACT) if self._wanted.takes(name)]
        if not names:
            return None
        try:
            with Progress(sys.stdout).step("pages of the others") as step:
                return build_site(self._project, step)
        except SetupError as error:
            self.missing |= dict.fromkeys(names, error.cause)
            return None

    def _provide_rapidocr(self) -> bool:
        if not self._wanted.takes(RAPIDOCR):
            return False
        try:
            provide_packages(self._project)
        except SetupError as error:
            self.missing[RAPIDOCR] = error.cause
            return False
        return True


def _threads(count: int) -> str:
    return "1 thread" if count == 1 else f"{count} threads"

"""`npm run fuzz`: damages images, reads them natively and in the page, and keeps what does not hold."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from measure.fuzz.mutations import mutate
from measure.fuzz.subjects import Outcome, Subject
from measure.fuzz.verdicts import difference
from tools.errors import SetupError
from tools.project import this_project

SUBJECTS = ("native", "browser")
KEPT = Path(__file__).with_name("kept.txt")
"""What was found once, one `fixture#seed` a line: every run begins with these."""
GOOD = "note.png"
LIMIT_SECONDS = 10.0

DESCRIPTION = (
    "Damage the project's fixtures by their structure and read each natively and in the page; or, with --data, read "
    "the files of a folder as they are. What crashes, hangs, fails without a type, is silently empty where the other "
    "reads text, or leaves an engine that cannot read a good image is kept in .build/fuzz/; the exit status is then 1."
)


@dataclass(frozen=True, slots=True)
class Case:
    """A file to read, and how to make it again."""

    name: str
    data: bytes


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    project = this_project()
    options = _parser().parse_args(arguments)
    fixtures = sorted(_images(project.root / "tests" / "fixtures"))
    again = () if options.data else _again(project.root / "tests" / "fixtures", KEPT)
    cases = _files(options.data) if options.data else itertools.chain(again, _mutants(fixtures, options.seed))
    kept = project.build / "fuzz"
    good = project.root / "tests" / "fixtures" / GOOD
    end = time.monotonic() + options.seconds if options.seconds else None
    counts: dict[str, Counter[str]] = {name: Counter() for name in options.only}
    findings: list[str] = []
    read = 0
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="py-ocr-fuzz-")))
        subjects = [stack.enter_context(Subject(name, good, options.limit)) for name in options.only]
        try:
            for case in cases:
                if (end is not None and time.monotonic() > end) or read == options.count:
                    break
                image = folder / f"image{Path(case.name.partition('#')[0]).suffix}"
                image.write_bytes(case.data)
                outcomes = {subject.name: subject.read(image) for subject in subjects}
                read += 1
                for name, outcome in outcomes.items():
                    counts[name][outcome.code if outcome.kind == "error" else outcome.kind] += 1
                told = list(complaints(outcomes, options.limit))
                if options.same_verdicts:
                    told += difference(case.name, outcomes)
                if told:
                    kept.mkdir(parents=True, exist_ok=True)
                    (kept / case.name.replace("/", "_")).write_bytes(case.data)
                    findings += [f"{case.name}: {one}" for one in told]
                    print(f"{case.name}: {'; '.join(told)}", flush=True)
                if options.verbose:
                    print(f"{case.name}: {_shown(outcomes)}", flush=True)
        except KeyboardInterrupt:
            print(f"\nInterrupted after {read} files.", file=sys.stderr)
    for name, counter in counts.items():
        print(f"{name}: {', '.join(f'{count} {what}' for what, count in counter.most_common()) or 'nothing'}")
    source = str(options.data) if options.data else f"seeds from {options.seed}"
    print(f"{read} files read ({source}); {len(findings)} findings" + (f", kept in {kept}" if findings else ""))
    if read == 0:
        raise SetupError("Nothing was read.", "Name a folder with files, or more seconds.")
    return 1 if findings else 0


def complaints(outcomes: dict[str, Outcome], limit_seconds: float) -> Iterator[str]:
    """Yield what does not hold of what came of one file, in words."""
    for name, outcome in outcomes.items():
        if outcome.kind in ("crash", "hang", "untyped"):
            yield f"{name}: {outcome.kind} ({outcome.code} {outcome.cause})"
        elif outcome.seconds > limit_seconds:
            yield f"{name}: took {outcome.seconds:.0f} s"
        if not outcome.recovered:
            yield f"{name}: does not read a good image after it"
    kinds = {outcome.kind for outcome in outcomes.values()}
    if kinds == {"text", "empty"}:
        empty = next(name for name, outcome in outcomes.items() if outcome.kind == "empty")
        yield f"{empty}: finds no text where the other does"


def _mutants(fixtures: Sequence[Path], seed: int) -> Iterator[Case]:
    """Yield damaged fixtures for ever: every fixture in turn, each with a seed of its own."""
    while True:
        for fixture in fixtures:
            yield _mutant(fixture, seed)
            seed += 1


def _again(fixtures: Path, kept: Path) -> Iterator[Case]:
    for line in kept.read_text(encoding="utf-8").split():
        name, _, seed = line.partition("#")
        yield _mutant(fixtures / name, int(seed))


def _mutant(fixture: Path, seed: int) -> Case:
    return Case(f"{fixture.name}#{seed}{fixture.suffix}", mutate(fixture.read_bytes(), seed))


def _files(folder: Path) -> Iterator[Case]:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield Case(path.relative_to(folder).as_posix(), path.read_bytes())


def _images(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        # Small ones, so that a second reads several.
        if path.stem.startswith("note") and path.suffix != ".py":
            yield path


def _shown(outcomes: dict[str, Outcome]) -> str:
    return ", ".join(f"{name} {one.kind} {one.code or repr(one.text[:20])}" for name, one in outcomes.items())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="npm run fuzz --", description=DESCRIPTION)
    parser.add_argument("--seconds", type=float, default=0, help="end after so long; goes on until it is stopped")
    parser.add_argument("--count", type=int, help="end after so many files")
    parser.add_argument("--seed", type=int, default=1, help="of the first file; default: %(default)s")
    parser.add_argument("--only", nargs="+", choices=SUBJECTS, default=list(SUBJECTS), help="who reads; default: both")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="read the files in here instead of damaging ours")
    parser.add_argument(
        "--same-verdicts", action="store_true", help="also complain where the two say different things of a file"
    )
    parser.add_argument("--limit", type=float, default=LIMIT_SECONDS, help="seconds that a file may take")
    parser.add_argument("--verbose", action="store_true", help="tell what came of every file")
    return parser


if __name__ == "__main__":
    sys.exit(main())

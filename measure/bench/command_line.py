"""The options of `npm run bench`."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from measure.bench.kinds import KINDS

DESCRIPTION = (
    "Measure our engine beside others: time, transfer and memory. Writes docs/benchmarks.md after a whole run; a run "
    "of chosen images, contenders, threads or parts prints its tables, and leaves them in .build/bench/."
)
PARTS = ("warm", "threads", "isolation", "plain", "cold", "memory")
"""What can be measured: contenders in turns on every image; other numbers of threads; a page without cross-origin
isolation; a pass without second tries; starts; and the growth of memory."""

PROFILES = ("balanced", "fast", "best")
SELECTIONS = ("images", "kinds", "only", "profiles", "threads", "parts", "site")


@dataclass(frozen=True)
class Amount:
    """How much is measured: images of each kind, rounds on them and starts."""

    per_kind: int
    rounds: int
    starts: int


WHOLE = Amount(per_kind=3, rounds=2, starts=2)
QUICK = Amount(per_kind=1, rounds=1, starts=1)


def bench_parser() -> argparse.ArgumentParser:
    """Return the parser."""
    parser = argparse.ArgumentParser(prog="npm run bench --", description=DESCRIPTION)
    parser.add_argument(
        "images", nargs="*", type=Path, metavar="IMAGE", help="read these, instead of some of each kind"
    )
    parser.add_argument("--quick", action="store_true", help="one image of each kind, once; no growth of memory")
    parser.add_argument(
        "--data", type=Path, metavar="FOLDER", help="where the images are, in folders named like the kinds; default: "
        "the data for measuring beside the checkout, else images that are drawn"
    )  # fmt: skip
    parser.add_argument("--kinds", nargs="+", choices=tuple(KINDS), metavar="KIND", help=f"of {', '.join(KINDS)}")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only contenders whose names begin like this")
    parser.add_argument("--profiles", nargs="+", choices=PROFILES, metavar="PROFILE", help=f"of {', '.join(PROFILES)}")
    parser.add_argument(
        "--threads", nargs="+", type=int, metavar="N", help="default: 2, beside 1, 4 and 8 as far as there are cores"
    )
    parser.add_argument("--parts", nargs="+", choices=PARTS, metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--per-kind", type=int, metavar="N", help=f"images of each kind; default: {WHOLE.per_kind}")
    parser.add_argument("--rounds", type=int, metavar="N", help=f"rounds on the images; default: {WHOLE.rounds}")
    parser.add_argument("--starts", type=int, metavar="N", help=f"cold starts of each; default: {WHOLE.starts}")
    parser.add_argument("--fresh", action="store_true", help="do not go on with a run that was interrupted")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures as JSON")
    parser.add_argument("--site", type=Path, metavar="DIR", help="folder of the built site; default: web/dist")
    return parser


def amount_of(options: argparse.Namespace) -> Amount:
    """Return how much is to be measured."""
    default = QUICK if options.quick else WHOLE
    return Amount(
        per_kind=default.per_kind if options.per_kind is None else options.per_kind,
        rounds=default.rounds if options.rounds is None else options.rounds,
        starts=default.starts if options.starts is None else options.starts,
    )


def parts_of(options: argparse.Namespace) -> tuple[str, ...]:
    """Return the parts that are to be measured."""
    if options.parts is not None:
        return tuple(part for part in PARTS if part in options.parts)
    return tuple(part for part in PARTS if part != "memory" or not options.quick)


def is_whole(options: argparse.Namespace) -> bool:
    """Whether everything is measured, so that the tables may replace the document."""
    return not options.quick and not any(getattr(options, name) for name in SELECTIONS)

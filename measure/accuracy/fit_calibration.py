"""`.venv/bin/python -m measure.accuracy.fit_calibration`: fit what confidences mean to the labelled images.

Reads the sets whose truth is lines with every prepared profile, confidences being the products of scores; writes
models/calibration.json, which `python -m models.prepare --update-manifest` takes over. What was read stays in
`.build/calibration/PROFILE/`, where pages that were read elsewhere, with `--param calibration.weight=0 --format json`,
may be put as well.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from measure.accuracy.calibration import Calibration, bin_confidences
from measure.accuracy.command_line import accuracy_parser
from measure.accuracy.dataset import LabelledImage, load_dataset
from measure.accuracy.harness import LINE_FIGURE
from measure.accuracy.judging import Judged, Judgement
from measure.accuracy.scoring import Scorer
from measure.packages import provide_packages
from models.manifest import CALIBRATION_PATH
from py_ocr.calibration import CalibrationParams
from py_ocr.engine import EngineParams
from py_ocr.errors import OcrError
from py_ocr.native import NativeChoice, open_models
from py_ocr.parallel import ParallelReader
from tools.project import Project, this_project
from tools.store import write_json

POINTS: Final = 8
"""Points of a line, each the mean of as many readings. Fewer miss where it bends; more follow chance."""

FOLDS: Final = 5
"""Parts of the images, each of which is judged by what the others gave."""

Points = list[tuple[float, float]]


def main() -> int:
    """Run the command and return the exit status."""
    project = this_project()
    parser = argparse.ArgumentParser(prog="python -m measure.accuracy.fit_calibration", description=__doc__)
    defaults = accuracy_parser(project).parse_args([])
    parser.add_argument("--data", type=Path, default=defaults.data, help="labelled images; default: ../shared/data")
    parser.add_argument("--scorer", type=Path, default=defaults.scorer, help="default: ../shared/accuracy/score.py")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes that read; default: %(default)s")
    prepared = open_models(None).manifest.prepared
    parser.add_argument("--profile", action="append", choices=prepared, help="only this profile; may be repeated")
    options = parser.parse_args()
    provide_packages(project)
    scorer = Scorer(options.scorer)
    sets = [name for name in scorer.sets if LINE_FIGURE in scorer.figures_of(name)]
    labelled = load_dataset(options.data, scorer.sets, sets)
    images = [image for each in labelled for image in each.images if image.truth.get("lines")]
    profiles = json.loads(CALIBRATION_PATH.read_text(encoding="utf-8"))
    for profile in options.profile or prepared:
        pages = _read(project, profile, images, options.jobs)
        judgement = Judgement()
        for image, page in zip(images, pages, strict=True):
            in_set = partial(_normal, scorer.normal, image.set_name)
            judgement.add_page(f"{image.set_name}/{image.name}", image.truth["lines"], page["lines"], in_set)
        profiles[profile] = _fitted(judgement, sets)
        print(profile, profiles[profile]["fitted_on"], profiles[profile]["expected_error"], flush=True)
    write_json(CALIBRATION_PATH, profiles)
    print(f"wrote {CALIBRATION_PATH.name}; run `python -m models.prepare --update-manifest` and prettier")
    return 0


def _normal(normal: Callable[[str, str], str], set_name: str, text: str) -> str:
    return normal(text, set_name)


def _read(project: Project, profile: str, images: Sequence[LabelledImage], jobs: int) -> list[dict[str, Any]]:
    """Return the uncalibrated page of each image, reading those that were not read yet."""
    folder = project.build / "calibration" / profile
    files = [folder / f"{image.name}.json" for image in images]
    missing = [(image, file) for image, file in zip(images, files, strict=True) if not file.is_file()]
    if missing:
        params = EngineParams(calibration=CalibrationParams(weight=0))
        with ParallelReader(None, NativeChoice(profile, params=params), jobs=jobs) as reader:
            pages = reader.read_many([image.path for image, _ in missing])
            for (_, file), page in zip(missing, pages, strict=True):
                if isinstance(page, OcrError):
                    raise page
                write_json(file, page)
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def _fitted(judgement: Judgement, sets: Sequence[str]) -> dict[str, Any]:
    """Return the entry of a profile in the manifest."""
    return {
        "fitted_on": {"sets": list(sets), "lines": len(judgement.lines), "words": len(judgement.words)},
        "expected_error": {
            "lines": round(cross_validated_error(judgement.lines), 4),
            "words": round(cross_validated_error(judgement.words), 4),
        },
        "recognizers": {
            recognizer: {
                "lines": fit([each for each in judgement.lines if each.recognizer == recognizer]),
                "words": fit([each for each in judgement.words if each.recognizer == recognizer]),
            }
            for recognizer in sorted({each.recognizer for each in judgement.lines})
        },
    }


def fit(judged: Sequence[Judged], points: int = POINTS) -> Points:
    """Return points of a rising line: confidence before calibration, and how often such readings are right.

    Isotonic regression over parts of equal size: neighbours that would fall are put together (pool adjacent violators).
    """
    ordered = sorted(judged, key=lambda each: each.words_confidence)
    rising: list[list[Judged]] = []
    for part in np.array_split(np.arange(len(ordered), dtype=np.int32), min(points, len(ordered))):
        rising.append([ordered[index] for index in part])
        while len(rising) > 1 and _rate(rising[-2]) >= _rate(rising[-1]):
            rising[-2:] = [rising[-2] + rising[-1]]
    return _distinct([(round(_mean(part), 4), round(_rate(part), 4)) for part in rising])


def _distinct(points: Points) -> Points:
    """Leave out points that rounding has put above each other, but for the last of them."""
    return [
        point
        for point, following in zip(points, [*points[1:], None], strict=True)
        if not following or point[0] < following[0]
    ]


def _mean(part: Sequence[Judged]) -> float:
    return sum(each.words_confidence for each in part) / len(part)


def _rate(part: Sequence[Judged]) -> float:
    return sum(each.right for each in part) / len(part)


def cross_validated_error(judged: Sequence[Judged]) -> float:
    """Return the expected calibration error on images, each judged by what was fitted to images of the other folds."""
    calibrated: list[tuple[float, bool]] = []
    for fold in range(FOLDS):
        for recognizer in sorted({each.recognizer for each in judged}):
            own = [each for each in judged if each.recognizer == recognizer]
            points = fit([each for each in own if _fold(each.image) != fold])
            tested = [each for each in own if _fold(each.image) == fold]
            calibrated += zip(_interpolated(tested, points), (each.right for each in tested), strict=True)
    return Calibration("lines", bin_confidences(calibrated), len(calibrated), 0).expected_error


def _interpolated(judged: Sequence[Judged], points: Points) -> list[float]:
    x, y = zip((0.0, 0.0), *points, strict=True)
    rates: NDArray[np.float64] = np.interp([each.words_confidence for each in judged], x, y)
    return [float(rate) for rate in rates]


def _fold(image: str) -> int:
    return hashlib.sha256(image.encode()).digest()[0] % FOLDS


if __name__ == "__main__":
    sys.exit(main())

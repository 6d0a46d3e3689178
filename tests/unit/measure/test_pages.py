"""Whole pages a second: which images, which jobs, what is compared, and real pages read by real processes."""

import shutil
from pathlib import Path

import pytest

from measure.backends.figures import Figures, PagesRead
from measure.backends.kept import KeptFigures, read_figures
from measure.backends.pages import PagesJob, default_jobs, measure_pages, public_images
from measure.backends.report import pages_table
from tools.errors import SetupError
from tools.project import Project, this_project

SIGN = this_project().root / "web" / "samples" / "sign.jpg"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Sets of images: two real ones, one of lines, and none that is hidden."""
    for name in ("pages_a/public", "scene_b/public", "lines_c/public", "pages_a/hidden"):
        folder = tmp_path / name / "images"
        folder.mkdir(parents=True)
        shutil.copy(SIGN, folder / "sign.jpg")
    return tmp_path


def test_the_real_public_images_are_taken_in_the_same_order_every_time(data: Path) -> None:
    images = public_images(data)
    assert sorted(image.relative_to(data).parts[:2] for image in images) == [
        ("pages_a", "public"),
        ("scene_b", "public"),
    ]
    assert public_images(data) == images


def test_a_folder_without_images_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=tmp_path.name):
        public_images(tmp_path)


def test_cores_are_used_by_one_process_and_by_as_many_as_there_are() -> None:
    jobs = default_jobs(16)
    assert {PagesJob("native", 1, 16), PagesJob("native", 16, 1), PagesJob("native-torch", 8, 1)} <= set(jobs)
    assert all(job.jobs * job.threads <= 16 for job in jobs)
    assert default_jobs(1) == tuple(PagesJob(name, 1, 1) for name in ("native", "native-cuda", "native-torch"))


def test_pages_are_read_twice_and_compared_with_native(data: Path) -> None:
    first, second, absent = measure_pages(
        [PagesJob("native", 1, 1), PagesJob("native", 2, 1), PagesJob("webgpu", 1, 1)], public_images(data)
    )
    assert (first.pages, first.unreadable, len(first.seconds)) == (2, 0, 2)
    assert (first.same_lines, second.same_lines) == (None, 1.0)
    assert absent.seconds == ()
    assert "browser" in (absent.reason or "")


def test_the_table_shows_each_pass_and_who_is_not_here() -> None:
    table = pages_table(
        [
            PagesRead("native-torch", 8, 1, 184, seconds=[9.2, 4.6], same_lines=0.965),
            PagesRead("native-cuda", 1, 16, 184, reason="none"),
        ]
    )
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    assert ["native-torch, 8 × 1", "184", "20.0", "40.0", "96.5 %"] in lines
    assert ["native-cuda, 1 × 16", "184", "not here", "–", "–"] in lines


def test_what_another_run_measured_of_a_machine_stays(tmp_path: Path) -> None:
    kept = KeptFigures(Project(tmp_path, tmp_path))
    pages = [PagesRead("native", 1, 1, 2, seconds=[1.0, 1.0])]
    kept.keep_machine("a-machine", Figures("2026-01-01", {}, {}, pages=pages))
    kept.keep_machine("a-machine", Figures("2026-02-02", {}, {}))
    again = read_figures(tmp_path / "measure" / "figures" / "machines" / "a-machine.json")
    assert (again.date, again.pages) == ("2026-02-02", pages)

"""What the benchmark's options choose: images, parts, contenders."""

from pathlib import Path

import pytest
from PIL import Image

from measure.bench import kinds, line_up
from measure.bench.command_line import QUICK, WHOLE, amount_of, bench_parser, is_whole, parts_of
from measure.bench.kinds import KINDS, MIN_SIDE_PX, BenchImage, choose_images, one_of_each_kind
from measure.bench.line_up import LineUp, Wanted
from measure.bench.names import (
    ALONE,
    BALANCED,
    ISOLATED,
    ISOLATION,
    NATIVE,
    PADDLE,
    PLAIN,
    PLAIN_PASS,
    PPU,
    RAPIDOCR,
    TESSERACT,
    WARM,
)
from measure.headless.chromium_launch import Launch
from tools.errors import SetupError
from tools.project import Project, this_project

IMAGES = [BenchImage(kind, f"{kind} {number}", Path("a.png")) for kind in ("receipts", "ui") for number in (1, 2)]


def draw(folder: Path, *names: str, side: int = MIN_SIDE_PX) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        Image.new("L", (side, side)).save(folder / name)


def parsed(*arguments: str) -> bool:
    return is_whole(bench_parser().parse_args(arguments))


def test_only_a_whole_run_replaces_the_document() -> None:
    assert parsed("--rounds", "3", "--json", "x", "--fresh", "--data", "elsewhere")
    for partial in (
        ["a.png"],
        ["--only", "ppu"],
        ["--site", "elsewhere"],
        ["--quick"],
        ["--kinds", "ui"],
        ["--parts", "cold"],
        ["--profiles", "fast"],
        ["--threads", "1"],
    ):
        assert not parsed(*partial), partial


def test_a_quick_run_measures_less_unless_it_is_told_how_much() -> None:
    parser = bench_parser()
    assert amount_of(parser.parse_args([])) == WHOLE
    assert amount_of(parser.parse_args(["--quick"])) == QUICK
    assert amount_of(parser.parse_args(["--quick", "--rounds", "4"])).rounds == 4
    assert "memory" in parts_of(parser.parse_args([]))
    assert "memory" not in parts_of(parser.parse_args(["--quick"]))
    assert parts_of(parser.parse_args(["--quick", "--parts", "memory", "cold"])) == ("cold", "memory")


def test_images_are_spread_over_the_sets_of_a_kind(tmp_path: Path) -> None:
    draw(tmp_path / "pages_docbank" / "public" / "images", "a.png", "b.png", "c.png", "d.png")
    draw(tmp_path / "pages_fondue" / "public" / "images", "e.png", "f.png")
    found = choose_images(this_project(), tmp_path, ["pages"], 3)
    assert [image.path.name for image in found] == ["a.png", "c.png", "e.png"]
    assert [image.label for image in found] == ["pages 1", "pages 2", "pages 3"]


def test_a_folder_named_like_a_kind_goes_before_the_sets(tmp_path: Path) -> None:
    draw(tmp_path / "ui", "mine.png")
    draw(tmp_path / "ui_text" / "public" / "images", "theirs.png")
    assert [image.path.name for image in choose_images(this_project(), tmp_path, ["ui"], 3)] == ["mine.png"]


def test_images_that_were_cut_out_or_not_everybody_decodes_are_not_read(tmp_path: Path) -> None:
    draw(tmp_path / "ui", "small.png", side=MIN_SIDE_PX - 1)
    draw(tmp_path / "ui", "large.png")
    draw(tmp_path / "ui", "scan.tif")
    assert [image.path.name for image in choose_images(this_project(), tmp_path, ["ui"], 3)] == ["large.png"]


def test_a_folder_without_images_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="has no images"):
        choose_images(this_project(), tmp_path, ["ui"], 3)


def test_without_data_there_is_a_drawing_of_each_kind(tmp_path: Path) -> None:
    project = Project(tmp_path / "checkout", tmp_path / "cache")
    for name in ("receipt.jpg", "sign.jpg"):
        draw(project.root / "web" / "samples", name)
    found = choose_images(project, None, tuple(KINDS), 3)
    assert {image.kind for image in found} == set(KINDS)
    assert len(found) == len(KINDS)
    for image in found:
        with Image.open(image.path) as opened:
            assert min(opened.size) >= MIN_SIDE_PX, image


def test_one_of_each_kind_is_its_first() -> None:
    assert [image.label for image in one_of_each_kind(IMAGES)] == ["receipts 1", "ui 1"]
    assert kinds.chosen_images([Path("x/a.png")]) == [BenchImage("images", "a.png", Path("x/a.png"))]


@pytest.fixture
def everything_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which all can be had, without fetching it."""
    launch = Launch(Path("chromium"), (), sandbox=True, software_gpu=True)
    monkeypatch.setattr(line_up, "plan_launch", lambda _project, _backend: launch)
    monkeypatch.setattr(line_up, "build_site", lambda _project, _step: tmp_path)
    monkeypatch.setattr(line_up, "provide_packages", lambda _project: None)


def wanted(*parts: str, only: tuple[str, ...] | None = None, threads: tuple[int, ...] = (2, 1)) -> Wanted:
    return Wanted(parts, threads, ("balanced", "fast", "best"), only)


def names_by_group(choice: Wanted, *, quick: bool = False) -> dict[str, list[str]]:
    found = LineUp(this_project(), Path("dist"), choice).groups(IMAGES, 2, quick=quick)
    return {group.key: [contender.name for contender in group.contenders] for group in found}


@pytest.mark.usefixtures("everything_there")
def test_everybody_takes_turns_and_fewer_do_with_other_threads_and_without_isolation() -> None:
    found = names_by_group(wanted("warm", "threads", "isolation", "plain"))
    assert {BALANCED, "py-ocr fast", "py-ocr best", NATIVE, PPU, PADDLE, TESSERACT, RAPIDOCR} == set(found[WARM])
    assert found["1 thread"] == [BALANCED, PPU, RAPIDOCR]
    assert found[PLAIN_PASS] == [ALONE, PLAIN, NATIVE]
    assert found[ISOLATION] == [ISOLATED, BALANCED, PPU, PADDLE, TESSERACT]


@pytest.mark.usefixtures("everything_there")
def test_parts_and_contenders_can_be_chosen() -> None:
    assert names_by_group(wanted("warm", only=("tess", "py-ocr f"))) == {WARM: ["py-ocr fast", TESSERACT]}
    assert names_by_group(wanted("threads", only=("tess",))) == {}
    fast = Wanted(("warm", "plain"), (2, 1), ("fast",), ("py-ocr", "tess"))
    assert names_by_group(fast) == {WARM: ["py-ocr fast", NATIVE, TESSERACT], PLAIN_PASS: [NATIVE]}
    assert list(names_by_group(wanted("threads", threads=(2, 1, 4)))) == ["1 thread", "4 threads"]


@pytest.mark.usefixtures("everything_there")
def test_a_quick_run_reads_one_image_beside_the_main_group() -> None:
    line = LineUp(this_project(), Path("dist"), wanted("warm", "isolation"))
    whole, quick = (line.groups(IMAGES, 2, quick=quick) for quick in (False, True))
    assert [(len(group.images), len(group.warm_up), group.rounds) for group in whole] == [(4, 2, 2), (2, 1, 1)]
    assert [(len(group.images), len(group.warm_up)) for group in quick] == [(4, 1), (1, 1)]


@pytest.mark.usefixtures("everything_there")
def test_who_cannot_be_had_is_left_out_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(_project: Project, _step: object = None) -> Path:
        raise SetupError("The registry cannot be reached.", "Check the network.")

    monkeypatch.setattr(line_up, "build_site", unreachable)
    monkeypatch.setattr(line_up, "provide_packages", unreachable)
    line = LineUp(this_project(), Path("dist"), wanted("warm"))
    assert set(line.missing) == {PPU, PADDLE, TESSERACT, RAPIDOCR}
    assert set(line.missing.values()) == {"The registry cannot be reached."}
    assert {contender.name for contender in line.starters()} == {BALANCED, "py-ocr fast", "py-ocr best", NATIVE}


@pytest.mark.usefixtures("everything_there")
def test_what_nobody_asked_for_is_not_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def unexpected(*_arguments: object) -> Path:
        raise AssertionError("fetched")

    monkeypatch.setattr(line_up, "build_site", unexpected)
    monkeypatch.setattr(line_up, "provide_packages", unexpected)
    assert LineUp(this_project(), Path("dist"), wanted("warm", only=("py-ocr",))).missing == {}

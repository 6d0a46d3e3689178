"""What the long run says of memory: medians of windows, the first hundred pages left out."""

import pytest

from measure.soak.report import Soak, is_flat, page, windows


def soak_of(*levels: float, left: int = 0) -> Soak:
    """A run whose heaps are at a level for each hundred pages, with one look in five far off, or not at heaps."""
    looks = [
        {
            "page": index * 100 + look * 20 + 5,
            "rssMb": 800 if look == 3 else 400,
            "heapsMb": None if look == 3 else level,
        }
        for index, level in enumerate(levels)
        for look in range(5)
    ]
    counts = {"image": 90, "document": 7, "dead worker": 3}
    return {
        "seed": 1,
        "pages": 100 * len(levels),
        "kinds": {kind: {"count": count, "seconds": 1} for kind, count in counts.items()},
        "looks": looks,
        "elapsed_s": 600,
        "version": "1",
        "left": left,
    }


def test_windows_are_medians_and_leave_the_first_hundred_pages_out() -> None:
    assert windows(soak_of(100, 200, 210)) == [(200, 400, 200), (300, 400, 210)]


@pytest.mark.parametrize(
    ("levels", "flat"), [((50, 200, 209, 191), True), ((200, 200, 211), False), ((200, 200, 180), False)]
)
def test_memory_is_flat_within_five_percent_of_the_first_window(levels: tuple[float, ...], flat: bool) -> None:
    assert is_flat(soak_of(*levels)) is flat
    assert ("DID NOT STAY" in page(soak_of(*levels))) is not flat


def test_the_report_has_what_happened_and_what_was_left() -> None:
    written = page(soak_of(100, 100, left=2))
    assert "7 documents" in written
    assert "- 3 times that all workers died while one of them read" in written
    assert "- 0 GPUs" in written
    assert "2 workers were left" in written


def test_a_window_that_has_only_begun_does_not_count() -> None:
    soak = soak_of(100, 200, 210)
    begun = [{"page": 302, "rssMb": 600, "heapsMb": 300}]
    assert windows({**soak, "looks": [*soak["looks"], *begun]}) == windows(soak)


def test_too_few_pages_are_no_verdict_on_memory() -> None:
    assert "tell nothing about memory" in page(soak_of(100))

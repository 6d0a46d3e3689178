"""README's own snippets of Python run as they stand."""

import re
from pathlib import Path

from tests.doors.conftest import Run, conftest_with_chromium

ROOT = Path(__file__).resolve().parents[2]
NOTE = ROOT / "tests" / "fixtures" / "note.png"
IMAGES = ("receipt.jpg", "a.png", "b.png")
LONGEST = 5


def snippets() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL | re.M)


def test_no_use_takes_more_than_five_lines() -> None:
    assert len(snippets()) >= 3
    assert [text for text in snippets() if len(text.splitlines()) > LONGEST] == []


CHECKOUT = """<canvas width="500" height="200"></canvas><script>
const pen = document.querySelector("canvas").getContext("2d");
pen.font = "24px sans-serif";
pen.fillText("Total 12.00", 30, 60);
pen.fillText("Submit", 30, 150);
document.addEventListener("click", ({ clientY }) => (document.title = clientY > 120 ? "sent" : "missed"));
</script>"""

ROUTE = f"""
@pytest.fixture
def page(page):
    page.route("https://example.com/**", lambda route: route.fulfill(body={CHECKOUT!r}, content_type="text/html"))
    yield page
    assert page.title() == "sent"
"""


def test_the_snippet_of_a_test_runs(installed_with_others: Run, tmp_path: Path) -> None:
    (text,) = [text for text in snippets() if text.startswith("def test_")]
    (tmp_path / "conftest.py").write_text(conftest_with_chromium() + ROUTE, encoding="utf-8")
    (tmp_path / "test_snippet.py").write_text(text, encoding="utf-8")
    done = installed_with_others("pytest", tmp_path, "--output", tmp_path / "results")
    assert done.returncode == 0, done.stdout


def test_every_snippet_runs(installed: Run) -> None:
    for text in [text for text in snippets() if not text.startswith("def test_")]:
        program = "\n".join(
            [
                "import asyncio, shutil, py_ocr",
                *(f"shutil.copyfile({str(NOTE)!r}, {name!r})" for name in IMAGES),
                "async def main():",
                *(f"    {line}" for line in text.splitlines()),
                "    print(page.text) if 'page' in locals() else None",
                "asyncio.run(main())",
            ]
        )
        done = installed("python", "-c", program)
        assert done.returncode == 0, done.stderr
        assert "world" in done.stdout

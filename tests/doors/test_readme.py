"""README's own snippets of Python run as they stand."""

import re
from pathlib import Path

from tests.doors.conftest import Run

ROOT = Path(__file__).resolve().parents[2]
NOTE = ROOT / "tests" / "fixtures" / "note.png"
IMAGES = ("receipt.jpg", "a.png", "b.png")
LONGEST = 5


def snippets() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL | re.M)


def test_no_use_takes_more_than_five_lines() -> None:
    assert len(snippets()) >= 3
    assert [text for text in snippets() if len(text.splitlines()) > LONGEST] == []


def test_every_snippet_runs(installed: Run) -> None:
    for text in snippets():
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

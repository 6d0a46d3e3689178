"""The images that the project draws itself, for where there is no folder of real ones: one of each kind.

Receipt and sign are the page's samples; form, page and window are drawn here, flat and clean, with Pillow's own font.
"""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tools.project import Project

INK = (32, 33, 36)
PALE = (120, 124, 130)
FIELDS = (
    ("Name of applicant", "Adele Winterbourne"),
    ("Date of birth", "14 / 03 / 1971"),
    ("Street and number", "Harbour Row 27"),
    ("Town", "Port Ellery"),
    ("Postal code", "PE4 8TD"),
    ("Telephone", "01632 960 733"),
    ("Reference", "KX-20417-B"),
    ("Amount claimed", "1,284.50"),
    ("Account", "40 17 22 / 3381 9904"),
    ("Signature", "A. Winterbourne"),
)
SENTENCES = (
    "The tide tables for the northern coast were first printed in a pamphlet of eleven leaves.",
    "Each row gave the hour of high water, the height above the chart datum and the age of the moon.",
    "Fishermen pinned the sheets inside their doors and crossed the days out with a carpenter's pencil.",
    "When the harbour was dredged in the following spring, every figure had to be worked out again.",
    "A clerk named Osric Venn did so in forty evenings, by lamplight, with a slide rule and no assistant.",
)
MENU = ("File", "Edit", "View", "Insert", "Format", "Tools", "Window", "Help")
ROWS = (
    ("Invoices", "Folder", "Today, 09:41"),
    ("budget-2025.xlsx", "Spreadsheet", "Yesterday, 17:02"),
    ("Minutes of the board.docx", "Document", "12 May 2025"),
    ("holiday.jpg", "Image", "3 May 2025"),
    ("backup.tar.gz", "Archive", "28 April 2025"),
)


def drawn_images(project: Project) -> dict[str, list[Path]]:
    """Return files by kind, drawn if they are not there yet."""
    samples = project.root / "web" / "samples"
    folder = project.build / "bench" / "drawn"
    folder.mkdir(parents=True, exist_ok=True)
    found = {"receipts": [samples / "receipt.jpg"], "scenes": [samples / "sign.jpg"]}
    for kind, draw in (("forms", draw_form), ("pages", draw_page), ("ui", draw_window)):
        path = folder / f"{kind}.png"
        draw().save(path)
        found[kind] = [path]
    return found


def draw_form() -> Image.Image:
    """Return a form of ten fields, filled in by machine."""
    image = Image.new("RGB", (900, 1160), "white")
    pen = ImageDraw.Draw(image)
    pen.text((60, 50), "Claim for travelling expenses", fill=INK, font=_font(38))
    for number, (label, value) in enumerate(FIELDS):
        top = 150 + number * 96
        pen.rectangle((60, top, 840, top + 74), outline=PALE, width=2)
        pen.text((72, top + 6), label, fill=PALE, font=_font(18))
        pen.text((90, top + 34), value, fill=INK, font=_font(28))
    return image


def draw_page() -> Image.Image:
    """Return a printed page of thirty lines in two columns."""
    image = Image.new("RGB", (1240, 1754), "white")
    pen = ImageDraw.Draw(image)
    pen.text((120, 110), "Notes on the printing of tide tables", fill=INK, font=_font(40))
    for column in range(2):
        lines = _broken(" ".join(SENTENCES[column:] + SENTENCES[:column]), 40)
        for number in range(30):
            pen.text((120 + column * 520, 230 + number * 46), lines[number % len(lines)], fill=INK, font=_font(23))
    return image


def draw_window() -> Image.Image:
    """Return a window with a menu and a list of files."""
    image = Image.new("RGB", (960, 420), (246, 246, 248))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 960, 44), fill=(228, 230, 234))
    for number, word in enumerate(MENU):
        pen.text((20 + number * 96, 12), word, fill=INK, font=_font(17))
    for number, row in enumerate((("Name", "Kind", "Changed"), *ROWS)):
        for left, cell in zip((24, 420, 660), row, strict=True):
            pen.text((left, 70 + number * 54), cell, fill=INK if number else PALE, font=_font(18))
    return image


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _broken(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines

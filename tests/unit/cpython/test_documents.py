"""Documents natively: every page comes, one at a time, and what cannot be opened says why."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from py_ocr.documents.opening import by_number, open_document
from py_ocr.documents.page_range import parse_pages
from py_ocr.documents.reading import DocumentReading
from py_ocr.errors import ImageError, OptionError
from py_ocr.types import OcrPage

RED: Final = (200, 0, 0)


def picture(number: int) -> Image.Image:
    image = Image.new("RGB", (60 + number, 40), "white")
    ImageDraw.Draw(image).rectangle((5, 5, 5 + number, 20), fill=RED)
    return image


def tiff(count: int) -> bytes:
    file = io.BytesIO()
    picture(1).save(
        file, "TIFF", save_all=True, append_images=[picture(n) for n in range(2, count + 1)], dpi=(200, 200)
    )
    return file.getvalue()


def archive(names: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        for name, data in names.items():
            written.writestr(name, data)
    return file.getvalue()


def png(number: int) -> bytes:
    file = io.BytesIO()
    picture(number).save(file, "PNG")
    return file.getvalue()


def pdf(contents: list[bytes], size: tuple[int, int] = (200, 100)) -> bytes:
    """Return a PDF with a page for each content, which may use the font /F and the picture /I, red, 100 x 50 pixels."""
    file = io.BytesIO()
    with pikepdf.new() as made:
        font = made.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        )
        image = pikepdf.Stream(made, bytes(RED) * 5000)
        image.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": 100, "/Height": 50})
        image.update({"/ColorSpace": pikepdf.Name.DeviceRGB, "/BitsPerComponent": 8})
        for content in contents:
            page = made.add_blank_page(page_size=size)
            page.Resources = pikepdf.Dictionary(
                Font=pikepdf.Dictionary(F=font), XObject=pikepdf.Dictionary(I=made.make_indirect(image))
            )
            page.Contents = pikepdf.Stream(made, content)
        made.save(file)
    return file.getvalue()


def blank_page(rgba: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], _number: int) -> OcrPage:
    return OcrPage(rgba.shape[1], rgba.shape[0], (), ())


def widths(data: bytes | Path) -> list[int]:
    source = open_document(data)
    pages = [source.load(number) for number in range(1, source.page_count + 1)]
    source.close()
    return [page.rgba.shape[1] for page in pages if page.rgba is not None]


def test_every_page_of_a_tiff_comes_in_its_order_with_its_resolution() -> None:
    assert widths(tiff(3)) == [61, 62, 63]
    assert open_document(tiff(2)).load(2).dpi == 200


def test_an_archive_gives_its_images_in_the_order_of_their_numbers() -> None:
    data = archive({"p10.png": png(10), "p2.png": png(2), "notes.txt": b"no", "__MACOSX/p1.png": b"x"})
    assert widths(data) == [62, 70]


def test_a_folder_is_a_document(tmp_path: Path) -> None:
    for number in (10, 9):
        (tmp_path / f"scan {number}.png").write_bytes(png(number))
    assert widths(tmp_path) == [69, 70]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (archive({"a.txt": b"no picture"}), "document_empty"),
        (archive({"a.png": png(1)})[:60], "archive_damaged"),
        (archive({"inner.zip": archive({"a.png": png(1)})}), "document_empty"),
        (archive({"../../": b"", "..\\.png/": b"", ".png": b"x"}), "document_empty"),
        (archive({f"{number}.txt": b"" for number in range(10_001)}), "archive_too_large"),
        (b"%PDF-1.7 and nothing of a PDF", "pdf_damaged"),
        (pdf([]), "document_empty"),
    ],
)
def test_what_cannot_be_opened_says_why(data: bytes, code: str) -> None:
    with pytest.raises(ImageError) as raised:
        open_document(data)
    assert raised.value.code == code


def test_a_file_of_an_archive_that_lies_of_itself_fails_alone() -> None:
    data = bytearray(archive({"a.png": png(1), "b.png": png(2)}))
    data[data.index(b"IHDR") if b"IHDR" in data else 60] ^= 255
    reading = DocumentReading.begin("x", open_document(bytes(data)), None, blank_page)
    errors = [page.error.code if page.error else None for page in reading]
    assert errors == ["archive_damaged", None]


def errors_of(data: bytes) -> list[str | None]:
    reading = DocumentReading.begin("x", open_document(data), None, blank_page)
    return [page.error.code if page.error else None for page in reading]


def test_a_file_of_an_archive_that_unpacks_to_too_much_fails_alone_and_unread() -> None:
    data = bytearray(archive({"a.png": png(1), "b.png": png(2)}))
    directory = data.index(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (600 * 2**20).to_bytes(4, "little")
    assert errors_of(bytes(data)) == ["archive_too_large", None]


def test_a_file_of_an_archive_that_says_less_than_it_has_fails_alone() -> None:
    bomb = bytes(50_000_000)
    data = bytearray(archive({"a.png": bomb, "b.png": png(2)}))
    for at, field in ((data.index(b"PK\x03\x04"), 22), (data.index(b"PK\x01\x02"), 24)):
        data[at + field : at + field + 4] = (1000).to_bytes(4, "little")
    assert errors_of(bytes(data)) == ["archive_damaged", None]


@pytest.mark.parametrize("name", ["../../up.png", "/root.png", "C:\\x.png", "a\nb.png", "é中.png", "x" * 300 + ".png"])
def test_odd_names_of_files_in_an_archive_are_names_and_no_more(name: str) -> None:
    source = open_document(archive({name: png(1)}))
    assert source.load(1).name == zipfile.ZipInfo(name).filename


def test_further_frames_of_a_file_in_an_archive_are_told_of() -> None:
    [page] = list(DocumentReading.begin("x", open_document(archive({"a.tiff": tiff(3)})), None, blank_page))
    assert page.page is not None
    assert [notice.code for notice in page.page.notices] == ["first_frame_only"]


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.9])
def test_a_pdf_that_was_cut_off_ends_in_pages_or_in_a_clear_word(keep: float) -> None:
    data = pdf([b"q 200 0 0 100 0 0 cm /I Do Q"] * 3)
    try:
        source = open_document(data[: round(len(data) * keep)])
    except ImageError as error:
        assert error.code in ("pdf_damaged", "document_empty")
        return
    for page in DocumentReading.begin("x", source, None, blank_page):
        assert page.page is not None or page.error is not None


def test_a_thousand_pages_are_a_queue_like_any_other() -> None:
    source = open_document(pdf([b"q 200 0 0 100 0 0 cm /I Do Q"] * 1000))
    assert source.page_count == 1000
    [last] = list(DocumentReading.begin("x", source, "1000", blank_page))
    assert (last.number, last.error) == (1000, None)


def test_an_encrypted_pdf_asks_for_its_password_and_opens_with_it() -> None:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf([b""]))) as plain:
        plain.save(file, encryption=pikepdf.Encryption(owner="o", user="secret"))
    for password in (None, "wrong"):
        with pytest.raises(ImageError, match="encrypted") as raised:
            open_document(file.getvalue(), password=password)
        assert raised.value.code == "pdf_encrypted"
    assert open_document(file.getvalue(), password="secret").page_count == 1


def test_text_of_a_pdf_is_taken_as_it_is_and_where_it_stands() -> None:
    source = open_document(pdf([b"BT /F 20 Tf 20 50 Td (Exactly thls) Tj ET"]))
    page = source.load(1)
    assert page.rgba is None
    assert page.embedded is not None
    [[first, second]] = page.embedded.lines
    assert (first.text, second.text) == ("Exactly", "thls")
    scale = page.embedded.width / 200
    left, top = first.quad.min(axis=0) / scale
    assert left == pytest.approx(20, abs=2)
    assert top == pytest.approx(100 - 50 - 16, abs=6)
    assert second.quad[:, 0].min() > first.quad[:, 0].max()


def test_only_a_picture_without_text_is_read() -> None:
    beside = b"q 80 0 0 40 110 10 cm /I Do Q BT /F 12 Tf 10 80 Td (Beside) Tj ET"
    reading = DocumentReading.begin("x", open_document(pdf([beside])), None, see_red)
    [page] = list(reading)
    assert page.text_origin == "both"
    assert page.page is not None
    assert [line.text for line in page.page.lines] == ["Beside"]


def see_red(rgba: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], _number: int) -> OcrPage:
    inked = np.argwhere((rgba[..., :3] < 255).any(axis=-1))
    scale = rgba.shape[1] / 200
    assert inked.min(axis=0)[1] / scale == pytest.approx(110, abs=1)  # the text at the left is not there
    return blank_page(rgba, 1)


@pytest.mark.parametrize(("choice", "reads", "has_text"), [("always", False, True), ("never", True, False)])
def test_text_of_a_pdf_can_be_forced_and_forbidden(choice: str, reads: bool, has_text: bool) -> None:
    data = pdf([b"q 80 0 0 40 110 10 cm /I Do Q BT /F 12 Tf 10 80 Td (Beside) Tj ET"])
    page = open_document(data, pdf_text=choice).load(1)  # type: ignore[arg-type]
    assert (page.rgba is not None, page.embedded is not None) == (reads, has_text)


def test_a_scan_is_rendered_as_fine_as_its_picture() -> None:
    page = open_document(pdf([b"q 200 0 0 100 0 0 cm /I Do Q"])).load(1)
    assert page.rgba is not None
    assert page.rgba.shape[:2] == (50, 100)
    assert (page.rgba[25, 50, :3] == RED).all()


def test_pages_of_a_long_pdf_are_made_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []
    original = pypdfium2.PdfDocument.__getitem__

    def recorded(self: pypdfium2.PdfDocument, index: int) -> object:
        opened.append(index)
        return original(self, index)

    monkeypatch.setattr(pypdfium2.PdfDocument, "__getitem__", recorded)
    pages: Iterator[object] = iter(DocumentReading.begin("x", open_document(pdf([b""] * 300)), None, blank_page))
    assert opened == []
    next(pages)
    next(pages)
    assert opened == [0, 1]


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [(None, [1, 2, 3, 4]), ("2", [2]), ("1-3,2", [1, 2, 3]), ("3-", [3, 4]), ("-2", [1, 2]), ("4,1", [4, 1])],
)
def test_pages_are_named_as_people_write_them(ranges: str | None, expected: list[int]) -> None:
    assert parse_pages(ranges, 4) == expected


@pytest.mark.parametrize("ranges", ["", "0", "5", "3-2", "a", "1--2", "-", "1,,2"])
def test_pages_that_are_not_there_are_refused(ranges: str) -> None:
    with pytest.raises(OptionError):
        parse_pages(ranges, 4)


def test_names_sort_by_their_numbers() -> None:
    # As tests/unit/web/name-order.test.ts has it.
    names = ["b", "a10", "a2", "A3", "10", "²5.png", "a_1", "a-1", "a", "a 2"]
    assert sorted(names, key=by_number) == ["10", "a", "a2", "A3", "a10", "a 2", "a-1", "a_1", "b", "²5.png"]


def jpeg_pdf(changes: dict[str, object] | None = None, content: bytes = b"q 200 0 0 100 0 0 cm /I Do Q") -> bytes:
    """Return a PDF whose page is a JPEG of 300 x 150 noisy pixels."""
    pixels = np.random.default_rng(5).integers(0, 255, (150, 300, 3)).astype(np.uint8)
    jpeg, file = io.BytesIO(), io.BytesIO()
    Image.fromarray(pixels).save(jpeg, "JPEG", quality=60)
    with pikepdf.new() as made:
        image = pikepdf.Stream(made, jpeg.getvalue())
        image.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": 300, "/Height": 150})
        image.update({"/ColorSpace": pikepdf.Name.DeviceRGB, "/BitsPerComponent": 8, "/Filter": pikepdf.Name.DCTDecode})
        page = made.add_blank_page(page_size=(200, 100))
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=made.make_indirect(image)))
        page.Contents = pikepdf.Stream(made, content)
        for key, value in (changes or {}).items():
            page[key] = value
        made.save(file)
    return file.getvalue()


def test_a_page_that_is_a_jpeg_has_exactly_its_pixels() -> None:
    page = open_document(jpeg_pdf()).load(1)
    pixels = np.random.default_rng(5).integers(0, 255, (150, 300, 3)).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=60)
    assert page.rgba is not None
    np.testing.assert_array_equal(page.rgba[..., :3], np.asarray(Image.open(file)))
    assert page.dpi == 108


@pytest.mark.parametrize(
    ("changes", "content"),
    [
        ({"/Rotate": 90}, b"q 200 0 0 100 0 0 cm /I Do Q"),
        ({}, b"q 150 0 0 100 0 0 cm /I Do Q"),
        ({}, b"q -200 0 0 100 200 0 cm /I Do Q"),
        ({}, b"q 200 0 0 100 0 0 cm /I Do Q 10 10 20 20 re f"),
    ],
    ids=["turned", "beside white", "mirrored", "drawn over"],
)
def test_a_page_that_is_more_or_less_than_its_jpeg_is_rendered(changes: dict[str, object], content: bytes) -> None:
    page = open_document(jpeg_pdf(changes, content)).load(1)
    with pypdfium2.PdfDocument(jpeg_pdf(changes, content)) as opened:
        expected = opened[0].render(scale=(page.dpi or 0) / 72, rev_byteorder=True, prefer_bgrx=True).to_numpy()
    assert page.rgba is not None
    np.testing.assert_array_equal(page.rgba[..., :3], expected[..., :3])


@pytest.mark.parametrize("data", [tiff(2), archive({"a.png": png(1)}), jpeg_pdf()], ids=["tiff", "zip", "pdf"])
def test_pages_with_more_pixels_than_are_read_come_smaller_and_keep_their_size(data: bytes) -> None:
    whole = open_document(data).load(1)
    assert whole.pixels is not None
    small = open_document(data, most_pixels=600)
    page = small.load(1)
    assert page.pixels is not None
    assert page.pixels.rgba.shape[0] * page.pixels.rgba.shape[1] <= 600
    assert page.pixels.full == whole.pixels.full
    [read, *_] = list(DocumentReading.begin("x", small, "1", blank_page))
    assert read.page is not None
    assert (read.page.width, read.page.height) == (whole.pixels.full.width, whole.pixels.full.height)
    assert [notice.code for notice in read.page.notices] == ["scaled_down"]

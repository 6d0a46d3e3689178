"""ALTO 4.4 as its schema has it: which elements hold which, in which order, with which attributes.

No registry has the schema itself (loc.gov/standards/alto/v4/alto-4-4.xsd), so the part of it that is used is
written down here: an element or attribute that is not is a failure.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Final, NamedTuple

import pytest

from py_ocr.document import Document, DocumentPage
from py_ocr.export.formats import export_document
from py_ocr.types import OcrPage
from tests.unit.test_export_forms import PROSE
from tests.unit.test_tables import NUMBERS, grid, line, page

NAMESPACE: Final = "{http://www.loc.gov/standards/alto/ns-v4#}"
LOCATION: Final = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
NUMBER: Final = r"-?\d+(\.\d+)?"
NAME: Final = r"[A-Za-z_][\w.-]*"


class Element(NamedTuple):
    """Children in their order, as a pattern over `<name>`; attributes by their values, those with * are required."""

    children: str = ""
    attributes: Mapping[str, str] = {}


PLACE: Final = {"HPOS": NUMBER, "VPOS": NUMBER, "WIDTH": NUMBER, "HEIGHT": NUMBER}
BLOCKS: Final = "(<TextBlock>|<Illustration>|<GraphicalElement>|<ComposedBlock>)*"
SCHEMA: Final[Mapping[str, Element]] = {
    "alto": Element(
        "(<Description>)?(<Styles>)?(<Tags>)?(<ReadingOrder>)?<Layout>", {"SCHEMAVERSION": r"4\.\d", LOCATION: ".+"}
    ),
    "Description": Element("<MeasurementUnit>(<sourceImageInformation>)?(<Processing>)*"),
    "MeasurementUnit": Element(),
    "sourceImageInformation": Element("(<fileName>)?(<fileIdentifier>)*"),
    "fileName": Element(),
    "Processing": Element(
        "(<processingDateTime>)?(<processingAgency>)?(<processingStepDescription>)*(<processingSoftware>)?",
        {"ID*": NAME},
    ),
    "processingSoftware": Element("(<softwareCreator>)?(<softwareName>)?(<softwareVersion>)?"),
    "softwareName": Element(),
    "Layout": Element("(<Page>)+"),
    "Page": Element(
        "(<TopMargin>)?(<LeftMargin>)?(<RightMargin>)?(<BottomMargin>)?(<PrintSpace>)?",
        {"ID*": NAME, "PHYSICAL_IMG_NR*": r"\d+", "WIDTH": NUMBER, "HEIGHT": NUMBER},
    ),
    "PrintSpace": Element(f"(<Shape>)?{BLOCKS}", PLACE),
    "TextBlock": Element("(<Shape>)?(<TextLine>)*", {"ID*": NAME, **PLACE}),
    # A line has a word at least.
    "TextLine": Element("(<Shape>)?(<String>(<SP>)?)+(<HYP>)?", {"ID": NAME, **PLACE}),
    "String": Element(
        "(<Shape>)?(<ALTERNATIVE>)*(<Glyph>)*",
        {"ID": NAME, "CONTENT*": "(?s:.*)", "WC": r"0(\.\d+)?|1(\.0+)?", **PLACE},
    ),
    "SP": Element("", {"ID": NAME, "WIDTH": NUMBER, "HPOS": NUMBER, "VPOS": NUMBER}),
}


def faults(root: ET.Element) -> list[str]:
    """Return what the schema does not allow."""
    found = []
    for element in root.iter():
        name = element.tag.removeprefix(NAMESPACE)
        if element.tag == name or name not in SCHEMA:
            found.append(f"there is no {element.tag}")
            continue
        held = "".join(f"<{child.tag.removeprefix(NAMESPACE)}>" for child in element)
        if not re.fullmatch(SCHEMA[name].children, held):
            found.append(f"{name} holds {held}")
        known = {attribute.removesuffix("*"): value for attribute, value in SCHEMA[name].attributes.items()}
        required = {attribute[:-1] for attribute in SCHEMA[name].attributes if attribute.endswith("*")}
        found += [f"{name} lacks {attribute}" for attribute in required - set(element.keys())]
        for attribute, value in element.items():
            if not re.fullmatch(known.get(attribute, r"(?!)"), value):
                found.append(f"{name}: {attribute}={value}")
    ids = [element.get("ID") for element in root.iter() if element.get("ID")]
    return found + [f"{one} is the ID of several" for one in set(ids) if ids.count(one) > 1]


DOCUMENTS: Final = {
    "prose": PROSE,
    "a table": Document("t", 1, (DocumentPage(1, page(*grid(NUMBERS))),)),
    "an empty page": Document("e", 1, (DocumentPage(1, OcrPage(10, 10, (), ())),)),
    "odd characters": Document('<&">\x01', 1, (DocumentPage(1, page(line(5, 5, 'a\x02 <b> & "c" 𠀋'))),)),
}


@pytest.mark.parametrize("what", DOCUMENTS)
def test_what_is_written_is_what_the_schema_allows(what: str) -> None:
    root = ET.fromstring(export_document(DOCUMENTS[what], "alto"))
    assert faults(root) == []
    assert any(element.tag == f"{NAMESPACE}String" for element in root.iter()) == (what != "an empty page")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (('PHYSICAL_IMG_NR="1" ', ""), "Page lacks PHYSICAL_IMG_NR"),
        (('ID="word_1_1_2"', 'ID="word_1_1_1"'), "word_1_1_1 is the ID of several"),
        (('WC="0.90"', 'WC="90"'), "String: WC=90"),
        (("<MeasurementUnit>pixel</MeasurementUnit>", ""), "Description holds <sourceImageInformation><Processing>"),
    ],
)
def test_what_the_schema_forbids_is_seen(change: tuple[str, str], fault: str) -> None:
    written = export_document(PROSE, "alto").decode("utf-8")
    assert change[0] in written
    assert fault in faults(ET.fromstring(written.replace(*change, 1)))

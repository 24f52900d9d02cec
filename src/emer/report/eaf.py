"""An annotation document for ELAN (EAF, schema 3.0)."""

from __future__ import annotations

import xml.etree.ElementTree as Xml
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from emer.explanation import Explanation
from emer.report.links import mime, relative
from emer.report.plain import line
from emer.report.tiers import Mark, Tier, span, tiers

_SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_TYPE = "default-lt"


def render(
    explanation: Explanation, *, clip: Path | None = None, folder: Path | None = None
) -> str:
    """Return an EAF document with one time-aligned tier per tier.

    Args:
        explanation: What to write.
        clip: The media file to link; without it only its name is linked.
        folder: Where the document will lie, the start of the relative link.

    Raises:
        UsageError: A still image has no time line.
    """
    span(explanation, ".eaf")
    document = Xml.Element(
        "ANNOTATION_DOCUMENT",
        {
            "AUTHOR": line(f"emer {explanation.provenance.version}"),
            "DATE": datetime.now(UTC).isoformat(timespec="seconds"),
            "FORMAT": "3.0",
            "VERSION": "3.0",
            "xmlns:xsi": _XSI,
            "xsi:noNamespaceSchemaLocation": _SCHEMA,
        },
    )
    found = tiers(explanation)
    _header(document, explanation.clip.name, clip, folder, sum(len(tier.marks) for tier in found))
    _annotations(document, found)
    Xml.SubElement(
        document,
        "LINGUISTIC_TYPE",
        GRAPHIC_REFERENCES="false",
        LINGUISTIC_TYPE_ID=_TYPE,
        TIME_ALIGNABLE="true",
    )
    Xml.indent(document)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(document, "unicode") + "\n"


def _header(
    document: Xml.Element,
    name: str,
    clip: Path | None,
    folder: Path | None,
    last: int,
) -> None:
    header = Xml.SubElement(document, "HEADER", MEDIA_FILE="", TIME_UNITS="milliseconds")
    media = clip or Path(line(name))
    # Relative on purpose: an absolute address would tell where the sender keeps the clip.
    link = relative(media, folder if clip else None)
    Xml.SubElement(
        header,
        "MEDIA_DESCRIPTOR",
        MEDIA_URL=link,
        MIME_TYPE=mime(media),
        RELATIVE_MEDIA_URL=link,
    )
    Xml.SubElement(header, "PROPERTY", NAME="lastUsedAnnotationId").text = str(last)


def _annotations(document: Xml.Element, found: list[Tier]) -> None:
    order = Xml.SubElement(document, "TIME_ORDER")
    marks = [one for tier in found for one in tier.marks]
    edges = sorted({edge for one in marks for edge in (one.start, one.end)})
    slots = {edge: f"ts{number}" for number, edge in enumerate(edges, 1)}
    for edge, slot in slots.items():
        Xml.SubElement(order, "TIME_SLOT", TIME_SLOT_ID=slot, TIME_VALUE=str(edge))
    numbers = count(1)
    for tier in found:
        named = {"LINGUISTIC_TYPE_REF": _TYPE, "TIER_ID": tier.name}
        if tier.person:
            named["PARTICIPANT"] = tier.person
        element = Xml.SubElement(document, "TIER", named)
        for one in tier.marks:
            _annotation(element, one, f"a{next(numbers)}", slots)


def _annotation(tier: Xml.Element, one: Mark, name: str, slots: dict[int, str]) -> None:
    aligned = Xml.SubElement(
        Xml.SubElement(tier, "ANNOTATION"),
        "ALIGNABLE_ANNOTATION",
        ANNOTATION_ID=name,
        TIME_SLOT_REF1=slots[one.start],
        TIME_SLOT_REF2=slots[one.end],
    )
    Xml.SubElement(aligned, "ANNOTATION_VALUE").text = one.text

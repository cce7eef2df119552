"""ELAN (.eaf) and TEI: XML with speakers and times."""

from __future__ import annotations

from collections.abc import Iterator

from .markup import Element, read_xml
from .names import finite
from .records import Fragment, Turn, joined

_NOT_SAID = frozenset({"note", "teiHeader", "speaker", "stage", "desc", "gap", "vocal", "kinesic", "incident", "del", "writing"})


def read_eaf(text: str, name: str) -> list[Turn]:
    """Return the turns of an ELAN file: the annotations of all tiers that hang on no other tier, in order of time."""
    root = read_xml(text, name)
    times = {slot.attributes["TIME_SLOT_ID"]: value / 1000 for slot in root.find("TIME_SLOT")
             if "TIME_SLOT_ID" in slot.attributes and (value := finite(slot.attributes.get("TIME_VALUE"))) is not None}
    fragments = [fragment for tier in root.find("TIER") if "PARENT_REF" not in tier.attributes for fragment in _tier(tier, times)]
    return list(joined(sorted(fragments, key=lambda f: (f.start is None, f.start or 0.0))))


def _tier(tier: Element, times: dict[str, float]) -> Iterator[Fragment]:
    speaker = tier.attributes.get("PARTICIPANT") or tier.attributes.get("TIER_ID")
    for annotation in tier.find("ALIGNABLE_ANNOTATION"):
        value = next(annotation.find("ANNOTATION_VALUE"), None)
        if value:
            start, end = (times.get(annotation.attributes.get(key, "")) for key in ("TIME_SLOT_REF1", "TIME_SLOT_REF2"))
            yield Fragment(speaker, list(value.parts()), start, end)


def read_tei(text: str, name: str) -> list[Turn]:
    """Return the turns of a TEI file: utterances (``u``) or speeches (``sp``), else its paragraphs as one statement."""
    root = read_xml(text, name)
    people = dict(_people(root))
    times = {point.attributes["id"]: value for point in root.find("when")
             if "id" in point.attributes and (value := finite(point.attributes.get("interval"))) is not None}
    body = next(root.find("text"), root)
    said = list(body.find("u", "sp"))
    if not said:
        return list(joined(Fragment(None, list(p.parts(_NOT_SAID))) for p in body.find("p", "ab", "l")))
    return list(joined(_utterance(element, people, times) for element in said))


def _people(root: Element) -> Iterator[tuple[str, str]]:
    for person in root.find("person", "personGrp", "role"):
        if key := person.attributes.get("id"):
            name = next((n.words for n in person.find("persName", "name")), "")
            yield key, name or person.attributes.get("n") or (person.words if person.name == "role" else "") or key


def _utterance(element: Element, people: dict[str, str], times: dict[str, float]) -> Fragment:
    who = element.attributes.get("who", "").lstrip("#")
    label = next((s.words.rstrip(".:") for s in element.find("speaker")), None)
    start, end = (times.get(element.attributes.get(key, "").lstrip("#")) for key in ("start", "end"))
    return Fragment(people.get(who, who or label), list(element.parts(_NOT_SAID)), start, end)

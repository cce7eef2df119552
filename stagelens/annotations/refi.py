"""REFI-QDA (.qdpx): the exchange format of NVivo, ATLAS.ti, MAXQDA and QualCoder (REFI-QDA project exchange 1.0)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape, quoteattr

from ..errors import InputError
from ..transcripts.markup import Element, read_xml
from .files import Mark, coding, offset, open_archive, unpack, with_newlines, write_whole
from .place import alike, place
from .records import MACHINE, Annotation, Coding

SPACE = "urn:QDA-XML:project:1.0"
DATE = (1980, 1, 1, 0, 0, 0)
"""The date of each file in the archive, so that the same annotations give the same bytes."""
COLOURS = ("#BBCCEE", "#CCEEFF", "#EEEEBB", "#EEDD88", "#DDDDDD", "#99DDFF")


def read_refi(path: Path, coder: str | None) -> Coding:
    """Read a project: plain-text sources and the coded stretches in them, each by the user who made it.

    Offsets are code points into the source. Tools differ in how they count line ends, so where a selection gives its words they decide.
    """
    package = open_archive(path, "REFI-QDA project")
    try:
        root = read_xml(unpack(package, "project.qde", path).decode("utf-8-sig"), str(path))
    except UnicodeDecodeError:
        raise InputError(f"{path} has no readable project.qde; export it again as a REFI-QDA project") from None
    users = {_plain(user.attributes.get("guid", "")): user.attributes.get("name") or user.attributes.get("id") or "coder" for user in root.find("User")}
    codes = {_plain(code.attributes.get("guid", "")): code.attributes.get("name", "") for code in root.find("Code")}
    documents: dict[str, str] = {}
    marks: list[Mark] = []
    read: dict[str, set[str]] = {}
    for source in root.find("TextSource", "PlainTextSource"):
        text = _content(source, package, path)
        name = _free(source.attributes.get("name") or source.attributes.get("guid", "document"), documents)
        documents[name] = text
        found = [(*mark[:5], _words(mark, text), mark[6]) for mark in _selections(source, name, users, codes, coder)]
        marks += found
        for who in ({mark[1] for mark in found} | {coder or users.get(_plain(source.attributes.get("creatingUser", "")), "")}) - {""}:
            read.setdefault(who, set()).add(name)
    if not documents:
        raise InputError(f"{path} holds no plain-text sources; only those are read")
    return coding(documents, marks, _all_read(read, documents))


def _words(mark: Mark, text: str) -> str:
    """Return a selection's words where they are better known than its offsets.

    Most tools name a selection by its words, some cut them short or call it something else: such a name decides nothing.
    """
    _, _, start, end, _, name, _ = mark
    there = text[start:end] if 0 <= start < end else ""
    if not name or alike(there, name) or (there and there.startswith(name[:20])):
        return ""
    found = place(text, start, end, name)
    return "" if there and (isinstance(found, str) or abs(end - start - len(name)) > len(name.split())) else name


def _plain(guid: str) -> str:
    """Return a GUID without what tools write differently: letter case and braces."""
    return guid.strip("{} ").casefold()


def _all_read(read: dict[str, set[str]], documents: Mapping[str, str]) -> dict[str, set[str]]:
    """Take whoever coded in a project to have read all of it: the format does not say who read what."""
    return {coder: set(documents) for coder in read} or {"coder": set(documents)}


def _free(name: str, documents: Mapping[str, str]) -> str:
    number, chosen = 1, name
    while chosen in documents:
        number += 1
        chosen = f"{name} ({number})"
    return chosen


def _content(source: Element, package: zipfile.ZipFile, path: Path) -> str:
    if (inline := next(source.find("PlainTextContent"), None)) is not None:
        return "".join(text for text, _, _ in inline.parts())
    inside = source.attributes.get("plainTextPath", "").removeprefix("internal://")
    for name in (f"sources/{inside}", f"Sources/{inside}"):
        if inside and name in package.namelist():
            return unpack(package, name, path).decode("utf-8-sig", "replace")
    raise InputError(f"{path} lacks the text of {source.attributes.get('name', 'a source')!r}; export it again with its sources")


def _selections(source: Element, document: str, users: Mapping[str, str], codes: Mapping[str, str], coder: str | None) -> Iterator[Mark]:
    for selection in source.find("PlainTextSelection"):
        about = selection.attributes
        start, end = offset(about.get("startPosition")), offset(about.get("endPosition"))
        for link in selection.find("Coding"):
            who = coder or users.get(_plain(link.attributes.get("creatingUser") or about.get("creatingUser", "")), "coder")
            for ref in link.find("CodeRef"):
                note = next((d.words for d in selection.find("Description")), "")
                yield document, who, start, end, codes.get(_plain(ref.attributes.get("targetGUID", "")), ""), about.get("name", ""), note


def write_refi(made: Coding, path: Path, newline: str) -> None:
    """Write a project: a user a coder, a code a marker, a source a document."""
    texts = {document: with_newlines(made.documents[document], newline) for document in sorted(made.documents)}
    files = {document: f"{_guid('source', document)}.txt" for document in texts}
    project = "".join(_project(made, texts, files))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in [("project.qde", project), *((f"sources/{files[document]}", text) for document, (text, _) in texts.items())]:
            package.writestr(zipfile.ZipInfo(name, DATE), content.encode("utf-8", "replace"), zipfile.ZIP_DEFLATED)
    write_whole(path, out.getvalue())


def _guid(*parts: object) -> str:
    return str(uuid5(NAMESPACE_URL, "stagelens:" + "\0".join(map(str, parts)))).upper()


def _project(made: Coding, texts: Mapping[str, tuple[str, object]], files: Mapping[str, str]) -> Iterator[str]:
    markers = sorted({a.marker for a in made.annotations})
    coders = sorted(made.coders) or [MACHINE]
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield f'<Project xmlns="{SPACE}" name="stagelens" origin="stagelens" creatingUserGUID="{_guid("user", coders[0])}">\n<Users>\n'
    for coder in coders:
        yield f'<User guid="{_guid("user", coder)}" name={_attribute(coder)}/>\n'
    yield "</Users>\n" + ("<CodeBook>\n<Codes>\n" if markers else "")
    for number, marker in enumerate(markers):
        yield f'<Code guid="{_guid("code", marker)}" name={_attribute(marker)} isCodable="true" color="{COLOURS[number % len(COLOURS)]}"/>\n'
    yield ("</Codes>\n</CodeBook>\n" if markers else "") + "<Sources>\n"
    for document, (text, at) in texts.items():
        first = next((c for c in coders if document in made.coders.get(c, ())), coders[0])
        yield (f'<TextSource guid="{_guid("source", document)}" name={_attribute(document)} plainTextPath="internal://{files[document]}" '
               f'creatingUser="{_guid("user", first)}">\n')
        for number, a in enumerate(x for x in made.annotations if x.document == document):
            yield _selection(a, text, at, number)
        yield "</TextSource>\n"
    yield "</Sources>\n</Project>\n"


def _selection(a: Annotation, text: str, at: object, number: int) -> str:
    start, end = at(a.start), at(a.end)  # type: ignore[operator]
    guid, user = _guid("selection", a.document, a.coder, number), _guid("user", a.coder)
    note = f"<Description>{escape(_allowed(a.note))}</Description>" if a.note else ""
    return (f'<PlainTextSelection guid="{guid}" name={_attribute(text[start:end])} startPosition="{start}" endPosition="{end}" creatingUser="{user}">{note}'
            f'<Coding guid="{_guid("coding", guid)}" creatingUser="{user}"><CodeRef targetGUID="{_guid("code", a.marker)}"/></Coding></PlainTextSelection>\n')


def _attribute(value: str) -> str:
    return quoteattr(_allowed(value), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _allowed(value: str) -> str:
    """Return a text with what XML 1.0 cannot hold replaced, one for one."""
    return "".join(c if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff" else "\ufffd" for c in value)

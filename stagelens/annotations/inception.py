"""INCEpTION: UIMA CAS XMI with its type system, through dkpro-cassis."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import InputError
from .files import Mark, coding, offset, open_archive, safe_names, unpack, with_newlines, write_whole
from .records import Coding

TYPE = "custom.Span"
FEATURES = ("marker", "label", "value")
"""The feature of a span that holds the marker, the first that is there."""


_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold: replaced one for one, so that offsets stay."""


def _cassis() -> Any:
    try:
        import cassis
    except ImportError:
        raise InputError("XMI needs the package dkpro-cassis, which is not installed; install stagelens[coders]") from None
    return cassis


def read_inception(path: Path, coder: str | None) -> Coding:
    """Read an ``.xmi`` with ``TypeSystem.xml`` beside it, or a ``.zip`` with both as INCEpTION exports them; the coder is named by the file."""
    cassis = _cassis()
    documents: dict[str, str] = {}
    marks: list[Mark] = []
    read: dict[str, set[str]] = {}
    for name, who, xmi, types in _files(path, coder):
        try:
            cas = cassis.load_cas_from_xmi(io.BytesIO(xmi), typesystem=cassis.load_typesystem(io.BytesIO(types)), lenient=True)
        except Exception as error:
            raise InputError(f"{path} cannot be read as UIMA CAS XMI ({type(error).__name__}); export it again") from None
        if cas.sofa_string is None:
            raise InputError(f"{path} has no text in {name!r}; export it as UIMA CAS XMI")
        documents.setdefault(name, cas.sofa_string)
        read.setdefault(who, set()).add(name)
        marks += _marks(cas, name, who)
    return coding(documents, marks, read)


def _files(path: Path, coder: str | None) -> Iterator[tuple[str, str, bytes, bytes]]:
    """Yield document, coder, XMI and type system."""
    try:
        if path.suffix.casefold() == ".zip":
            package = open_archive(path, "archive of INCEpTION")
            types = next(unpack(package, n, path) for n in package.namelist() if n.endswith("TypeSystem.xml"))
            for name in sorted(n for n in package.namelist() if n.endswith(".xmi")):
                parts = Path(name)
                yield (parts.parent.name or parts.stem), coder or parts.stem, unpack(package, name, path), types
            return
        folder = path if path.is_dir() else path.parent
        types = (folder / "TypeSystem.xml").read_bytes()
        for file in sorted(folder.rglob("*.xmi")) if path.is_dir() else [path]:
            inside = path.is_dir() and file.parent != folder
            yield (file.parent.name if inside else file.stem), coder or (file.stem if inside else "coder"), file.read_bytes(), types
    except OSError as error:
        raise InputError(f"{error.filename or path} cannot be read ({error.strerror}); an .xmi needs TypeSystem.xml beside it") from None
    except StopIteration:
        raise InputError(f"{path} is no archive with TypeSystem.xml and .xmi files; export it from INCEpTION as UIMA CAS XMI") from None


def _marks(cas: Any, document: str, coder: str) -> Iterator[Mark]:
    for kind in cas.typesystem.get_types():
        if kind.name.startswith(("custom.", "webanno.custom.")):
            for span in cas.select(kind.name):
                marker = next((getattr(span, name) for name in FEATURES if getattr(span, name, None)), None)
                if hasattr(span, "begin") and not hasattr(span, "Governor"):  # a relation has both, and is no stretch
                    start, end = offset(span.begin), offset(span.end)
                    yield document, coder, start, end, str(marker or ""), cas.sofa_string[start:end] if 0 <= start < end else "", ""


def write_inception(made: Coding, path: Path, newline: str) -> None:
    """Write a folder: TypeSystem.xml, and for each document a folder with an ``.xmi`` a coder."""
    cassis = _cassis()
    types = cassis.TypeSystem()
    kind = types.create_type(name=TYPE, supertypeName="uima.tcas.Annotation")
    types.create_feature(domainType=kind, name="marker", rangeType="uima.cas.String")
    names, files = safe_names(made.documents), safe_names(made.coders)
    write_whole(path / "TypeSystem.xml", types.to_xml().encode())
    for document, name in names.items():
        text, at = with_newlines(_FORBIDDEN.sub("\ufffd", made.documents[document]), newline)
        for coder in sorted(c for c in made.coders if document in made.coders[c]):
            cas = cassis.Cas(typesystem=types)
            cas.sofa_string, cas.sofa_mime = text, "text/plain"
            marks = [a for a in made.annotations if (a.document, a.coder) == (document, coder)]
            cas.add_all([kind(begin=at(a.start), end=at(a.end), marker=_FORBIDDEN.sub("\ufffd", a.marker)) for a in marks])
            write_whole(path / name / f"{files[coder]}.xmi", cas.to_xmi().encode())

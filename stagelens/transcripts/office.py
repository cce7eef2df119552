"""The text of DOCX, ODT and PDF files: paragraphs, one a line, with an empty line between them."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from ..errors import InputError
from .markup import Element, read_xml

LARGEST = 200_000_000
"""Bytes of unpacked text above which a packed file is refused."""
SPACES = 10_000
"""Of a run of spaces, which ODT writes as a number, no more are read."""
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, ValueError, OSError, EOFError, RuntimeError, NotImplementedError)
"""What reading a damaged or locked archive may end in."""
_ODT_SKIPPED = frozenset({"tracked-changes", "annotation", "note-citation", "sequence-decls", "forms"})


def docx_text(path: Path, raw: bytes) -> str:
    """Return the text of a DOCX file; tracked insertions are kept, deletions are not."""
    try:
        import mammoth
    except ImportError:
        raise InputError(f"{path} is a DOCX file, and mammoth, which reads those, is not installed; install stagelens[office]") from None
    checked(path, raw)
    try:
        return str(mammoth.extract_raw_text(io.BytesIO(raw)).value)
    except Exception as error:
        raise InputError(f"{path} cannot be read as DOCX ({type(error).__name__}); save it again, or as plain text") from None


def odt_text(path: Path, raw: bytes) -> str:
    """Return the text of an ODT file; what a tracked change deleted is left out."""
    package = checked(path, raw)
    try:
        content = package.read("content.xml").decode("utf-8")
    except (KeyError, *_DAMAGED):
        raise InputError(f"{path} has no readable content.xml; save it again as ODT, or as plain text") from None
    return "\n\n".join("".join(_said(p)) for p in _paragraphs(read_xml(content, str(path))))


def _paragraphs(element: Element) -> Iterator[Element]:
    for child in element.children:
        if isinstance(child, Element) and child.name in ("p", "h"):
            yield child
        elif isinstance(child, Element) and child.name not in _ODT_SKIPPED:
            yield from _paragraphs(child)


def _said(element: Element) -> Iterator[str]:
    """Yield the text of a paragraph: runs of spaces, tabs and line breaks are elements in ODT."""
    for child in element.children:
        if not isinstance(child, Element):
            yield " ".join(child[0].split("\n"))
        elif child.name == "s":
            count = child.attributes.get("c", "1")
            yield " " * (min(int(count), SPACES) if re.fullmatch(r"[0-9]{1,9}", count) else 1)
        elif child.name in ("tab", "line-break"):
            yield "\t" if child.name == "tab" else "\n"
        elif child.name not in _ODT_SKIPPED:
            yield from _said(child)


def pdf_text(path: Path, raw: bytes) -> str:
    """Return the text of a PDF file, page by page.

    Raises
    ------
    InputError
        If the file is locked, damaged, or holds no text (a scan).
    """
    try:
        import pypdfium2
    except ImportError:
        raise InputError(f"{path} is a PDF file, and pypdfium2, which reads those, is not installed; install stagelens[office]") from None
    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        raise InputError(f"{path} cannot be opened as PDF ({str(error).rstrip('.')}); save it without a password, or as plain text") from None
    try:
        with document:
            pages = [page.get_textpage().get_text_bounded() for page in document]
    except (pypdfium2.PdfiumError, ValueError, MemoryError) as error:
        raise InputError(f"{path} cannot be read as PDF ({str(error).rstrip('.') or 'it is damaged'}); save it again, or as plain text") from None
    text = "\n\n".join(page.replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe", "-").strip() for page in pages)
    if not text.strip():
        raise InputError(f"{path} holds no text, only pictures of it ({len(pages)} pages): it is probably a scan; run text recognition over it first")
    return text


def checked(path: Path, raw: bytes, *, most: int = LARGEST) -> zipfile.ZipFile:
    """Open a packed file, refusing what is none or would unpack to more than is sane."""
    try:
        package = zipfile.ZipFile(io.BytesIO(raw))
    except _DAMAGED:
        raise InputError(f"{path} is damaged or not what its name says; save it again") from None
    if (size := sum(entry.file_size for entry in package.infolist())) > most:
        raise InputError(f"{path} would unpack to {size:,} bytes; at most {most:,} are read")
    return package

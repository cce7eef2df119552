"""What a form asks for: read from the body of a request, in memory alone, up to a bound."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from ..errors import InputError
from ..records import SPEAKERS, Span
from ..settings import PRESETS
from ..transcripts.decode import decode
from ..transcripts.office import docx_text

LARGEST = 4_000_000
"""Bytes of a request that are read; a draft of 300,000 code points takes no more than a third of it."""
DRAINED = 16_000_000
"""Bytes of a request that is too large, taken in and dropped so that the browser can show the answer."""
LONGEST = 300_000
"""Code points of a draft, about 50,000 words."""
UNPACKED = 20_000_000
"""Bytes of an unpacked DOCX file."""
FIELDS = 2_000
AUDIENCES = ("mediator", "speaker")


class TooLargeError(InputError):
    """A request or a draft has more in it than is read here."""


@dataclass(frozen=True, slots=True)
class Asked:
    r"""What is asked of the page.

    Attributes
    ----------
    text, later : str
        The draft, and the second one where two are compared; every line break is ``\n``, as in a browser's text field.
    speaker, preset, audience : str
        Whose words they are, how sure a finding must be, and who reads the page.
    aside : tuple of str
        Findings that the reader set aside (see `key`).
    hidden : frozenset of str
        Stages and markers that are not to be shown, as ``stage:0`` or ``marker:ownership``.
    example : str
        The example to load in place of the draft.
    replaced : str
        The draft that an example or a file took the place of, so that it can be brought back.
    refused : InputError, optional
        Why this is not read, although the draft could be taken in: the page then shows both.
    """

    text: str = ""
    later: str = ""
    speaker: str = "responding"
    preset: str = "balanced"
    audience: str = "mediator"
    aside: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    example: str = ""
    replaced: str = ""
    refused: InputError | None = None

    def in_place_of_it(self, text: str, *, own: bool) -> Asked:
        """Return what is asked with another text in place of the draft, which can be brought back if it was the reader's ``own``."""
        kept = self.text if own and self.text.strip() else self.replaced
        return Asked(text=text, replaced=kept, later=self.later, speaker=self.speaker, preset=self.preset, audience=self.audience)


def key(span: Span) -> str:
    """Return what a finding is set aside by: its marker and words, so that it stays aside while the rest of the draft changes."""
    return f"{span.marker} {' '.join(span.text.split())}"


async def asked(request: Request) -> Asked:
    """Read a form.

    Raises
    ------
    InputError
        If it is too large, broken, or holds a value that is not allowed. What could be taken in but not read is returned as ``refused``.
    """
    form = await _form(request)
    back = set(_all(form, "back"))
    result = Asked(
        text=_draft(form, "text"), later=_draft(form, "later"),
        speaker=_one_of(form, "speaker", SPEAKERS, "responding"), preset=_one_of(form, "preset", tuple(PRESETS), "balanced"),
        audience=_one_of(form, "audience", AUDIENCES, "mediator"),
        aside=tuple(dict.fromkeys(name for name in _all(form, "aside") if name not in back)),
        hidden=frozenset(_all(form, "offered")) - frozenset(_all(form, "show")),
        example=next(iter(_all(form, "example")), ""), replaced=_draft(form, "replaced"))
    return _checked(await _with_file(_chosen(result, form), form))


def _chosen(plain: Asked, form: FormData) -> Asked:
    """Return what is asked with the draft that a button stands for: the one put aside, or the later of two."""
    if _all(form, "restore"):
        return replace(plain, text=plain.replaced, replaced="")
    return replace(plain, text=plain.later, later="") if _all(form, "alone") else plain


def _checked(plain: Asked) -> Asked:
    """Return what is asked, refused where a draft is too long."""
    for text in (plain.text, plain.later):
        if len(text) > LONGEST:
            return replace(plain, refused=TooLargeError(
                f"the draft has {len(text):,} letters and signs; at most {LONGEST:,} are read here: shorten it, "
                "or use the command stagelens tag for long texts"))
    return plain


async def _form(request: Request) -> FormData:
    """Parse the body; nothing of it is written to disk, since it is never larger than what is held in memory."""
    try:
        if "multipart/form-data" in request.headers.get("content-type", ""):
            parser = MultiPartParser(request.headers, _bounded(request), max_files=2, max_fields=FIELDS, max_part_size=LARGEST)
            parser.spool_max_size = LARGEST + 1
            return await parser.parse()
        body = b"".join([chunk async for chunk in _bounded(request)])
        return FormData([*parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS)])
    except (MultiPartException, KeyError, ValueError, ClientDisconnect):
        raise InputError("the form that came is broken; load the page again and send it once more") from None


async def _bounded(request: Request) -> AsyncGenerator[bytes, None]:
    size = 0
    stream: AsyncIterator[bytes] = request.stream()
    async for chunk in stream:
        size += len(chunk)
        if size <= LARGEST:
            yield chunk
        elif size > DRAINED:
            break
    if size > LARGEST:
        raise TooLargeError(f"this is more than {LARGEST // 1_000_000} MB, which is more than is read here; paste a shorter draft, "
                       "or use the command stagelens tag for long texts")


def _all(form: FormData, name: str) -> list[str]:
    return [value for value in form.getlist(name) if isinstance(value, str)]


def _one_of(form: FormData, name: str, allowed: tuple[str, ...], default: str) -> str:
    value = next(iter(_all(form, name)), default)
    if value not in allowed:
        raise InputError(f"{name} is {value[:40]!r}; allowed are {', '.join(allowed)}")
    return value


def _draft(form: FormData, name: str) -> str:
    return _plain("\n".join(_all(form, name)[:1]))


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


async def _with_file(plain: Asked, form: FormData) -> Asked:
    """Return what is asked with the text of an opened file in place of the draft, if there is one."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return plain
    try:
        text = _plain(_text(file.filename, await file.read()))
        if len(text) > LONGEST:
            raise TooLargeError(f"the file has {len(text):,} letters and signs; at most {LONGEST:,} are read here: open a part of it, "
                                "or use the command stagelens tag for long texts")
    except InputError as error:
        return replace(plain, refused=error)
    return plain.in_place_of_it(text, own=True)


def _text(name: str, raw: bytes) -> str:
    """Return the text of an opened file; its name is told in no error, since it may name a person."""
    if not raw.startswith(b"PK"):
        return decode(raw, "the file").text
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            unpacked = sum(entry.file_size for entry in package.infolist())
    except zipfile.BadZipFile:
        raise InputError("the file cannot be opened; save it again as .docx or as plain text") from None
    if unpacked > UNPACKED or not name.lower().endswith(".docx"):
        raise InputError("the file is no .docx file that can be opened here; save it again as .docx or as plain text")
    return docx_text(Path("the file"), raw)

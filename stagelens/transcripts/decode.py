"""Bytes into text: UTF-8 with or without BOM, UTF-16, UTF-32, and else a guess that is reported."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError

_MARKS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
          (codecs.BOM_UTF16_BE, "utf-16"))
SAMPLE = 100_000
"""Bytes that the guess looks at."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, how it was read, and what to say of it."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def read_bytes(path: Path, *, most: int) -> bytes:
    """Return a file's bytes, or say in one sentence why not."""
    try:
        if (size := path.stat().st_size) > most:
            raise InputError(f"{path} has {size:,} bytes; at most {most:,} are read as one transcript: split it, or make it a table (.csv, .jsonl)")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); give a readable file") from None


def read_start(path: Path) -> bytes:
    """Return the first lines of a file, whole."""
    try:
        with path.open("rb") as file:
            begin = file.read(SAMPLE)
            return begin + file.readline() if b"\n" in begin else begin
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); give a readable file") from None


def decode(raw: bytes, name: str) -> Decoded:
    """Decode a file's bytes.

    Raises
    ------
    InputError
        If the bytes are no text in any encoding that fits.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _with_mark(raw, encoding, name)
    try:
        return _checked(Decoded(raw.decode("utf-8"), "utf-8"), name)
    except UnicodeDecodeError:
        return _guessed(raw, name)


def _with_mark(raw: bytes, encoding: str, name: str) -> Decoded:
    try:
        return Decoded(raw.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        raise InputError(f"{name} begins as {encoding} text but is none at byte {error.start}; save it again as UTF-8 text") from None


def _checked(decoded: Decoded, name: str) -> Decoded:
    if decoded.text[:4000].count("\0") * 4 > len(decoded.text[:4000]):
        return _guessed(decoded.text.encode(), name)  # UTF-16 without a mark is valid UTF-8, every second character a NUL
    return decoded


def _guessed(raw: bytes, name: str) -> Decoded:
    if (wide := _without_mark(raw)) is not None:
        return wide
    from charset_normalizer import from_bytes

    best = from_bytes(raw[:SAMPLE]).best()
    if best is None:
        raise InputError(f"{name} is not text in any encoding we know; save it as UTF-8 text")
    try:
        text = raw.decode(best.encoding)
    except UnicodeDecodeError as error:
        raise InputError(f"{name} looks like {best.encoding} text but is none at byte {error.start}; save it as UTF-8 text") from None
    return Decoded(text, best.encoding, (f"the encoding was guessed as {best.encoding}; if letters look wrong, save the file as UTF-8",))


def _without_mark(raw: bytes) -> Decoded | None:
    """Return UTF-16 text that lacks its byte-order mark: every second byte of a mostly Latin text is a NUL."""
    sample = raw[:4000]
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(raw) % 2 == 0 and sample[first::2].count(0) * 2 > len(sample[first::2]):
            try:
                text = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            return Decoded(text, encoding, (f"the encoding was guessed as {encoding} (no byte-order mark)",))
    return None

"""XML with the place of every stretch of text in the file; entities of its own making are refused, so a small file cannot grow large."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from ..errors import InputError
from .records import Part

DEEPEST = 200
"""Elements one in another; transcripts have ten."""
_ENTITY = re.compile(r"&(?:#[0-9]{1,8}|#x[0-9A-Fa-f]{1,8}|[A-Za-z]{1,8});")


@dataclass(slots=True)
class Element:
    """An element: local name, attributes (local names), and its content in order."""

    name: str
    attributes: dict[str, str]
    children: list[Element | Part] = field(default_factory=list)

    def find(self, *names: str) -> Iterator[Element]:
        """Yield the elements below with one of these names, in the order of the file."""
        for child in self.children:
            if isinstance(child, Element):
                if child.name in names:
                    yield child
                yield from child.find(*names)

    def parts(self, skip: frozenset[str] = frozenset()) -> Iterator[Part]:
        """Yield the stretches of text below, leaving out whole elements of some names."""
        for child in self.children:
            if not isinstance(child, Element):
                yield child
            elif child.name not in skip:
                yield from child.parts(skip)

    @property
    def words(self) -> str:
        """All text below, white space pressed together."""
        return " ".join("".join(text for text, _, _ in self.parts()).split())


class _Places:
    """Byte offsets in the UTF-8 form of a text as code points."""

    def __init__(self, text: str) -> None:
        self._ascii = text.isascii()
        self._bytes, self._points, total = [0], [0], 0
        if not self._ascii:
            for number, letter in enumerate(text):
                total += len(letter.encode("utf-8", "replace"))
                if ord(letter) > 127:
                    self._bytes.append(total)
                    self._points.append(number + 1)

    def __call__(self, offset: int) -> int:
        if self._ascii:
            return offset
        index = bisect_right(self._bytes, offset) - 1
        return self._points[index] + offset - self._bytes[index]


def read_xml(text: str, name: str) -> Element:
    """Return the root element of a file's decoded text.

    Raises
    ------
    InputError
        If the file is not well-formed, or declares entities.
    """
    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = False
    bare = text.lstrip("\ufeff")
    marks, places = len(text) - len(bare), _Places(bare)
    root = Element("", {})
    stack = [root]

    def place() -> int:
        return marks + places(parser.CurrentByteIndex)

    def opened(tag: str, attributes: dict[str, str]) -> None:
        if len(stack) > DEEPEST:
            raise InputError(f"{name} has elements more than {DEEPEST} deep, one in another; it is no transcript")
        element = Element(tag.rsplit(" ", maxsplit=1)[-1], {key.split(" ")[-1]: value for key, value in attributes.items()})
        stack[-1].children.append(element)
        stack.append(element)

    def closed(tag: str) -> None:
        stack.pop()

    def said(words: str) -> None:
        at = place()
        stack[-1].children.append((words, at, at + _length(text, at, words)))

    def declared(*_: Any) -> None:
        raise InputError(f"{name} declares entities of its own, which are not read; save it without a document type")

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler, parser.EntityDeclHandler = opened, closed, said, declared
    try:
        parser.Parse(bare.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        raise InputError(f"{name} is not well-formed XML ({expat.ErrorString(error.code)} in line {error.lineno}); export it again") from None
    return root


def _length(text: str, at: int, words: str) -> int:
    """Return how many code points of the file a stretch stands for: an entity is longer than what it means."""
    found = _ENTITY.match(text, at)
    return len(found[0]) if found and html.unescape(found[0]) == words else len(words)

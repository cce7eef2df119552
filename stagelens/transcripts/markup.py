"""XML with the place of every stretch of text in the file; entities of its own making are refused, so a small file cannot grow large."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from ..errors import InputError
from .records import Part


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
    places = _Places(text)
    root = Element("", {})
    stack = [root]

    def place() -> int:
        return places(parser.CurrentByteIndex)

    def opened(tag: str, attributes: dict[str, str]) -> None:
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
        parser.Parse(text.lstrip("\ufeff").encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        raise InputError(f"{name} is not well-formed XML ({expat.ErrorString(error.code)} in line {error.lineno}); export it again") from None
    return root


def _length(text: str, at: int, words: str) -> int:
    """Return how many code points of the file a stretch stands for: an entity is longer than what it means."""
    if text.startswith("&", at) and words != "&amp;":
        end = text.find(";", at)
        return end + 1 - at if end > 0 else len(words)
    return len(words)

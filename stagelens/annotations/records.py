"""What human coders and the machine mark in documents, in one shape for every tool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

MACHINE = "stagelens"
"""The machine is always named as its own coder."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """One stretch of a document that a coder gave a marker.

    Attributes
    ----------
    document, coder, marker : str
    start, end : int
        Code points into the document's text.
    note : str
        What the coder wrote beside it.

    Examples
    --------
    >>> from stagelens.annotations import Annotation
    >>> Annotation("letter.txt", "ann", 0, 11, "ownership").end
    11
    """

    document: str
    coder: str
    start: int
    end: int
    marker: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An annotation that could not be placed in its document's text, and why.

    Attributes
    ----------
    document, coder, marker : str
    quote : str
        The words it was made on.
    reason : str
        Why they could not be placed, in words.

    Examples
    --------
    >>> from stagelens.annotations import Unplaced
    >>> Unplaced("letter.txt", "ann", "ownership", "I were wrong", "the words are not in the text").reason
    'the words are not in the text'
    """

    document: str
    coder: str
    marker: str
    quote: str
    reason: str


@dataclass(frozen=True, slots=True)
class Coding:
    """Documents and what coders marked in them.

    Attributes
    ----------
    documents : mapping
        Name to text.
    annotations : sequence of Annotation
    coders : mapping
        Coder to the names of the documents that they read: a document without a mark by someone who read it says something,
        one that they never saw does not.
    unplaced : sequence of Unplaced

    Examples
    --------
    >>> from stagelens.annotations import Annotation, Coding
    >>> coding = Coding({"a.txt": "I was wrong.", "b.txt": "We had tea."}, [Annotation("a.txt", "ann", 0, 11, "ownership")],
    ...                 {"ann": frozenset({"a.txt", "b.txt"})})
    >>> sorted(coding.coders["ann"])
    ['a.txt', 'b.txt']
    """

    documents: Mapping[str, str]
    annotations: Sequence[Annotation]
    coders: Mapping[str, frozenset[str]]
    unplaced: Sequence[Unplaced] = field(default=())

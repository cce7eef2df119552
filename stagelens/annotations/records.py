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
    """

    document: str
    coder: str
    start: int
    end: int
    marker: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An annotation that could not be placed in its document's text, and why."""

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
    """

    documents: Mapping[str, str]
    annotations: Sequence[Annotation]
    coders: Mapping[str, frozenset[str]]
    unplaced: Sequence[Unplaced] = field(default=())

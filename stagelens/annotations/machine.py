"""The machine as one coder among others, and several codings put together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import InputError
from .place import place
from .records import MACHINE, Annotation, Coding, Unplaced


def batch_coding(folder: str | Path) -> Coding:
    """Return what a batch found as the coding of the coder ``stagelens``.

    A document's text is its turns, each after its speaker's name, with an empty line between them: what coders are given to read.

    Parameters
    ----------
    folder : path
        What ``stagelens batch`` wrote.

    Returns
    -------
    Coding

    Raises
    ------
    InputError
        If the folder holds no batch, or one without text.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from stagelens.annotations import batch_coding
    >>> from stagelens.batch import run
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     here = pathlib.Path(folder)
    ...     _ = (here / "a.txt").write_text("I was wrong to read your letter out in class.")
    ...     _ = run([here / "a.txt"], here / "out")
    ...     coding = batch_coding(here / "out")
    >>> list(coding.coders), [annotation.marker for annotation in coding.annotations]
    (['stagelens'], ['ownership'])
    """
    path = Path(folder) / "documents.jsonl"
    documents: dict[str, str] = {}
    annotations: list[Annotation] = []
    try:
        with path.open(encoding="utf-8") as file:
            for line in file:
                record = json.loads(line)
                documents[record["document"]], starts = document_text(record)
                annotations += _annotations(record, starts)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); give a folder written by stagelens batch") from None
    except (ValueError, KeyError, TypeError):
        raise InputError(f"{path} is damaged; run the same batch again to mend it") from None
    return Coding(documents, tuple(annotations), {MACHINE: frozenset(documents)})


def document_text(record: Mapping[str, Any]) -> tuple[str, list[int]]:
    """Return the text of a document as coders read it, and where each turn's words begin in it."""
    text, starts = "", []
    for turn in record["turns"]:
        if "text" not in turn:
            raise InputError(f"the batch with {record['document']} was made with --no-text; without the words there is nothing to code or compare")
        text += "\n\n" if text else ""
        text += f"{turn['speaker']}: " if turn["speaker"] else ""
        starts.append(len(text))
        text += turn["text"]
    return text, starts


def _annotations(record: Mapping[str, Any], starts: Sequence[int]) -> Iterable[Annotation]:
    for turn, at in zip(record["turns"], starts, strict=True):
        for span in turn["spans"]:
            note = f"{span['certainty']}, score {span['score']}"
            yield Annotation(record["document"], MACHINE, at + span["start"], at + span["end"], span["marker"], note)


def only(coding: Coding, coder: str) -> Coding:
    """Return the annotations of one coder.

    Parameters
    ----------
    coding : Coding
    coder : str

    Returns
    -------
    Coding

    Raises
    ------
    InputError
        If there is no such coder.

    Examples
    --------
    >>> from stagelens.annotations import Coding, only
    >>> both = Coding({"a.txt": "We had tea."}, [], {"ann": frozenset({"a.txt"}), "bo": frozenset()})
    >>> list(only(both, "ann").coders)
    ['ann']
    """
    if coder not in coding.coders:
        raise InputError(f"there is no coder {coder!r}; there are {', '.join(sorted(coding.coders))}")
    return replace(coding, annotations=tuple(a for a in coding.annotations if a.coder == coder), coders={coder: coding.coders[coder]})


def together(codings: Sequence[Coding]) -> Coding:
    """Return several codings as one; where two have another text of one document, annotations are placed in the first by their words.

    Parameters
    ----------
    codings : sequence of Coding

    Returns
    -------
    Coding
        What could not be placed is in ``unplaced``.

    Examples
    --------
    >>> from stagelens.annotations import Annotation, Coding, together
    >>> ann = Coding({"a.txt": "I was wrong."}, [Annotation("a.txt", "ann", 0, 11, "ownership")], {"ann": frozenset({"a.txt"})})
    >>> bo = Coding({"a.txt": "Well. I was wrong."}, [Annotation("a.txt", "bo", 6, 17, "ownership")], {"bo": frozenset({"a.txt"})})
    >>> [(a.coder, a.start, a.end) for a in together([ann, bo]).annotations]
    [('ann', 0, 11), ('bo', 0, 11)]
    """
    documents: dict[str, str] = {}
    annotations: list[Annotation] = []
    unplaced: list[Unplaced] = []
    coders: dict[str, frozenset[str]] = {}
    for coding in codings:
        for name, text in coding.documents.items():
            documents.setdefault(name, text)
        for coder, read in coding.coders.items():
            coders[coder] = coders.get(coder, frozenset()) | read
        unplaced += coding.unplaced
        for annotation in coding.annotations:
            placed = _moved(annotation, coding.documents[annotation.document], documents[annotation.document])
            (annotations if isinstance(placed, Annotation) else unplaced).append(placed)  # type: ignore[arg-type]
    return Coding(documents, tuple(dict.fromkeys(annotations)), coders, tuple(unplaced))


def _moved(annotation: Annotation, theirs: str, ours: str) -> Annotation | Unplaced:
    if theirs == ours:
        return annotation
    quote = theirs[annotation.start:annotation.end]
    found = place(ours, annotation.start, annotation.end, quote)
    if isinstance(found, str):
        return Unplaced(annotation.document, annotation.coder, annotation.marker, quote, found)
    return replace(annotation, start=found[0], end=found[1])

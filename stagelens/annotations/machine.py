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

    Raises
    ------
    InputError
        If the folder holds no batch, or one without text.
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
    """Return the annotations of one coder."""
    if coder not in coding.coders:
        raise InputError(f"there is no coder {coder!r}; there are {', '.join(sorted(coding.coders))}")
    return replace(coding, annotations=tuple(a for a in coding.annotations if a.coder == coder), coders={coder: coding.coders[coder]})


def together(codings: Sequence[Coding]) -> Coding:
    """Return several codings as one; where two have another text of one document, annotations are placed in the first by their words."""
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

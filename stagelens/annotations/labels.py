"""doccano (JSON Lines) and Label Studio (JSON)."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..export import Utf16
from .files import NOWHERE, Mark, coding, offset, read_json, read_json_lines, with_newlines, write_json, write_whole
from .place import alike
from .records import MACHINE, Annotation, Coding


def read_doccano(path: Path, coder: str | None) -> Coding:
    """Read doccano's JSON Lines, with ``label`` as [start, end, marker] or ``entities``; offsets are code points."""
    documents: dict[str, str] = {}
    marks: list[Mark] = []
    read: dict[str, set[str]] = {}
    for number, entry in enumerate(read_json_lines(path), 1):
        if not isinstance(entry.get("text"), str):
            raise InputError(f"{path} has no text in line {number}; export it from doccano as JSONL")
        name = str(entry.get("document") or entry.get("id") or number)
        who = str(coder or entry.get("coder") or entry.get("annotator") or entry.get("username") or "coder")
        documents.setdefault(name, entry["text"])
        read.setdefault(who, set()).add(name)
        marks += [(name, who, start, end, marker, entry["text"][start:end] if start >= 0 else "", "") for start, end, marker in _doccano(entry)]
    return coding(documents, marks, read)


def _doccano(entry: Mapping[str, Any]) -> Iterator[tuple[int, int, str]]:
    for label in _list(entry.get("label") or entry.get("labels")):
        start, end, marker = label if isinstance(label, list) and len(label) == 3 else (None, None, label)
        yield offset(start), offset(end), str(marker)
    for entity in _list(entry.get("entities")):
        about = entity if isinstance(entity, dict) else {}
        yield offset(about.get("start_offset")), offset(about.get("end_offset")), str(about.get("label") or "")


def _list(value: Any) -> list[Any]:
    """Return a value that should be a list as one."""
    return value if isinstance(value, list) else [] if value is None or value == "" else [value]


def write_doccano(made: Coding, path: Path, newline: str) -> None:
    """Write a line a document and coder."""
    lines = []
    for coder, names in made.coders.items():
        for document in sorted(names):
            text, at = with_newlines(made.documents[document], newline)
            label = [[at(a.start), at(a.end), a.marker] for a in made.annotations if a.coder == coder and a.document == document]
            lines.append(json.dumps({"document": document, "coder": coder, "text": text, "label": label}, ensure_ascii=True))
    write_whole(path, "".join(f"{line}\n" for line in lines).encode())


def read_label_studio(path: Path, coder: str | None) -> Coding:
    """Read Label Studio's JSON; offsets are UTF-16 units. Predictions are the machine's."""
    tasks = read_json(path)
    if not isinstance(tasks, list):
        raise InputError(f"{path} is no list of tasks; export it from Label Studio as JSON")
    documents: dict[str, str] = {}
    marks: list[Mark] = []
    read: dict[str, set[str]] = {}
    for number, task in enumerate(tasks, 1):
        text = _task_text(task, path, number)
        name = str(task["data"].get("document") or task.get("id") or number)
        if documents.setdefault(name, text) != text:
            raise InputError(f"{path} has two texts for the document {name!r}; give each task an id of its own")
        for who, result in _readers(task, coder):
            read.setdefault(who, set()).add(name)
            marks += [(name, who, start, end, marker, quote, "") for start, end, marker, quote in _regions(result, text)]
    return coding(documents, marks, read)


def _task_text(task: Any, path: Path, number: int) -> str:
    data = task.get("data") if isinstance(task, dict) else None
    text = data.get("text", next((v for k, v in data.items() if isinstance(v, str) and k != "document"), None)) if isinstance(data, dict) else None
    if not isinstance(text, str):
        raise InputError(f"{path} has no text in the data of task {number}; export it from Label Studio as JSON")
    return text


def _readers(task: Mapping[str, Any], coder: str | None) -> Iterator[tuple[str, Any]]:
    for annotation in _list(task.get("annotations") or task.get("completions")):
        if isinstance(annotation, dict) and not annotation.get("was_cancelled"):
            by = annotation.get("completed_by")
            by = (by.get("email") or by.get("id")) if isinstance(by, dict) else by
            yield coder or str("coder" if by is None else by), annotation.get("result")
    for prediction in _list(task.get("predictions")):
        if isinstance(prediction, dict):
            yield str(prediction.get("model_version") or MACHINE), prediction.get("result")


def _regions(result: Any, text: str) -> Iterator[tuple[int, int, str, str]]:
    points = _Points(text)
    for region in _list(result):
        value = region.get("value") if isinstance(region, dict) else None
        value = value if isinstance(value, dict) else {}
        for marker in _list(value.get("labels") or value.get("hypertextlabels")):
            words = str(value.get("text") or "")
            yield *_span(value, words, text, points), str(marker), words


def _span(value: Mapping[str, Any], words: str, text: str, points: _Points) -> tuple[int, int]:
    """Return a region's code points. Versions before 1.8 counted code points: the words tell."""
    start, end = offset(value.get("start")), offset(value.get("end"))
    if min(start, end) < 0:
        return NOWHERE, NOWHERE
    read = points(start), points(end)
    return (start, end) if words and not alike(text[slice(*read)], words) and alike(text[start:end], words) else read


class _Points:
    """Turns UTF-16 units of a text into code points."""

    def __init__(self, text: str) -> None:
        self._units = [0]
        for letter in text:
            self._units.append(self._units[-1] + (2 if ord(letter) > 0xFFFF else 1))

    def __call__(self, unit: int) -> int:
        return bisect_left(self._units, unit)


def write_label_studio(made: Coding, path: Path, newline: str) -> None:
    """Write a task a document: people's marks as annotations, the machine's as a prediction."""
    ids = count(1)
    tasks = []
    for document in sorted(made.documents):
        text, at = with_newlines(made.documents[document], newline)
        task: dict[str, Any] = {"data": {"document": document, "text": text}, "annotations": [], "predictions": []}
        for coder in sorted(made.coders):
            if document in made.coders[coder]:
                found = [a for a in made.annotations if a.coder == coder and a.document == document]
                result = [_region(a, text, (at(a.start), at(a.end)), next(ids)) for a in found]
                if coder == MACHINE:
                    task["predictions"].append({"model_version": MACHINE, "result": result})
                else:
                    task["annotations"].append({"completed_by": {"email": coder}, "result": result})
        tasks.append(task)
    write_json(path, tasks)


def _region(a: Annotation, text: str, span: tuple[int, int], number: int) -> dict[str, Any]:
    utf16 = Utf16(text)
    value = {"start": utf16(span[0]), "end": utf16(span[1]), "text": text[slice(*span)], "labels": [a.marker]}
    return {"id": f"r{number}", "from_name": "marker", "to_name": "text", "type": "labels", "value": value}

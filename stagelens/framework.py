"""The framework as data: stages, markers, gaps and their texts, read from a folder and checked.

The built-in framework is the folder ``resources`` of this package; a programme's own is a folder laid out the same way (docs/frameworks.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import Any

from .errors import InputError, ResourceError
from .patterns import pattern_files, read_toml, toml_files
from .records import Gap, Marker, Stage
from .shape import ANY_TEXTS, LONGEST, NAME, TEXT, TEXTS, WHOLE, entry_faults, refuse, short, tables, twice, unknown

__all__ = ["Framework", "load_framework"]

FORMAT = 1
HEAD, CONTEXT, PHRASES, MODEL = "stages.toml", "context.toml", "phrases.csv", "model"
"""Names inside a framework's folder: ``framework/stages.toml``, ``context.toml``, ``phrases.csv`` and the folder of a trained model."""

STAGE = {"number": WHOLE, "name": TEXT, "summary": TEXT, "next_step": TEXT, "questions": TEXTS}
STAGE_MAY = {"mediator_note": TEXT, "toward": WHOLE}
MARKER = {"id": NAME, "stage": WHOLE, "name": TEXT, "description": TEXT, "says": TEXT, "why": TEXT, "other_readings": TEXTS, "question": TEXT, "example": TEXT}
MARKER_MAY = {"mediator_note": TEXT, "source": TEXT, "dimension": ANY_TEXTS, "setting_notes": TEXT}
GAP = {"id": NAME, "name": TEXT, "markers": TEXTS, "text": TEXT, "question": TEXT}
GAP_MAY = {"beside": ANY_TEXTS}
"""Said above the entries of a file, it holds for those that do not say it themselves."""
DIMENSION = {"id": NAME, "name": TEXT}
RESERVED = frozenset({"any", "none", "document", "file", "read_as", "encoding", "turns", "words", "words_tagged", "spans", "mentions"})
"""Ids no marker may have: what patterns and practice mean by another word, and columns that stand beside the markers in tables."""


@dataclass(frozen=True, slots=True, eq=False)
class Framework:
    """Stages and markers in order, and what a statement may leave unnamed.

    Attributes
    ----------
    name, source : str
        What it is called, and where it comes from.
    stages : dict of int to Stage
        By their number, the lowest first.
    markers : dict of str to Marker
        By their id, stage by stage.
    gaps : tuple of Gap
        What a statement may not name yet.
    dimensions : dict of str to str
        The ordinal scales of the stages, id to title; there may be none.
    moves, quality : str
        Some of the moves in words, for those who see the page for the first time; and what is known of how often findings are right. May be empty.
    context : mapping
        The cues of ``context.toml`` as read; compiled by `stagelens.context` and `stagelens.turns`.
    checksum : str
        The SHA-256 of all that decides what is found: stages, markers, patterns and cues. Frameworks with the same one are equal.
    folder : Path or None
        Where it was read from; None for the built-in one.

    Examples
    --------
    >>> from stagelens.framework import load_framework
    >>> framework = load_framework()
    >>> len(framework.markers), list(framework.stages)
    (23, [-1, 0, 1, 2, 3, 4])
    """

    name: str
    source: str
    stages: dict[int, Stage]
    markers: dict[str, Marker]
    gaps: tuple[Gap, ...]
    dimensions: dict[str, str]
    moves: str
    quality: str
    context: Mapping[str, Any] = field(repr=False)
    checksum: str
    folder: Path | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Framework) and self.checksum == other.checksum

    def __hash__(self) -> int:
        return hash(self.checksum)

    def __reduce__(self) -> tuple[Any, ...]:
        # the built-in one is in every process; any other travels whole, since its folder may change or not be there
        return (load_framework, ()) if self.folder is None else (Framework, tuple(getattr(self, one.name) for one in fields(self)))

    def marker(self, name: str) -> Marker:
        """Return one marker by its id.

        Parameters
        ----------
        name : str
            Such as ``ownership``.

        Returns
        -------
        Marker

        Raises
        ------
        InputError
            If there is no such marker; the message lists those there are.

        Examples
        --------
        >>> from stagelens.framework import load_framework
        >>> load_framework().marker("ownership").stage
        3
        """
        if name not in self.markers:
            near = get_close_matches(name[:LONGEST], self.markers, n=1)
            raise InputError(f"there is no marker {name!r}; {f'perhaps {near[0]!r} is meant; ' if near else ''}known are {', '.join(self.markers)}")
        return self.markers[name]

    def place(self, stage: int) -> int:
        """Return how-manieth a stage is, from 0: numbers may have gaps, places have none.

        Parameters
        ----------
        stage : int
            Its number.

        Returns
        -------
        int

        Examples
        --------
        >>> from stagelens.framework import load_framework
        >>> load_framework().place(-1)
        0
        """
        return list(self.stages).index(stage)


def load_framework(folder: str | Path | None = None) -> Framework:
    """Read a framework: the built-in one, or that of a folder.

    Parameters
    ----------
    folder : path, optional
        A framework's folder (see ``docs/frameworks.md``); the built-in one unless given.

    Returns
    -------
    Framework

    Raises
    ------
    ResourceError
        If an entry is missing or does not fit the others; the message names the file, the entry and the remedy.

    Examples
    --------
    >>> from stagelens.framework import load_framework
    >>> load_framework().name
    'Stages of accountability'
    """
    if folder is None:
        return _built_in()
    framework, faults = read_framework(Path(folder))
    refuse(faults, f"stagelens framework check {folder}")
    assert framework is not None
    return framework


@cache
def _built_in() -> Framework:
    framework, faults = read_framework(None)
    refuse(faults)
    assert framework is not None
    return framework


def home(folder: Path | None) -> Traversable:
    """Return the folder that a framework's files stand in."""
    return resources.files("stagelens") / "resources" if folder is None else folder


def checksum(folder: Path | None) -> str:
    """Return the SHA-256 of a framework's files: stages, markers, patterns and cues."""
    root, digest = home(folder), hashlib.sha256()
    context = [root / CONTEXT] if (root / CONTEXT).is_file() else []
    for file in (*toml_files(root / "framework"), *pattern_files(root), *context):
        try:
            raw = file.read_bytes()
        except OSError as error:
            raise ResourceError(f"{file} cannot be read ({error.strerror}); mend that") from None
        digest.update(f"{file.name}\0{len(raw)}\0".encode("utf-8", "surrogateescape") + raw)
    return digest.hexdigest()


def read_framework(folder: Path | None) -> tuple[Framework | None, list[str]]:
    """Read a framework and say all that is wrong with it, a sentence each; None where anything is."""
    root = home(folder)
    try:
        head, others, context = _files(root)
        sum_ = checksum(folder)
    except ResourceError as error:
        return None, [str(error)]
    faults: list[str] = []
    dimensions = _dimensions(head, faults)
    stages = _stages(head, dimensions, faults)
    known = {entry["number"] for entry in tables(head, "stage", HEAD, []) if WHOLE.fits(entry.get("number"))}
    markers = _markers({HEAD: head, **others}, known, dimensions, faults)
    gaps = _gaps({HEAD: head, **others}, markers, faults)
    if faults:
        return None, faults
    ordered = dict(sorted(markers.items(), key=lambda item: item[1].stage))  # stable: within a stage, as written
    about = {key: head.get(key, "") for key in ("source", "moves", "quality")}
    return Framework(name=head["name"], stages=stages, markers=ordered, gaps=gaps, dimensions=dimensions, context=context, checksum=sum_, folder=folder,
                     **about), []


def _files(root: Traversable) -> tuple[dict[str, Any], dict[str, dict[str, Any]], dict[str, Any]]:
    if not root.is_dir():
        raise ResourceError(f"{root} is not a folder; give a framework's folder, or write one with stagelens framework new {root}")
    if not (root / "framework" / HEAD).is_file():
        raise ResourceError(f"{root} has no file framework/{HEAD}; write one there: stagelens framework new shows what it looks like")
    found = {file.name: read_toml(file) for file in toml_files(root / "framework")}
    head = found.pop(HEAD)
    if head.get("format") != FORMAT:
        raise ResourceError(f"{HEAD} has format {short(head.get('format'))}; this version reads format = {FORMAT}")
    return head, found, read_toml(root / CONTEXT) if (root / CONTEXT).is_file() else {}


def _dimensions(head: Mapping[str, Any], faults: list[str]) -> dict[str, str]:
    entries = tables(head, "dimension", HEAD, faults)
    wrong = [fault for n, entry in enumerate(entries, 1) for fault in entry_faults(entry, f"{HEAD}, {_called('dimension', entry, n)}", DIMENSION, {})]
    named = [(entry["id"], HEAD) for entry in entries if NAME.fits(entry.get("id"))]
    wrong += twice(named, "dimension")
    wrong += [f"{HEAD} calls a dimension {name!r}, which is a key of every stage; give it another id" for name, _ in named if name in {**STAGE, **STAGE_MAY}]
    faults += wrong
    return {} if wrong else {entry["id"]: entry["name"] for entry in entries}


def _stages(head: Mapping[str, Any], dimensions: Mapping[str, str], faults: list[str]) -> dict[int, Stage]:
    may = {"format": WHOLE, "source": TEXT, "moves": TEXT, "quality": TEXT}
    elsewhere = ("stage", "dimension", "marker", "missing", *GAP_MAY)
    faults += entry_faults({key: value for key, value in head.items() if key not in elsewhere}, HEAD, {"name": TEXT}, may)
    entries = tables(head, "stage", HEAD, faults)
    if not entries:
        faults.append(f"{HEAD} has no stage; write at least one as [[stage]]")
    needed = {**STAGE, **dict.fromkeys(dimensions, TEXT), **{f"{name}_level": WHOLE for name in dimensions}}
    wrong = [fault for n, entry in enumerate(entries, 1) for fault in entry_faults(entry, _stage_at(entry, n), needed, STAGE_MAY)]
    wrong += twice(((entry["number"], HEAD) for entry in entries if WHOLE.fits(entry.get("number"))), "stage number")
    faults += wrong
    if wrong:
        return {}
    faults += _skipping(entries)
    return {stage.number: stage for stage in sorted((_stage(entry, dimensions) for entry in entries), key=lambda stage: stage.number)}


def _skipping(entries: list[dict[str, Any]]) -> list[str]:
    """Say where guidance leads past the next stage: nobody is pushed further than one step."""
    numbers = sorted(entry["number"] for entry in entries)
    after = dict(pairwise([*numbers, numbers[-1]]))
    return [f"{_stage_at(entry, n)} has guidance toward {entry['toward']}, which is not the next step; write toward = {after[entry['number']]}, or leave it out"
            for n, entry in enumerate(entries, 1) if entry.get("toward", after[entry["number"]]) != after[entry["number"]]]


def _stage_at(entry: Mapping[str, Any], n: int) -> str:
    return f"{HEAD}, stage {short(entry['number']) if 'number' in entry else f'table {n}'}"


def _called(what: str, entry: Mapping[str, Any], n: int) -> str:
    return f"{what} {short(entry['id']) if 'id' in entry else f'table {n}'}"


def _stage(entry: Mapping[str, Any], dimensions: Mapping[str, str]) -> Stage:
    return Stage(number=entry["number"], name=entry["name"], summary=entry["summary"], dimensions={name: entry[name] for name in dimensions},
                 levels={name: entry[f"{name}_level"] for name in dimensions}, next_step=entry["next_step"], questions=tuple(entry["questions"]),
                 mediator_note=entry.get("mediator_note", ""))


def _named(files: Mapping[str, Mapping[str, Any]], what: str, faults: list[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the file, the place in words, and the entry of each table of one name."""
    for name, data in files.items():
        for n, entry in enumerate(tables(data, what, name, faults), 1):
            yield name, f"{name}, {_called(what, entry, n)}", entry


def _markers(files: Mapping[str, Mapping[str, Any]], stages: set[int], dimensions: Mapping[str, str], faults: list[str]) -> dict[str, Marker]:
    for name, data in files.items():
        if name != HEAD:
            faults += unknown(data, ("format", "marker", "missing", *GAP_MAY), "key", f"{name} has")
    entries = list(_named(files, "marker", faults))
    if not entries:
        faults.append("the folder framework has no marker; write at least one as [[marker]] in a file such as framework/markers.toml")
    for _, where, entry in entries:
        faults += entry_faults(entry, where, MARKER, MARKER_MAY)
        if NAME.fits(entry.get("id")) and entry["id"] in RESERVED:
            faults.append(f"{where} has an id that stagelens uses for something else; give it another, such as {entry['id']}_move")
        if WHOLE.fits(entry.get("stage")) and entry["stage"] not in stages:
            numbers = ", ".join(map(str, sorted(stages))) or "none"
            faults.append(f"{where} names the unknown stage {entry['stage']}; known are {numbers}: change it, or add the stage to {HEAD}")
        if ANY_TEXTS.fits(entry.get("dimension", [])):
            faults += unknown(entry.get("dimension", []), dimensions, "dimension", f"{where} names")
    faults += twice(((entry["id"], name) for name, _, entry in entries if NAME.fits(entry.get("id"))), "marker")
    return {} if faults else {entry["id"]: _marker(entry) for _, _, entry in entries}


def _marker(entry: Mapping[str, Any]) -> Marker:
    return Marker(id=entry["id"], stage=entry["stage"], name=entry["name"], description=entry["description"], says=entry["says"], why=entry["why"],
                  other_readings=tuple(entry["other_readings"]), question=entry["question"], mediator_note=entry.get("mediator_note", ""),
                  example=entry["example"], source=entry.get("source", ""), dimension=tuple(entry.get("dimension", ())))


def _gaps(files: Mapping[str, Mapping[str, Any]], markers: Mapping[str, Marker], faults: list[str]) -> tuple[Gap, ...]:
    entries = list(_named(files, "missing", faults))
    shared = {name: {key: data[key] for key in GAP_MAY if key in data} for name, data in files.items()}
    places = [*((name, entry, {}) for name, entry in shared.items()), *((where, entry, GAP) for _, where, entry in entries)]
    sound = not faults
    for where, entry, needed in places:
        faults += entry_faults(entry, where, needed, GAP_MAY)
        for key in ("markers", "beside"):
            if sound and ANY_TEXTS.fits(entry.get(key)):  # where markers are wrong, what names them may be right
                faults += unknown(entry[key], markers, "marker", f"{where} names")
    faults += [f"{name} has the key {short(key)} and no [[missing]] that it could hold for; it holds for those of its own file: move it there, or take it out"
               for name, entry in shared.items() for key in entry if "missing" not in files[name]]
    faults += twice(((entry["id"], name) for name, _, entry in entries if NAME.fits(entry.get("id"))), "missing")
    return () if faults else tuple(_gap({**shared[name], **entry}) for name, _, entry in entries)


def _gap(entry: Mapping[str, Any]) -> Gap:
    return Gap(entry["id"], entry["name"], tuple(entry["markers"]), entry["text"], entry["question"], tuple(entry.get("beside", ())))

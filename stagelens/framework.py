"""The framework as data: stages, markers, gaps and their texts, read from TOML and checked."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import Any

from .errors import InputError, ResourceError
from .patterns import read_toml
from .records import Gap, Marker, Stage

__all__ = ["Framework", "load_framework"]

FORMAT = 1
DIMENSIONS = ("accountability", "curiosity", "power")


@dataclass(frozen=True, slots=True)
class Framework:
    """Stages and markers in order, and what a statement may leave unnamed.

    Attributes
    ----------
    name, source : str
        What it is called, and where it comes from.
    stages : dict of int to Stage
        By number, in order.
    markers : dict of str to Marker
        By id; in the order of the stages.
    gaps : tuple of Gap
        What a statement may not name yet.

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
            raise InputError(f"there is no marker {name!r}; known are {', '.join(self.markers)}")
        return self.markers[name]


def load_framework() -> Framework:
    """Read the built-in framework.

    Returns
    -------
    Framework

    Raises
    ------
    ResourceError
        If an entry is missing or does not fit the others; the message names it.

    Examples
    --------
    >>> from stagelens.framework import load_framework
    >>> load_framework().name
    'Stages of accountability'
    """
    folder = resources.files("stagelens") / "resources" / "framework"
    tables = {file.name: read_toml(file) for file in folder.iterdir() if file.name.endswith(".toml")}
    head = tables["stages.toml"]
    if head.get("format") != FORMAT:
        raise ResourceError(f"stages.toml has format {head.get('format')!r}; this version reads format = {FORMAT}")
    stages = {s["number"]: _stage(s) for s in head["stage"]}
    found = {m["id"]: _marker(m, stages) for table in tables.values() for m in table.get("marker", ())}
    markers = dict(sorted(found.items(), key=lambda item: item[1].stage))  # stable: within a stage, as written
    gaps = tuple(_gap(g, markers) for g in tables["missing.toml"]["missing"])
    return Framework(head["name"], head["source"], dict(sorted(stages.items())), markers, gaps)


def _stage(entry: dict[str, Any]) -> Stage:
    where = f"stage {entry.get('number')!r}"
    try:
        return Stage(
            number=entry["number"], name=entry["name"], summary=entry["summary"], accountability=entry["accountability"],
            curiosity=entry["curiosity"], power=entry["power"], levels={d: entry[f"{d}_level"] for d in DIMENSIONS},
            next_step=entry["next_step"], questions=tuple(entry["questions"]), mediator_note=entry["mediator_note"])
    except KeyError as error:
        raise ResourceError(f"{where} lacks {error.args[0]!r}; add it") from None


def _marker(entry: dict[str, Any], stages: dict[int, Stage]) -> Marker:
    where = f"marker {entry.get('id')!r}"
    try:
        marker = Marker(
            id=entry["id"], stage=entry["stage"], name=entry["name"], description=entry["description"], says=entry["says"],
            why=entry["why"], other_readings=tuple(entry["other_readings"]), question=entry["question"],
            mediator_note=entry["mediator_note"], example=entry["example"], source=entry["source"], dimension=tuple(entry["dimension"]))
    except KeyError as error:
        raise ResourceError(f"{where} lacks {error.args[0]!r}; add it") from None
    if marker.stage not in stages:
        raise ResourceError(f"{where} names the stage {marker.stage!r}; known are {', '.join(map(str, stages))}")
    if not marker.other_readings:
        raise ResourceError(f"{where} has no other reading; give at least one")
    if unknown := set(marker.dimension) - set(DIMENSIONS):
        raise ResourceError(f"{where} names the dimension {sorted(unknown)[0]!r}; known are {', '.join(DIMENSIONS)}")
    return marker


def _gap(entry: dict[str, Any], markers: dict[str, Marker]) -> Gap:
    if unknown := set(entry["markers"]) - markers.keys():
        raise ResourceError(f"missing {entry.get('id')!r} names the unknown marker {sorted(unknown)[0]!r}")
    return Gap(entry["id"], entry["name"], tuple(entry["markers"]), entry["text"], entry["question"])

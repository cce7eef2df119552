"""The framework's texts said to the person who wrote the words: "you" in place of "the speaker"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from .errors import ResourceError
from .framework import Framework, home
from .patterns import read_toml
from .records import Marker

FILE = "to_speaker.toml"
"""Name inside a framework's folder, beside ``context.toml``; a framework without it says the same to everybody."""
TEXTS = ("question", "says", "why", "other_readings")
"""What may be said anew of a marker."""


@cache
def to_speaker(framework: Framework) -> Framework:
    """Return a framework with its texts said to the person who wrote the words.

    Raises
    ------
    ResourceError
        If a text belongs to nothing in the framework; the message names it.
    """
    file = home(framework.folder) / FILE
    if not file.is_file():
        return framework
    said = read_toml(file)
    for part in TEXTS:
        _known(part, said.get(part, {}), framework.markers)
    _known("missing", said.get("missing", {}), (gap.id for gap in framework.gaps))
    _known("stage", said.get("stage", {}), map(str, framework.stages))
    return replace(
        framework,
        markers={name: _marker(marker, said) for name, marker in framework.markers.items()},
        stages={number: replace(stage, **_tuples(said.get("stage", {}).get(str(number), {}))) for number, stage in framework.stages.items()},
        gaps=tuple(replace(gap, **said.get("missing", {}).get(gap.id, {})) for gap in framework.gaps))


def _marker(marker: Marker, said: Mapping[str, Any]) -> Marker:
    return replace(marker, **_tuples({part: said[part][marker.id] for part in TEXTS if marker.id in said.get(part, {})}))


def _tuples(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}


def _known(part: str, given: Iterable[str], known: Iterable[str]) -> None:
    if odd := sorted(set(given) - set(known)):
        raise ResourceError(f"{FILE}, {part}: {odd[0]!r} is not in the framework; take it out, or mend its name")

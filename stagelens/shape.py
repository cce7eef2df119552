"""What a table of a resource file must look like, and what is wrong with one: a sentence each, with the file, the entry and the remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from .errors import ResourceError

LONGEST = 60
"""Code points of a wrong value that are shown."""
_ID = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value must be: in words, and as a test."""

    words: str
    fits: Callable[[Any], bool]


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_text, value))


TEXT = Kind("a text in quotation marks, not empty", _text)
NAME = Kind("a name of small letters, digits and underscores that begins with a letter", lambda value: isinstance(value, str) and bool(_ID.fullmatch(value)))
TEXTS = Kind("a list of texts, at least one", lambda value: _texts(value) and bool(value))
ANY_TEXTS = Kind("a list of texts", _texts)
WHOLE = Kind("a whole number from -999 to 999", lambda value: isinstance(value, int) and not isinstance(value, bool) and -999 <= value <= 999)
SURENESS = Kind("a number above 0, up to 1", lambda value: isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1)
SWITCH = Kind("true or false", lambda value: isinstance(value, bool))
TABLE = Kind("a table", lambda value: isinstance(value, dict))


def one_of(values: Sequence[str]) -> Kind:
    """Return the kind of values that are one of some."""
    return Kind(f"one of {', '.join(values)}", lambda value: isinstance(value, str) and value in values)


def tables(data: Mapping[str, Any], name: str, where: str, faults: list[str]) -> list[dict[str, Any]]:
    """Return the tables ``[[name]]`` of a file; where they are something else, say so in ``faults``."""
    found = data.get(name, [])
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        faults.append(f"{where} has something else than tables as {name}; write each as [[{name}]]")
        return []
    return found


def entry_faults(entry: Mapping[str, Any], where: str, needed: Mapping[str, Kind], may: Mapping[str, Kind]) -> list[str]:
    """Say what is wrong with one entry: keys that are missing, unknown, or hold the wrong kind of value."""
    kinds = {**needed, **may}
    faults = [f"{where} lacks {key}; add it: {kind.words}" for key, kind in needed.items() if key not in entry]
    faults += [f"{where} has the unknown key {short(key)}; {_nearest(key, kinds)}" for key in entry if key not in kinds]
    faults += [f"{where} has the {key} {short(value)}; it must be {kinds[key].words}" for key, value in entry.items()
               if key in kinds and not kinds[key].fits(value)]
    return faults


def _nearest(key: str, known: Iterable[str]) -> str:
    names = list(known)
    near = get_close_matches(key[:LONGEST], names, n=1)
    return (f"perhaps {near[0]!r} is meant; " if near else "") + f"allowed are {', '.join(names)}"


def unknown(names: Iterable[str], known: Iterable[str], what: str, where: str) -> list[str]:
    """Say which names are not known."""
    names, known = list(names), list(known)
    return [f"{where} the unknown {what} {short(name)}; {_nearest(name, known) if known else 'there are none'}" for name in names if name not in known]


def twice(names: Iterable[tuple[Any, str]], what: str) -> list[str]:
    """Say which of some names, each with its place, stand more than once."""
    first: dict[Any, str] = {}
    faults = []
    for name, where in names:
        if name in first:
            other = f"; the first is in {first[name]}" if first[name] != where else ""
            faults.append(f"{where} has the {what} {short(name)} twice{other}; give one of them another")
        first.setdefault(name, where)
    return faults


def short(value: Any) -> str:
    """Return a value as it may stand in a sentence: on one line, cut where it is long."""
    try:
        said = ascii(value) if not isinstance(value, str) else repr(value).encode("utf-8", "backslashreplace").decode("utf-8")
    except (ValueError, RecursionError):  # a number of thousands of digits, tables in tables in tables
        return f"something of type {type(value).__name__}"
    return said if len(said) <= LONGEST else f"{said[:LONGEST]}..."


def refuse(faults: Sequence[str], remedy: str = "") -> None:
    """Raise what is wrong as one sentence: the first fault, and how many more there are.

    Raises
    ------
    ResourceError
        If there is any.
    """
    if faults:
        more = f" (and {len(faults) - 1} more{f': {remedy}' if remedy else ''})" if len(faults) > 1 else ""
        raise ResourceError(faults[0] + more)

"""Patterns as data: read the TOML files, check every entry, expand the macros.

A pattern file holds ``format = 1`` and ``[[pattern]]`` tables. Each table has ``id``, ``marker``, ``expression`` (an RE2
expression over folded text, see `stagelens.segment.fold`), ``weight`` (0 to 1: how sure the wording alone is), ``fires``
(three texts or more), ``quiet`` (two or more), and may have ``extent``, ``needs`` and ``note``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

import re2

from .errors import ResourceError
from .records import Pattern

FORMAT = 1
EXTENTS = ("match", "clause", "rest", "sentence")
REQUIRED = {"id", "marker", "expression", "weight", "fires", "quiet"}
ALLOWED = REQUIRED | {"extent", "needs", "note"}
MIN_FIRES, MIN_QUIET = 3, 2
ANY = "any"
"""In ``needs``: any other marker will do."""

FIRM = 0.66
"""A wording of this weight is sure by itself, and company for others."""

_MACRO = re.compile(r"\{([a-z]\w*)\}")


def read_toml(path: Any) -> dict[str, Any]:
    """Read one TOML resource (a path, or a file inside the package)."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ResourceError(f"{path.name} is not valid TOML: {error}; mend that line") from None
    except UnicodeDecodeError:
        raise ResourceError(f"{path.name} is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise ResourceError(f"{path} cannot be read ({error.strerror})") from None


def load_macros(more: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """Return the shared vocabulary and some more, every macro expanded; a macro may use those above it."""
    raw = read_toml(resources.files("stagelens") / "resources" / "patterns" / "macros.toml")["macros"]
    done: dict[str, str] = {}
    for name, body in [*raw.items(), *more.items()]:
        done[name] = _fill(body, done, f"macro {name}")
    return done


def _fill(expression: str, macros: Mapping[str, str], where: str) -> str:
    def one(match: re.Match[str]) -> str:
        if match[1] not in macros:
            raise ResourceError(f"{where} uses the unknown macro {{{match[1]}}}; known are {', '.join(macros)}")
        return macros[match[1]]

    return _MACRO.sub(one, expression)


def expand(expression: str, macros: Mapping[str, str], *, where: str = "the expression") -> str:
    """Turn a written expression into plain RE2: macros filled, apostrophes optional, word edges set."""
    filled = _fill(expression, macros, where).replace("'", "'?")
    left = "" if filled.startswith("^") else r"\b"
    right = "" if filled.endswith(("$", " ", "(?:)")) else r"(?:\b|$)"  # an expression may end in a question mark; an empty group asks for no edge
    return f"{left}(?:{filled}){right}"


def compiled(expression: str, *, where: str = "the expression") -> re2._Regexp:
    """Compile one expanded expression, or say in our own words why RE2 cannot."""
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(expression, options)
    except re2.error as error:
        reason = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        reason = reason.split(": ")[0]  # RE2 goes on with the whole expanded expression
        raise ResourceError(f"{where} has an expression RE2 cannot read ({reason}); look-around and back-references are not allowed") from None


def parse_patterns(data: Mapping[str, Any], source: str, macros: Mapping[str, str], markers: Iterable[str]) -> list[Pattern]:
    """Check one file's tables and return its patterns, expressions expanded."""
    if data.get("format") != FORMAT:
        raise ResourceError(f"{source} has format {data.get('format')!r}; this version reads format = {FORMAT}")
    entries, known = data.get("pattern", []), set(markers)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ResourceError(f"{source} wants its patterns as tables; begin each with a line [[pattern]]")
    return [_parse_one(entry, f"{source}, pattern {entry.get('id', f'number {n}')!r}", macros, known) for n, entry in enumerate(entries, start=1)]


def _parse_one(entry: Mapping[str, Any], where: str, macros: Mapping[str, str], markers: set[str]) -> Pattern:
    if missing := REQUIRED - entry.keys():
        raise ResourceError(f"{where} lacks {', '.join(sorted(missing))}; add it")
    if extra := entry.keys() - ALLOWED:
        raise ResourceError(f"{where} has the unknown key {sorted(extra)[0]!r}; allowed are {', '.join(sorted(ALLOWED))}")
    if not isinstance(entry["id"], str) or not entry["id"]:
        raise ResourceError(f"{where} has the id {entry['id']!r}; give a short text, such as 'ownership.wrong-to'")
    for key in ("marker", "expression", "extent", "note"):
        if not isinstance(entry.get(key, ""), str):
            raise ResourceError(f"{where} has {entry[key]!r} as its {key}; give a text in quotation marks")
    if not all(isinstance(texts, list) and all(isinstance(text, str) for text in texts) for texts in (entry["fires"], entry["quiet"], entry.get("needs", []))):
        raise ResourceError(f"{where} wants lists of texts as fires, quiet and needs")
    if entry["marker"] not in markers:
        raise ResourceError(f"{where} names the unknown marker {entry['marker']!r}; known are {', '.join(sorted(markers))}")
    if unknown := set(entry.get("needs", ())) - markers - {ANY}:
        raise ResourceError(f"{where} needs the unknown marker {sorted(unknown)[0]!r}; known are {', '.join(sorted(markers))}")
    weight = entry["weight"]
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight <= 1:
        raise ResourceError(f"{where} has the weight {weight!r}; allowed is a number above 0, up to 1")
    extent = entry.get("extent", "clause")
    if extent not in EXTENTS:
        raise ResourceError(f"{where} has the extent {extent!r}; allowed are {', '.join(EXTENTS)}")
    if len(entry["fires"]) < MIN_FIRES or len(entry["quiet"]) < MIN_QUIET:
        raise ResourceError(f"{where} has {len(entry['fires'])} fires and {len(entry['quiet'])} quiet texts; "
                            f"it wants {MIN_FIRES} and {MIN_QUIET} or more")
    expression = expand(entry["expression"], macros, where=where)
    compiled(expression, where=where)
    return Pattern(id=entry["id"], marker=entry["marker"], expression=expression, weight=float(weight), extent=extent,
                   needs=tuple(entry.get("needs", ())), fires=tuple(entry["fires"]), quiet=tuple(entry["quiet"]),
                   note=entry.get("note", ""))


def load_patterns(markers: Iterable[str], extra: Iterable[str | Path] = ()) -> tuple[Pattern, ...]:
    """Read the built-in pattern files, then those of the user.

    Parameters
    ----------
    markers : iterable of str
        The marker ids that patterns may name.
    extra : iterable of path
        Further pattern files in the same format.

    Returns
    -------
    tuple of Pattern

    Raises
    ------
    ResourceError
        If a file cannot be read or an entry breaks the format; the message names the entry and the remedy.
    """
    names = tuple(markers)
    patterns = list(_built_in(names))
    for file in map(Path, extra):
        patterns += parse_patterns(read_toml(file), file.name, load_macros(), names)
    seen: set[str] = set()
    for pattern in patterns:
        if pattern.id in seen:
            raise ResourceError(f"the pattern id {pattern.id!r} stands twice; give one of them another id")
        seen.add(pattern.id)
    return tuple(patterns)


@lru_cache(maxsize=2)
def _built_in(markers: tuple[str, ...]) -> tuple[Pattern, ...]:
    macros = load_macros()
    folder = resources.files("stagelens") / "resources" / "patterns"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml") and f.name != "macros.toml"), key=lambda f: f.name)
    return tuple(pattern for file in files for pattern in parse_patterns(read_toml(file), file.name, macros, markers))

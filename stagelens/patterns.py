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
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import re2

from .errors import ResourceError
from .prepared import is_prepared, table
from .records import Pattern
from .shape import ANY_TEXTS, SURENESS, TABLE, TEXT, entry_faults, one_of, refuse, short, tables, unknown

FORMAT = 1
EXTENTS = ("match", "clause", "rest", "sentence")
NEEDED = {"id": TEXT, "marker": TEXT, "expression": TEXT, "weight": SURENESS, "fires": ANY_TEXTS, "quiet": ANY_TEXTS}
MAY = {"extent": one_of(EXTENTS), "needs": ANY_TEXTS, "note": TEXT}
MACROS = "macros.toml"
MIN_FIRES, MIN_QUIET = 3, 2
ANY = "any"
"""In ``needs``: any other marker will do."""

LONGEST_MACRO = 100_000
"""Letters and signs of an expression with all its macros filled in: what uses itself ten times over and over would fill the memory."""

FIRM = 0.66
"""A wording of this weight is sure by itself, and company for others."""

_MACRO = re.compile(r"\{([a-z]\w*)\}")


def read_toml(path: Any) -> dict[str, Any]:
    """Read one TOML resource (a path, or a file inside the package)."""
    try:
        raw = path.read_bytes()
        return table(raw) or tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise ResourceError(f"{path.name} is not UTF-8 text; save it as UTF-8") from None
    except ValueError as error:
        raise ResourceError(f"{path.name} is not valid TOML: {error}; mend that line") from None
    except RecursionError:
        raise ResourceError(f"{path.name} has tables or lists nested too deeply to be read; write it flat") from None
    except OSError as error:
        raise ResourceError(f"{path} cannot be read ({error.strerror})") from None


def toml_files(folder: Traversable) -> list[Traversable]:
    """Return the TOML files of a folder by name; none where there is no such folder."""
    try:
        return sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name) if folder.is_dir() else []
    except OSError as error:
        raise ResourceError(f"{folder} cannot be read ({error.strerror}); mend that") from None


def pattern_files(root: Traversable) -> list[Traversable]:
    """Return the pattern files of a framework's folder, macros first."""
    return sorted(toml_files(root / "patterns"), key=lambda file: (file.name != MACROS, file.name))


def load_macros(more: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """Return the shared vocabulary and some more, every macro expanded; a macro may use those above it."""
    raw = read_toml(resources.files("stagelens") / "resources" / "patterns" / MACROS)["macros"]
    done: dict[str, str] = {}
    for name, body in [*raw.items(), *more.items()]:
        if not isinstance(body, str) or not re.fullmatch(r"[a-z]\w*", name):
            raise ResourceError(f"macro {short(name)} is {short(body)}; write name = 'expression', the name in small letters")
        done[name] = _fill(body, done, f"macro {name}")
        if len(done[name]) > LONGEST_MACRO:
            raise ResourceError(f"macro {name} grows to {len(done[name]):,} letters and signs; at most {LONGEST_MACRO:,} are allowed")
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
    if len(filled) > LONGEST_MACRO:
        raise ResourceError(f"{where} has an expression of {len(filled):,} letters and signs, macros filled in; at most {LONGEST_MACRO:,} are allowed")
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
    patterns, faults = read_patterns(data, source, macros, markers)
    refuse(faults)
    return patterns


def read_patterns(data: Mapping[str, Any], source: str, macros: Mapping[str, str], markers: Iterable[str]) -> tuple[list[Pattern], list[str]]:
    """Return the patterns of one file and all that is wrong with it, a sentence each."""
    if data.get("format") != FORMAT:
        return [], [f"{source} has format {short(data.get('format'))}; this version reads format = {FORMAT}"]
    faults: list[str] = unknown(data, ("format", "pattern"), "key", f"{source} has")
    known = sorted(markers)
    patterns = []
    for n, entry in enumerate(tables(data, "pattern", source, faults), start=1):
        where = f"{source}, pattern {short(entry.get('id', f'number {n}'))}"
        if wrong := _faults(entry, where, known):
            faults += wrong
            continue
        try:
            patterns.append(_parse_one(entry, where, macros, source))
        except ResourceError as error:
            faults.append(str(error))
    return patterns, faults


def _faults(entry: Mapping[str, Any], where: str, markers: list[str]) -> list[str]:
    if faults := entry_faults(entry, where, NEEDED, MAY):
        return faults
    faults += unknown([entry["marker"]], markers, "marker", f"{where} names")
    faults += unknown(entry.get("needs", ()), [*markers, ANY], "marker", f"{where} needs")
    if len(entry["fires"]) < MIN_FIRES or len(entry["quiet"]) < MIN_QUIET:
        faults.append(f"{where} has {len(entry['fires'])} fires and {len(entry['quiet'])} quiet texts; it wants {MIN_FIRES} and {MIN_QUIET} or more")
    return faults


def _parse_one(entry: Mapping[str, Any], where: str, macros: Mapping[str, str], source: str) -> Pattern:
    expression = expand(entry["expression"], macros, where=where)
    if not is_prepared(expression) and compiled(expression, where=where).search(""):
        raise ResourceError(f"{where} has an expression that matches no words at all, and so every text; write at least one word that must be there")
    return Pattern(id=entry["id"], marker=entry["marker"], expression=expression, weight=float(entry["weight"]), extent=entry.get("extent", "clause"),
                   needs=tuple(entry.get("needs", ())), fires=tuple(entry["fires"]), quiet=tuple(entry["quiet"]), note=entry.get("note", ""), file=source)


def load_patterns(markers: Iterable[str], extra: Iterable[str | Path] = (), *, folder: Path | None = None) -> tuple[Pattern, ...]:
    """Read the pattern files of a framework, then those of the user.

    Parameters
    ----------
    markers : iterable of str
        The marker ids that patterns may name.
    extra : iterable of path
        Further pattern files in the same format.
    folder : Path, optional
        A framework's folder; the built-in one unless given.

    Returns
    -------
    tuple of Pattern

    Raises
    ------
    ResourceError
        If a file cannot be read or an entry breaks the format; the message names the entry and the remedy.
    """
    names = tuple(markers)
    patterns, faults = (list(_built_in(names)), []) if folder is None else read_folder(folder, names)
    refuse(faults, f"stagelens framework check {folder}")
    for file in map(Path, extra):
        patterns += parse_patterns(read_toml(file), file.name, macros_of(folder), names)
    refuse(_twice(patterns))
    return tuple(patterns)


def _twice(patterns: Iterable[Pattern]) -> list[str]:
    places: dict[str, list[str]] = {}
    for pattern in patterns:
        places.setdefault(pattern.id, []).append(pattern.file)
    return [f"the pattern id {name!r} stands twice, in {' and in '.join(dict.fromkeys(files))}; give one of them another id"
            for name, files in places.items() if len(files) > 1]


def macros_of(folder: Path | None) -> dict[str, str]:
    """Return the shared vocabulary with that of a framework's folder."""
    own = {} if folder is None or not (folder / "patterns" / MACROS).is_file() else read_toml(folder / "patterns" / MACROS)
    refuse([*unknown(own, ("format", "macros"), "key", f"{MACROS} has"),
            *([] if TABLE.fits(own.get("macros", {})) else [f"{MACROS} has something else than a table as macros; write it as [macros]"])])
    return load_macros(own.get("macros", {}))


def read_folder(folder: Path, markers: Iterable[str]) -> tuple[list[Pattern], list[str]]:
    """Return the patterns of a framework's folder and all that is wrong with them, a sentence each."""
    names, patterns, faults = tuple(markers), list[Pattern](), list[str]()
    try:
        macros, files = macros_of(folder), [file for file in pattern_files(folder) if file.name != MACROS]
    except ResourceError as error:
        return [], [str(error)]
    for file in files:
        try:
            found, wrong = read_patterns(read_toml(file), file.name, macros, names)
        except ResourceError as error:
            found, wrong = [], [str(error)]
        patterns += found
        faults += wrong
    return patterns, faults + _twice(patterns)


@lru_cache(maxsize=2)
def _built_in(markers: tuple[str, ...]) -> tuple[Pattern, ...]:
    macros = load_macros()
    files = pattern_files(resources.files("stagelens") / "resources")
    return tuple(pattern for file in files if file.name != MACROS for pattern in parse_patterns(read_toml(file), file.name, macros, markers))

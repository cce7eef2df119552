"""What is read from the TOML resources and worked out from them, kept beside them in a form that is quick to read.

Reading 50 tables of TOML and working out which words 650 expressions require takes two seconds; reading what came of it takes some
hundredths of one. The TOML files stay what counts: a table is taken from here only if its file has the checksum it had then, a
requirement only for the very same expression; all else is read and worked out as ever. ``make resources`` writes the file anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from .required import Ways, required

FORMAT = 2
"""Raise it when `required` tells something else of the same expression."""
NAME = "prepared.json"
GROUPS = 5
"""Groups of required words that are asked of an alternative, the telling ones first: further ones rule out little more."""


def table(raw: bytes) -> dict[str, Any] | None:
    """Return what a TOML file of these bytes holds, if that was prepared."""
    found: dict[str, Any] | None = _prepared()["tables"].get(_checksum(raw))
    return found


@cache
def ways(expression: str) -> Ways:
    """Return what an expression requires (see `stagelens.required.required`), the first groups of each alternative."""
    known = _prepared()["ways"].get(_checksum(expression.encode()))
    if known is None:
        return tuple(way[:GROUPS] for way in required(expression))
    words = _prepared()["words"]
    return tuple(tuple(frozenset(words[number] for number in group) for group in way) for way in known)


def is_prepared(expression: str) -> bool:
    """Tell whether an expression was worked out before, and so compiled; compiling all takes half a second, and is put off until each is needed."""
    return _checksum(expression.encode()) in _prepared()["ways"]


def _checksum(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:24]


@cache
def _prepared() -> dict[str, Any]:
    nothing: dict[str, Any] = {"tables": {}, "ways": {}, "words": []}
    try:
        data = json.loads((resources.files("stagelens") / "resources" / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return nothing
    return data if data.get("format") == FORMAT else nothing


def prepare(tables: Iterable[tuple[bytes, Any]], expressions: Iterable[str]) -> str:
    """Return what the file should hold, for these tables and expressions."""
    told = {_checksum(expression.encode()): [way[:GROUPS] for way in required(expression)] for expression in expressions}
    words = sorted({word for some in told.values() for way in some for group in way for word in group})
    number = {word: at for at, word in enumerate(words)}
    data = {"format": FORMAT, "tables": {_checksum(raw): data for raw, data in tables}, "words": words,
            "ways": {key: [[sorted(number[word] for word in group) for group in way] for way in some] for key, some in told.items()}}
    return "{\n" + ",\n".join(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=True, separators=(',', ':'))}" for key, value in data.items()) + "\n}\n"


def main() -> None:
    """Write the file anew from the resources."""
    import tomllib

    from .context import load_context
    from .framework import load_framework
    from .patterns import load_patterns

    folder = Path(str(resources.files("stagelens") / "resources"))
    raws = [path.read_bytes() for path in sorted(folder.rglob("*.toml"))]
    expressions = [pattern.expression for pattern in load_patterns(load_framework().markers)] + [*load_context().expressions]
    content = prepare(((raw, tomllib.loads(raw.decode())) for raw in raws), expressions)
    (folder / NAME).write_text(content, encoding="utf-8")

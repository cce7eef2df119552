"""One door to the formats of human coders."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ..errors import InputError
from .brat import is_brat, read_brat, write_brat
from .files import read_json, read_json_lines
from .inception import read_inception, write_inception
from .labels import read_doccano, read_label_studio, write_doccano, write_label_studio
from .learning import write_gold, write_phrases
from .records import Coding
from .refi import read_refi, write_refi
from .table import read_gold, read_table, write_table

Reader = Callable[[Path, str | None], Coding]
Writer = Callable[[Coding, Path, str], None]

NEWLINES = ("\n", "\r\n")
READERS: dict[str, Reader] = {"csv": read_table, "brat": read_brat, "doccano": read_doccano, "label-studio": read_label_studio, "inception": read_inception,
                              "refi": read_refi, "gold": read_gold}
WRITERS: dict[str, Writer] = {"csv": write_table, "brat": write_brat, "doccano": write_doccano, "label-studio": write_label_studio,
                              "inception": write_inception, "refi": write_refi, "gold": write_gold, "phrases": write_phrases}


def read_coding(path: str | Path, *, format: str | None = None, coder: str | None = None) -> Coding:
    """Read the annotations of human coders.

    Parameters
    ----------
    path : path
        A file or folder in one of `READERS`.
    format : str, optional
        Which; told from the file unless given.
    coder : str, optional
        The coder's name, where the file gives none or another is wanted.

    Returns
    -------
    Coding
        Annotations placed by their words; those that could not be placed are in ``unplaced``.

    Raises
    ------
    InputError
        If the file cannot be read, or its format told.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from stagelens.annotations import Annotation, Coding, read_coding, write_coding
    >>> coding = Coding({"a.txt": "I was wrong."}, [Annotation("a.txt", "ann", 0, 11, "ownership")], {"ann": frozenset({"a.txt"})})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_coding(coding, pathlib.Path(folder) / "ann.qdpx", format="refi")
    ...     read_coding(pathlib.Path(folder) / "ann.qdpx").annotations[0].marker
    'ownership'
    """
    path = Path(path)
    if not path.exists():
        raise InputError(f"{path} does not exist; give annotations in one of {', '.join(READERS)}")
    chosen = format or _format(path)
    if chosen not in READERS:
        raise InputError(f"the format is {chosen!r}; allowed are {', '.join(READERS)}")
    return READERS[chosen](path, coder)


def write_coding(coding: Coding, path: str | Path, *, format: str, newline: str = "\n") -> None:
    r"""Write annotations for a tool.

    Parameters
    ----------
    coding : Coding
    path : path
        A file; for brat and inception a folder.
    format : str
        One of `WRITERS`.
    newline : {"\n", "\r\n"}
        The line ends of the written texts; offsets are those of the text as written.

    Raises
    ------
    InputError
        If the format is unknown or the path cannot be written to.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from stagelens.annotations import Annotation, Coding, write_coding
    >>> coding = Coding({"a.txt": "I was wrong."}, [Annotation("a.txt", "ann", 0, 11, "ownership")], {"ann": frozenset({"a.txt"})})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_coding(coding, pathlib.Path(folder) / "ann", format="brat")
    ...     sorted({file.suffix for file in (pathlib.Path(folder) / "ann").rglob("a.*")})
    ['.ann', '.txt']
    """
    if format not in WRITERS:
        raise InputError(f"the format is {format!r}; allowed are {', '.join(WRITERS)}")
    if newline not in NEWLINES:
        raise InputError(f"the line end is {newline!r}; allowed are {', '.join(map(repr, NEWLINES))}")
    marks = sorted(coding.annotations, key=lambda a: (a.document, a.coder, a.start, a.end, a.marker))
    WRITERS[format](replace(coding, annotations=marks, coders=_readers(coding)), Path(path), newline)


def _readers(coding: Coding) -> dict[str, frozenset[str]]:
    """Return who read what; whoever marked a document read it."""
    read = {coder: set(names) for coder, names in coding.coders.items()}
    for annotation in coding.annotations:
        read.setdefault(annotation.coder, set()).add(annotation.document)
    return {coder: frozenset(names) for coder, names in read.items()}


def _format(path: Path) -> str:
    """Tell the format from what is there."""
    kind = path.suffix.casefold()
    if path.is_dir():
        return "brat" if is_brat(path) else "inception" if (path / "TypeSystem.xml").exists() else _unknown(path)
    if kind == ".zip":
        return "inception" if zipfile.is_zipfile(path) else _unknown(path)
    if kind == ".json":
        return "label-studio" if isinstance(read_json(path), list) else _unknown(path)
    if kind in (".jsonl", ".ndjson"):
        first = next(read_json_lines(path), {})
        return "gold" if "spans" in first else "doccano"
    return {".csv": "csv", ".qdpx": "refi", ".xmi": "inception"}.get(kind) or _unknown(path)


def _unknown(path: Path) -> str:
    raise InputError(f"{path} is in no format that can be told from it; name it with --format ({', '.join(READERS)})")

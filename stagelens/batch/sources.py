"""Which files a run is about."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError
from ..transcripts.convokit import is_corpus


@dataclass(frozen=True, slots=True)
class Source:
    """A file or corpus, and the name it goes by in the results: its path below the folder that was given."""

    path: Path
    name: str
    size: int
    problem: str | None = None
    """Why it cannot be read, if that is known already."""


def gather(paths: Iterable[Path], *, without: Path | None = None) -> list[Source]:
    """Return the files below the paths given, each once, in the order of their names; hidden files and the output folder are left out.

    Raises
    ------
    InputError
        If a path does not exist, or nothing is found.
    """
    found: dict[Path, Source] = {}
    names: set[str] = set()
    for path in paths:
        if not path.exists():
            raise InputError(f"{path} does not exist; give files or folders of transcripts")
        for source in sorted(_below(path, without.resolve() if without else None), key=lambda s: s.name):
            if source.path.resolve() not in found:
                source = source if source.name not in names else Source(source.path, str(source.path), source.size, source.problem)  # noqa: PLW2901
                names.add(source.name)
                found[source.path.resolve()] = source
    if not found:
        raise InputError(f"no files were found in {', '.join(map(str, paths))}")
    return list(found.values())


def _below(path: Path, without: Path | None) -> Iterator[Source]:
    if path.is_file() or is_corpus(path):
        yield _source(path, path.name)
        return
    yield from _in_folder(path, path, without)


def _in_folder(folder: Path, root: Path, without: Path | None) -> Iterator[Source]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        yield Source(folder, folder.relative_to(root).as_posix(), 0, f"the folder {folder} cannot be read ({error.strerror})")
        return
    for entry in entries:
        if entry.name.startswith((".", "~$")) or entry.resolve() == without:
            continue
        if entry.is_dir() and not is_corpus(entry):
            yield from _in_folder(entry, root, without)
        else:
            yield _source(entry, entry.relative_to(root).as_posix())


def _source(path: Path, name: str) -> Source:
    name = os.fsencode(name).decode("utf-8", "surrogateescape")  # the same name whatever the locale takes its bytes for
    try:
        return Source(path, name, _size(path))
    except OSError as error:
        return Source(path, name, 0, f"{path} cannot be read ({error.strerror}); give a readable file")


def _size(path: Path) -> int:
    return sum(_size(entry) for entry in path.iterdir()) if path.is_dir() else path.stat().st_size

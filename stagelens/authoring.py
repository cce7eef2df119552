"""For those who write a framework of their own: a small start, and all that is wrong with a folder at once."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from .context import Context, read_context
from .errors import InputError, ResourceError
from .framework import CONTEXT, MODEL, PHRASES, Framework, read_framework
from .lens import Lens
from .patterns import read_folder
from .records import Pattern
from .rules import Rules
from .segment import segment
from .settings import Settings
from .turns import Turns, read_roles


@dataclass(frozen=True, slots=True)
class Checked:
    """What a folder holds and what is wrong with it.

    Attributes
    ----------
    framework : Framework or None
        None where the framework itself cannot be read.
    patterns : int
        How many patterns could be read.
    phrases : int
        How many annotated phrases there are.
    problems : tuple of str
        What must be mended, a sentence each with the file, the entry and the remedy.
    notes : tuple of str
        What is allowed and may still be an oversight.
    """

    framework: Framework | None
    patterns: int
    phrases: int
    problems: tuple[str, ...]
    notes: tuple[str, ...]


def check(folder: str | Path) -> Checked:
    """Check a framework's folder: every entry, every pattern on its own examples, the cues, the phrases and the model.

    Parameters
    ----------
    folder : path

    Returns
    -------
    Checked

    Examples
    --------
    >>> import tempfile
    >>> from stagelens.authoring import check, new
    >>> with tempfile.TemporaryDirectory() as here:
    ...     checked = check(new(f"{here}/ours"))
    >>> checked.problems, list(checked.framework.markers)
    ((), ['closes_subject', 'leaves_room'])
    """
    folder = Path(folder)
    framework, problems = read_framework(folder)
    if framework is None:
        return Checked(None, 0, 0, tuple(problems), ())
    patterns, wrong = read_folder(folder, framework.markers)
    cues, miscued = read_context(framework)
    _, misplaced = read_roles(framework)
    problems = [*wrong, *miscued, *misplaced]
    if not problems:
        problems += _examples(framework, patterns, Context(cues))
    phrases, odd = _phrases(framework)
    return Checked(framework, len(patterns), phrases, (*problems, *odd, *_model(framework)), tuple(_notes(framework, patterns, phrases)))


def _examples(framework: Framework, patterns: Sequence[Pattern], context: Context) -> Iterator[str]:
    """Say which examples a pattern does not find, and which near misses it is shown in."""
    rules = Rules(patterns)
    lens = Lens(framework, rules, None, context, Turns(framework), Settings())
    for pattern in patterns:
        where = f"{pattern.file}, pattern {pattern.id!r},"
        for text in pattern.fires:
            document = segment(text)
            uses = {hit.use for hit in context.label(document, rules.find([document])[0]) if hit.evidence[0].id == pattern.id}
            if not uses:
                yield f"{where} does not fire on its example {text!r}; mend its expression, or take the example out of fires"
            elif "own" not in uses:
                yield (f"{where} fires on its example {text!r}, but the words around it make it a mention ({', '.join(sorted(uses))}); "
                       "choose another example, or mend the cues in context.toml")
        for text in pattern.quiet:
            if any(evidence.id == pattern.id for span in lens.tag(text).spans for evidence in span.evidence):
                yield f"{where} fires on {text!r}, which stands under quiet; make its expression narrower, or take the text out of quiet"


def _phrases(framework: Framework) -> tuple[int, list[str]]:
    from .training.phrases import check_phrases

    assert framework.folder is not None
    path = framework.folder / PHRASES
    if not path.exists():
        return 0, []
    try:
        phrases, problems = check_phrases(path, framework.markers)
    except InputError as error:
        return 0, [str(error)]
    return len(phrases), problems


def _model(framework: Framework) -> Iterator[str]:
    from .modelfile import load_model

    assert framework.folder is not None
    folder = framework.folder / MODEL
    if folder.exists():
        try:
            load_model(folder, tuple(framework.markers))
        except ResourceError as error:
            yield str(error)


def _notes(framework: Framework, patterns: Sequence[Pattern], phrases: int) -> Iterator[str]:
    counts = Counter(pattern.marker for pattern in patterns)
    if without := [marker for marker in framework.markers if not counts[marker]]:
        yield f"no pattern speaks of {_listed(without)}; only a trained model can find {'it' if len(without) == 1 else 'them'}"
    used = {marker.stage for marker in framework.markers.values()}
    if empty := [str(number) for number in framework.stages if number not in used]:
        yield f"no marker belongs to {'stage' if len(empty) == 1 else 'the stages'} {_listed(empty)}"
    if stray := sorted(one.name for one in framework.folder.iterdir() if one.suffix == ".toml" and one.name != CONTEXT) if framework.folder else []:
        yield f"{_listed(stray)} is not read where it is; markers and stages belong into the folder framework, patterns into the folder patterns"
    if not phrases:
        yield f"there is no {PHRASES}; with annotated phrases the framework can be practised (stagelens practise) and a model trained (stagelens train)"


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def new(folder: str | Path) -> Path:
    """Write a small commented framework that works at once.

    Parameters
    ----------
    folder : path
        A folder that is not there yet, or is empty.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        If the folder holds something, or cannot be written.
    """
    folder = Path(folder)
    try:
        if folder.exists() and any(folder.iterdir()):
            raise InputError(f"{folder} is not empty; give a folder that is not there yet, so that nothing of yours is written over")
        with resources.as_file(resources.files("stagelens") / "resources" / "start") as start:
            shutil.copytree(start, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"), copy_function=shutil.copyfile)
    except (OSError, shutil.Error) as error:
        raise InputError(f"{folder} cannot be written ({getattr(error, 'strerror', None) or 'some files could not be copied'}); "
                         "give a folder in a place you may write to") from None
    return folder

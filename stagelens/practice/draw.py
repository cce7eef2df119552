"""From annotated phrases to statements: which can be asked about, which are drawn, and what is offered with each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from ..errors import InputError
from ..framework import PHRASES, Framework, load_framework
from ..lens import Lens, load
from .item import NONE, Choice, Item

if TYPE_CHECKING:
    from ..training.phrases import Phrase

NOBODY = frozenset({"harmed_person", "bystander", "wrong_speaker"})
"""Kinds of phrases that carry nothing because of who speaks, which a statement by itself cannot show."""
OFFERED = 4
"""Moves that are offered with a statement, beside none of these."""
ALIKE = 2
"""How many of them are of the same stage, where there are so many; the others are of the stages beside it."""
SHARE = 0.2
"""About this share of the statements carries none of the moves."""


def items(*, number: int = 10, marker: str | None = None, stage: int | None = None, seed: int | None = None, source: str | Path | None = None,
          framework: str | Path | None = None) -> list[Item]:
    """Draw statements to practise with.

    Parameters
    ----------
    number : int, default 10
        How many; fewer where there are not so many.
    marker : str, optional
        Only statements that make this move, or look as if they did.
    stage : int, optional
        The same for all markers of a stage.
    seed : int, optional
        The same seed draws the same statements in the same order; another time, others.
    source : path, optional
        Annotated phrases of your own (as for ``stagelens train``); their test split where they have one, else all.
    framework : path, optional
        The folder of a framework of your own; its ``phrases.csv`` is the source, unless one is given.

    Returns
    -------
    list of Item

    Raises
    ------
    InputError
        If the marker or stage is unknown, the number is below 1, the source cannot be read or holds nothing that fits.
    ResourceError
        If the framework cannot be read.

    Examples
    --------
    >>> from stagelens import practice
    >>> item = practice.items(number=1, marker="intention_focus", seed=4)[0]
    >>> item.choices[-1].marker, len(item.choices)
    ('none', 5)
    >>> item.answer("intention_focus").right
    True
    """
    chosen = load_framework(framework)
    wanted = _wanted(chosen, marker, stage)
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise InputError(f"the number of statements is {number!r}; give a whole number of 1 or more")
    phrases = _phrases(chosen, source)
    random, twins = Random(seed), _twins(phrases)  # noqa: S311 - a quiz
    lens = cache(lambda: load(model=False, framework=framework))  # takes a moment, and is not always needed
    asked = [_asked(phrase, twins, random) for phrase in suitable(phrases)]
    if wanted < chosen.markers.keys():
        asked = [one for one in (_likened(one, lens, random) for one in asked) if one.marker in wanted]
    if not asked:
        about = f" that makes the move {marker!r}" if marker else f" of stage {stage}" if stage is not None else ""
        raise InputError(f"there is no statement{about} to practise with; annotate some that carry one marker each, or leave the choice out")
    return [_item(_likened(one, lens, random), chosen, random) for one in _drawn(asked, number, random)]


def _wanted(framework: Framework, marker: str | None, stage: int | None) -> set[str]:
    if marker is not None:
        framework.marker(marker)
    if stage is not None and stage not in framework.stages:
        raise InputError(f"there is no stage {stage!r}; known are {', '.join(map(str, framework.stages))}")
    wanted = {name for name, one in framework.markers.items() if marker in (None, name) and stage in (None, one.stage)}
    if not wanted:
        raise InputError(f"the marker {marker!r} is of stage {framework.marker(str(marker)).stage}, not {stage}; give one of the two")
    return wanted


def _phrases(framework: Framework, source: str | Path | None) -> Sequence[Phrase]:
    from ..training.phrases import read_phrases

    own = framework.folder / PHRASES if framework.folder else None
    if source is None and own is not None and not own.is_file():
        raise InputError(f"{framework.folder} has no {PHRASES} to practise with; write annotated phrases there, or give a file of them (--from FILE, source=)")
    with resources.as_file(resources.files("stagelens") / "resources" / "practice" / PHRASES) as built_in:
        phrases = read_phrases(source or own or built_in, framework.markers)
    return [phrase for phrase in phrases if phrase.split == "test"] or phrases


def suitable(phrases: Iterable[Phrase]) -> list[Phrase]:
    """Return the phrases with an answer that is not in doubt: no marker for a reason that the words show, one marker, or one that stands clear of others.

    Parameters
    ----------
    phrases : iterable of Phrase

    Returns
    -------
    list of Phrase

    Examples
    --------
    >>> from stagelens.practice import suitable
    >>> suitable([])
    []
    """
    return [phrase for phrase in phrases if (_clear(phrase) if phrase.spans else phrase.kind not in NOBODY)]


def _clear(phrase: Phrase) -> list[tuple[int, int, str]]:
    """Return the spans that can be asked about: all of a text with one marker, else those that overlap nothing and whose marker stands once."""
    markers = [marker for *_, marker in phrase.spans]
    if len(set(markers)) == 1:
        return list(phrase.spans)
    return [(start, end, marker) for start, end, marker in phrase.spans if markers.count(marker) == 1
            and not any(a < end and start < b for a, b, other in phrase.spans if other != marker)]


def _twins(phrases: Iterable[Phrase]) -> dict[str, list[str]]:
    """Return, for each group of phrases that belong together, the markers that stand in it."""
    found: dict[str, set[str]] = {}
    for phrase in phrases:
        found.setdefault(phrase.group, set()).update(marker for *_, marker in phrase.spans)
    return {group: sorted(markers) for group, markers in found.items()}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A phrase, and which of its spans is asked about; None where it carries nothing."""

    phrase: Phrase
    span: tuple[int, int, str] | None
    marker: str


def _asked(phrase: Phrase, twins: dict[str, list[str]], random: Random) -> _Asked:
    if phrase.spans:
        span = random.choice(_clear(phrase))
        return _Asked(phrase, span, span[2])
    alike = twins[phrase.group]
    return _Asked(phrase, None, random.choice(alike) if alike else "")


def _likened(asked: _Asked, lens: Callable[[], Lens], random: Random) -> _Asked:
    """Add what a statement that carries nothing looks like, where no twin tells: a move whose wording the rules find in it, however it is used."""
    if asked.marker:
        return asked
    _, hits = lens().found_by_rules(asked.phrase.text)
    alike = sorted({hit.marker for hit in hits})
    return replace(asked, marker=random.choice(alike)) if alike else asked


def _drawn(asked: Sequence[_Asked], number: int, random: Random) -> list[_Asked]:
    """Draw from each marker in turn, and about one in five that carries nothing; in no order."""
    order = random.sample(list(asked), len(asked))
    moves: dict[str, list[_Asked]] = {}
    for one in order:
        if one.span:
            moves.setdefault(one.marker, []).append(one)
    nothing = [one for one in order if not one.span]
    turns = random.sample(sorted(moves), len(moves))
    longest = max(map(len, moves.values()), default=0)
    in_turn = [moves[name][place] for place in range(longest) for name in turns if place < len(moves[name])]
    share = min(len(nothing), max(round(SHARE * number), number - len(in_turn)))
    drawn = [*nothing[:share], *in_turn[:number - share]]
    return random.sample(drawn, len(drawn))


def _item(asked: _Asked, framework: Framework, random: Random) -> Item:
    phrase, span = asked.phrase, asked.span
    there = {marker for *_, marker in phrase.spans}
    offered = _offered(asked.marker, there, framework, random)
    choices = [Choice(name, framework.markers[name].name, framework.markers[name].description) for name in offered]
    choices.append(Choice(NONE, "none of these", "The words make none of these moves."))
    words = phrase.text[span[0]:span[1]] if span else ""
    marked = " \u2026 ".join(phrase.text[a:b] for a, b, marker in phrase.spans if span and marker == span[2])
    return Item(phrase.id, phrase.text, words if len(there) > 1 else "", tuple(choices), span[2] if span else NONE, asked.marker, phrase.kind, marked,
                framework)


def _offered(practised: str, there: set[str], framework: Framework, random: Random) -> list[str]:
    """Return the moves to offer: the one that is practised, others of its stage, and some of the stages beside it, in no order."""
    others = [name for name in framework.markers if name not in there and name != practised]
    practised = practised or random.choice(others)
    place = framework.place(framework.markers[practised].stage)

    def far(name: str) -> int:
        return abs(framework.place(framework.markers[name].stage) - place)

    shuffled = sorted(random.sample(others, len(others)), key=lambda name: max(1, far(name)))
    same = [name for name in shuffled if not far(name) and name != practised][:ALIKE]
    near = [name for name in shuffled if far(name)]
    chosen = [practised, *same, *near][:OFFERED]
    return random.sample(chosen, len(chosen))

"""One statement with what it may be, one answer, and what is told after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..framework import Framework
from ..patterns import read_toml

if TYPE_CHECKING:
    import pandas as pd

NONE = "none"
"""What stands for "none of these" in answers and results."""
COLUMNS = ("item", "expected", "answered", "right", "marker", "kind")


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that is offered.

    Attributes
    ----------
    marker : str
        A marker's id, or ``none``.
    name, description : str
        What it is called, and what the words do.

    Examples
    --------
    >>> from stagelens import practice
    >>> item = next(iter(practice.items(number=1, seed=1)))
    >>> item.choices[-1].marker
    'none'
    """

    marker: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Item:
    """One statement with what it may be.

    Attributes
    ----------
    id : str
        That of the annotated phrase.
    text : str
        The statement.
    words : str
        The words that are asked about, where the statement makes other moves besides; empty for the whole.
    choices : tuple of Choice
        What may be answered; the last is none of these.
    expected : str
        The marker that the annotators marked, or ``none``.
    marker : str
        The marker that is practised: the expected one or, for none, the one that the statement looks like (empty where that is not known).
    kind : str
        The kind of the phrase, such as ``sympathy``; may be empty.
    marked : str
        The words that the annotators marked; empty for none.
    framework : Framework
        Whose markers these are.

    Examples
    --------
    >>> from stagelens import practice
    >>> item = next(iter(practice.items(number=1, seed=1)))
    >>> item.expected in [choice.marker for choice in item.choices]
    True
    """

    id: str
    text: str
    words: str
    choices: tuple[Choice, ...]
    expected: str
    marker: str
    kind: str
    marked: str
    framework: Framework = field(repr=False, compare=False)

    def answer(self, choice: int | str) -> Answer:
        """Answer with the number of a choice (from 1), a marker's id or name, or ``none``.

        Parameters
        ----------
        choice : int or str

        Returns
        -------
        Answer
            Print it, or let a notebook show it.

        Raises
        ------
        InputError
            If it is none of the choices.

        Examples
        --------
        >>> from stagelens import practice
        >>> item = next(iter(practice.items(number=1, seed=1)))
        >>> item.answer(item.expected).right
        True
        """
        said = str(choice).strip()
        by_number = {str(number): one for number, one in enumerate(self.choices, 1)}
        by_name = {key.casefold(): one for one in self.choices for key in (one.marker, one.name)}
        found = by_number.get(said) or by_name.get(said.casefold())
        if found is None:
            raise InputError(f"the answer is {said[:40]!r}; give a number from 1 to {len(self.choices)}, or one of {', '.join(c.marker for c in self.choices)}")
        return Answer(self, found.marker)

    def __str__(self) -> str:
        from ..render.practice import question

        return question(self)

    def _repr_html_(self) -> str:
        from ..render.practice import question_html

        return question_html(self)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, and what there is to see after it.

    Attributes
    ----------
    item : Item
    answered : str
        A marker's id, or ``none``.

    Examples
    --------
    >>> from stagelens import practice
    >>> item = next(iter(practice.items(number=1, seed=1)))
    >>> item.answer(item.expected).told[0][1].startswith("You and the annotators saw")
    True
    """

    item: Item
    answered: str

    @property
    def right(self) -> bool:
        """Whether you and the annotators saw the same move."""
        return self.answered == self.item.expected

    @property
    def told(self) -> tuple[tuple[str, str], ...]:
        """What there is to see, as pairs of a label (which may be empty) and a sentence."""
        return tuple(_told(self))

    def __str__(self) -> str:
        from ..render.practice import answer

        return answer(self)

    def _repr_html_(self) -> str:
        from ..render.practice import answer_html

        return answer_html(self)


def _told(answer: Answer) -> Iterator[tuple[str, str]]:
    """Tell what the annotators marked, why, and how else it may be read."""
    item, markers = answer.item, answer.item.framework.markers
    seen = "none of these" if answer.answered == NONE else f"\u201c{markers[answer.answered].name}\u201d"
    theirs = "none of these" if item.expected == NONE else f"\u201c{markers[item.expected].name}\u201d"
    same = f"You and the annotators saw {'' if item.expected == NONE else 'the same move: '}{seen}."
    yield "", same if answer.right else f"You saw {seen}; the annotators marked {theirs}."
    if item.expected == NONE:
        if sentence := kinds().get(item.kind):
            yield "Why none", sentence
        if alike := markers.get(item.marker):
            yield "What it looks like", f"{alike.name}. {alike.description}"
    else:
        told = markers[item.expected]
        yield "The words", f"\u201c{item.marked}\u201d"
        yield "What they do", told.says
        yield "Why it may matter", told.why
        yield "Another reading", told.other_readings[0]
        yield "A question", told.question
    if not answer.right and answer.answered not in (NONE, item.marker):
        yield "What you saw, in words", markers[answer.answered].description


@cache
def kinds() -> dict[str, str]:
    """Return a sentence for each kind of phrase that carries nothing.

    Returns
    -------
    dict of str to str

    Examples
    --------
    >>> from stagelens.practice import kinds
    >>> "sympathy" in kinds()
    True
    """
    found: dict[str, str] = read_toml(resources.files("stagelens") / "resources" / "practice" / "kinds.toml")["kinds"]
    return found


def results(answers: Iterable[Answer]) -> pd.DataFrame:
    """Return what was answered.

    Parameters
    ----------
    answers : iterable of Answer

    Returns
    -------
    DataFrame
        One row an answer: ``item``, ``expected`` and ``answered`` (a marker or ``none``), ``right``, ``marker`` (the one that was practised) and ``kind``.

    Examples
    --------
    >>> from stagelens import practice
    >>> item = next(iter(practice.items(number=1, seed=1)))
    >>> practice.results([item.answer(item.expected)])["right"].tolist()
    [True]
    """
    import pandas as pd

    rows: list[dict[str, Any]] = [{"item": one.item.id, "expected": one.item.expected, "answered": one.answered, "right": one.right,
                                   "marker": one.item.marker, "kind": one.item.kind} for one in answers]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"right": bool})


def summary(answers: Sequence[Answer]) -> str:
    """Return in how many statements two readers saw the same, in a sentence; it is no score of a person.

    Parameters
    ----------
    answers : sequence of Answer

    Returns
    -------
    str

    Examples
    --------
    >>> from stagelens import practice
    >>> item = next(iter(practice.items(number=1, seed=1)))
    >>> practice.summary([item.answer(item.expected)])
    'You and the annotators saw the same move in 1 of 1.'
    """
    if not answers:
        return "Nothing was answered."
    same = sum(one.right for one in answers)
    other = "" if same == len(answers) else " Where you saw another, yours may be a reading worth talking about."
    return f"You and the annotators saw the same move in {same} of {len(answers)}.{other}"

"""A span in plain sentences, made from the framework's texts; never a judgement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .framework import Framework
from .records import Evidence, Span

__all__ = ["CERTAINTY", "USES", "Explanation", "explain"]

CERTAINTY = {
    "clear": "The wording carries this clearly. It may still be meant in another way.",
    "likely": "The wording probably carries this. A careful reader may see it in another way.",
    "possible": "The wording may carry this. Take it as a question.",
}
"""What each certainty of a span means."""

USES = {
    "own": "",
    "quoted": "These words are quoted, so they are shown apart.",
    "reported": "These words tell of what was said or thought, so they are shown apart.",
    "negated": "These words are denied or set aside, so they are shown apart.",
    "hypothetical": "These words are only imagined, so they are shown apart.",
    "asked": "These words are part of a question, so they are shown apart.",
    "taken_back": "These words are taken back nearby, so they are shown apart.",
    "other": "These words seem to be someone else's, or about something else, so they are shown apart.",
    "unclear": "It is not clear whose words these are, so they are shown apart.",
}
"""What each use of the words means; empty for the speaker's own move."""

_ROLES = {
    "acknowledgement": "first something is granted",
    "retreat": "then some of it is taken back",
    "intention": "what was meant comes first",
    "effect": "the effect is set above it",
}
_LONGEST = 90
"""Quoted evidence longer than this many code points is cut in the middle: the words themselves stand in the text."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a reader may want to know of one span.

    Attributes
    ----------
    name, stage, stage_name : str, int, str
        The marker in plain words, and the stage it belongs to.
    says : str
        What the words may be heard as.
    why : str
        Why it may matter to the harmed person.
    other_readings : tuple of str
        Other ways to read the same words; at least one.
    question : str
        A question to think about.
    certainty_in_words : str
        How far the wording carries the finding.
    carried_by : str
        The words, or their order, that led to the finding.
    mediator_note : str
        A note for mediators.
    use_in_words : str
        Why words that are only mentioned are shown apart; empty for the speaker's own move.

    Examples
    --------
    >>> import stagelens
    >>> from stagelens.explain import explain
    >>> lens = stagelens.load()
    >>> explanation = explain(lens.tag("I'm sorry if you felt hurt by what I said.").spans[0], lens.framework)
    >>> explanation.other_reading
    "'Sorry if' is often plain courtesy, most of all in letters from firms."
    """

    name: str
    stage: int
    stage_name: str
    says: str
    why: str
    other_readings: tuple[str, ...]
    question: str
    certainty_in_words: str
    carried_by: str
    mediator_note: str
    use_in_words: str

    @property
    def other_reading(self) -> str:
        """The first of the other readings."""
        return self.other_readings[0]


def explain(span: Span, framework: Framework) -> Explanation:
    """Explain one span.

    Parameters
    ----------
    span : Span
        A finding or a mention.
    framework : Framework
        The framework that the span's marker belongs to.

    Returns
    -------
    Explanation

    Raises
    ------
    InputError
        If the framework has no such marker.

    Examples
    --------
    >>> import stagelens
    >>> from stagelens.explain import explain
    >>> lens = stagelens.load()
    >>> explain(lens.tag("I'm sorry if you felt hurt by what I said.").spans[0], lens.framework).says
    "This phrase may be heard as an apology for feelings, or as one that hangs on an 'if'."
    """
    marker = framework.marker(span.marker)
    return Explanation(
        name=marker.name,
        stage=marker.stage,
        stage_name=framework.stages[marker.stage].name,
        says=marker.says,
        why=marker.why,
        other_readings=marker.other_readings,
        question=marker.question,
        certainty_in_words=CERTAINTY.get(span.certainty, CERTAINTY["possible"]),
        carried_by=_carried_by(span),
        mediator_note=marker.mediator_note,
        use_in_words=USES.get(span.use, USES["unclear"]))


def _carried_by(span: Span) -> str:
    """Say what led to the finding: single words, the order of the parts, or the wording as a whole."""
    sentences = []
    if words := _quoted(span, (e for e in span.evidence if e.source == "rule")):
        sentences.append(f"These words carried it: {', '.join(words)}.")
    if any(e.source == "turn" for e in span.evidence):
        sentences.append(_order(span))
    if words := _quoted(span, (e for e in span.evidence if e.source == "model")):
        sentences.append(f"Compared with many example phrases, these words counted most: {', '.join(words)}.")
    return " ".join(sentences) or "The wording as a whole carried it."


def _order(span: Span) -> str:
    parts = [f"{_ROLES[link.role]} ({words})" for link in span.links
             if link.role in _ROLES and (words := _words(span, link.start, link.end))]
    return f"The order carried it: {', '.join(parts)}." if parts else "The order of the parts carried it."


def _quoted(span: Span, evidence: Iterable[Evidence]) -> list[str]:
    places = dict.fromkeys((e.start, e.end) for e in evidence)  # two patterns may have seen the same words, or one some of the other's
    widest = (one for one in places if not any(other != one and other[0] <= one[0] and one[1] <= other[1] for other in places))
    return list(dict.fromkeys(words for start, end in widest if (words := _words(span, start, end))))


def _words(span: Span, start: int, end: int) -> str:
    """Return the words of a stretch inside the span, between quotation marks; nothing where they lie outside it."""
    words = " ".join(span.text[max(start - span.start, 0):max(end - span.start, 0)].split()).strip(" ,;:")
    if len(words) > _LONGEST:
        words = f"{words[:_LONGEST // 2].rstrip()} \u2026 {words[-_LONGEST // 3:].lstrip()}"
    return f"\u201c{words}\u201d" if words else ""

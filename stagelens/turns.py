"""Step 3b: order around a turn ("I see it hurt, but …"; "I meant well, but it hurt you").

What comes after the turn holds. An acknowledgement before a retreat is taken back, and the whole is a
`qualified_acknowledgement`; an intention before an effect is set below it, and the whole is `impact_over_intention`;
a justification before ownership is cancelled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib import resources

from .patterns import compiled, expand, load_macros, read_toml
from .records import Document, Evidence, Hit, Link, Sentence

DEFENSIVE = frozenset({"event_denial", "blame_reversal", "request_attribution", "misunderstanding_claim", "character_defence",
                       "boundary_as_favour", "minimisation", "intention_focus", "circumstance_focus"})
JUSTIFYING = DEFENSIVE - {"event_denial", "blame_reversal"}
INTENDING = frozenset({"intention_focus", "misunderstanding_claim"})
LATER = frozenset({"impact_acknowledgement", "ownership", "power_acknowledgement", "pattern_acknowledgement", "validation",
                   "repair_commitment", "restorative_invitation", "openness_to_listen"})
CANCELLING = frozenset({"impact_acknowledgement", "ownership", "power_acknowledgement", "pattern_acknowledgement"})
ACKNOWLEDGED = frozenset({"impact_acknowledgement", "ownership", "validation", "conditional_apology", "power_acknowledgement"})

WITH_RETREAT = 0.85
"""An acknowledgement, a turn and a retreat that a pattern knows: what the marker is defined by."""
WITHOUT_RETREAT = 0.5
"""The retreat is only known by what it is not (no ownership, effect, repair): likelier than not, no more."""
SET_BELOW = 0.85


class Turns:
    """What makes a turn, grants something, is about harm, or is no retreat; and the step that reads the order around it."""

    def __init__(self) -> None:
        macros = load_macros()
        data = read_toml(resources.files("stagelens") / "resources" / "context.toml")["turn"]
        words = {name: compiled(expand(expression, macros, where=f"turn.{name}"), where=f"turn.{name}") for name, expression in data.items()}
        self._turns, self._fronted, self._grants = words["turns"], words["fronted"], words["grants"]
        self._harm, self._no_retreat = words["harm"], words["no_retreat"]

    def read(self, document: Document, hits: Sequence[Hit]) -> list[Hit]:
        """Read every sentence that holds hits; relabel what is taken back or set below, and add the larger moves."""
        by_sentence: dict[int, list[Hit]] = {}
        for hit in hits:
            by_sentence.setdefault(hit.sentence, []).append(hit)
        return [hit for number in sorted(by_sentence) for hit in self._sentence(document, document.sentences[number], by_sentence[number])]

    def _sentence(self, document: Document, sentence: Sentence, hits: list[Hit]) -> list[Hit]:
        for at in range(1, len(sentence.clauses)):
            hits = self._around(document, hits, sentence, at)
        return hits

    def _around(self, document: Document, hits: list[Hit], sentence: Sentence, at: int) -> list[Hit]:
        """Read one place between two clauses."""
        gap = sentence.clauses[at - 1][1]
        before, after = (sentence.clauses[0][0], gap), (sentence.clauses[at][0], sentence.end)
        fronted = at == 1 and self._fronted.search(document.folded[before[0]:gap])
        turned = bool(fronted or self._turns.search(document.folded[gap:after[1]]))
        own = [hit for hit in hits if hit.use == "own"]
        first = [hit for hit in own if hit.core_start < gap and hit.core_end <= after[0]]  # a core may run over the turn word
        second = [hit for hit in own if hit.core_start >= gap]
        before_markers, after_markers = {h.marker for h in first}, {h.marker for h in second}
        yields = not after_markers & DEFENSIVE
        if (turned or ";" in document.folded[gap:after[0]]) and yields and before_markers & INTENDING and "impact_acknowledgement" in after_markers:
            return _set_below(hits, first, second, after[1])
        if turned and yields and before_markers & JUSTIFYING and after_markers & CANCELLING:
            return _relabelled(hits, [h for h in first if h.marker in JUSTIFYING])
        if turned and not after_markers & LATER and not before_markers & DEFENSIVE:
            return self._taken_back(document, hits, (first, second), before, after)
        return hits

    def _taken_back(self, document: Document, hits: list[Hit], halves: tuple[list[Hit], list[Hit]],
                    before: tuple[int, int], after: tuple[int, int]) -> list[Hit]:
        """Add the whole of an acknowledgement that a retreat follows, if it is one."""
        front, back = document.folded[before[0]:before[1]], document.folded[before[1]:after[1]]
        granted = [h for h in halves[0] if h.marker in ACKNOWLEDGED]
        retreats = [h for h in halves[1] if h.marker in DEFENSIVE]
        grants = bool(granted) or bool(self._grants.search(front))
        about_harm = bool(granted) or bool(grants and self._harm.search(front))
        if self._no_retreat.search(back) or not grants or not (retreats or (about_harm and granted)):
            return hits
        weight = WITH_RETREAT if retreats else WITHOUT_RETREAT
        links = (Link("acknowledgement", *before), Link("turn", before[1], after[0]), Link("retreat", *after))
        evidence = (Evidence("turn", "turn.acknowledgement-taken-back", before[0], after[1], weight),)
        whole = Hit("qualified_acknowledgement", before[0], after[1], before[0], after[0], hits[0].sentence, weight, evidence, links=links)
        return [*_relabelled(hits, [h for h in granted if h.marker != "conditional_apology"]), whole]


def _set_below(hits: list[Hit], first: list[Hit], second: list[Hit], end: int) -> list[Hit]:
    """Add the whole of an intention that an effect outweighs; the intention is taken back."""
    lower = [h for h in first if h.marker in INTENDING]
    effect = next(h for h in second if h.marker == "impact_acknowledgement")
    start = min(h.start for h in lower)
    links = (Link("intention", lower[0].start, lower[0].end), Link("effect", effect.start, effect.end))
    evidence = (Evidence("turn", "turn.effect-above-intention", lower[0].core_start, effect.core_end, SET_BELOW),)
    whole = Hit("impact_over_intention", start, max(end, effect.end), lower[0].core_start, effect.core_end, effect.sentence, SET_BELOW, evidence,
                links=links)
    return [*_relabelled(hits, lower), whole]


def _relabelled(hits: list[Hit], lost: list[Hit]) -> list[Hit]:
    return [replace(hit, use="taken_back") if hit in lost else hit for hit in hits]

"""Step 3b: order around a turn ("I see it hurt, but …"; "I meant well, but it hurt you").

What comes after the turn holds. An acknowledgement before a retreat is taken back, and the whole is a
`qualified_acknowledgement`; an intention before an effect is set below it, and the whole is `impact_over_intention`;
a justification before ownership is cancelled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import re2

from .patterns import expand, load_macros
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

_MACROS = load_macros()
_TURN = re2.compile(r"^[ ,.;:—-]*(?:but|only|however|nevertheless|nonetheless|though|although|yet|still|even so|all the same|mind you|that said|"
                    r"having said that|at the same time|except|then again|on the other hand|mind|just)\b")
_FRONTED = re2.compile(r"^(?:and |but |so |now )?(?:while|whilst|although|though|much as|even though|even if|whereas)\b")
_ACKNOWLEDGES = re2.compile(expand(
    r"(?:(?:i|we) (?:do |can |did |could |fully |quite |completely |certainly |absolutely |totally |really |truly |of course |now |well |freely |may |might |will )*"
    r"(?:see|understand|accept|acknowledge|appreciate|admit|grant|concede|recogni[sz]e|realise|realize|get|agree|sympathi[sz]e|regret|apologi[sz]e|take the point|hear (?:you|that|what)|know)"
    r"|(?:i'm|i am|we're|we are) (?:{very_})(?:sorry|aware|conscious|willing to (?:accept|admit|concede))|sorry|apologies|granted|admittedly|fair enough|to be fair|guilty|"
    r"(?:it|that) (?:must|can't|cannot) have|(?:it|that|there) (?:may|might|could) (?:well )?have|no doubt|yes|yeah|okay|ok|sure|of course|maybe|perhaps|ok so)", _MACROS))
_HARM = re2.compile(expand(
    r"(?:{hurt}|{hurt_noun}|felt|feel|feels|feeling|feelings|upsetting|hurtful|painful|hard|harsh|difficult|tough|rough|confus\w+|awkward|uncomfortable|unpleasant|unfair|wrong|"
    r"rubbish|careless|clumsy|cold|sharp|loud|late|poor|poorly|shock\w*|frightening|scary|distressing|disappoint\w+|frustrat\w+|insensitive|thoughtless|rude|blunt|abrupt|lonely|alone|"
    r"angry|cross|sad|tears|cry\w*|cried|bad|badly|mistakes?|could have|should(?:n't| not)? have|ought to have|went too far|over the (?:line|top)|not ideal|less than ideal|"
    r"lost my temper|snapped|shouted|raised my voice|hit (?:you )?hard|left (?:you|her|him|them)|how (?:it|that|this) (?:looks?|looked|came across|landed|sounded|seemed)|your (?:professor|teacher|doctor|boss|manager|therapist|coach|supervisor))", _MACROS))
_NO_RETREAT = re2.compile(expand(
    r"(?:^[ ,]*(?:but|only|yet|still)? ?(?:please|thank|thanks|i (?:will|'ll|want to|would like|'d like|hope|promise|can (?:promise|tell you that i will)|love)|we (?:will|'ll|want to|would like|'d like|hope)|let me|if you)|"
    r"no excuse|not an excuse|isn't an excuse|doesn't (?:excuse|matter|change|make it)|does not (?:excuse|matter|change|make it)|i was wrong|my fault|my responsibility|on me|inexcusable|should have|shouldn't have|"
    r"unfortunately|no longer available|full|unavailable|fully booked)", _MACROS))


def turn(document: Document, hits: Sequence[Hit]) -> list[Hit]:
    """Read every sentence that holds a turn; relabel what is taken back or set below, and add the larger moves."""
    result = list(hits)
    for number, sentence in enumerate(document.sentences):
        for at in range(1, len(sentence.clauses)):
            result = _around(document, result, number, sentence, at)
    return result


def _around(document: Document, hits: list[Hit], number: int, sentence: Sentence, at: int) -> list[Hit]:
    """Read one place between two clauses."""
    gap = sentence.clauses[at - 1][1]
    before = (sentence.clauses[0][0], gap)
    after = (sentence.clauses[at][0], sentence.end)
    turned = bool(_TURN.search(document.folded[gap:after[1]])) or bool(_FRONTED.search(document.folded[before[0]:gap])) and at == 1
    own = [hit for hit in hits if hit.sentence == number and hit.use == "own"]
    first = [hit for hit in own if hit.core_start < gap and hit.core_end <= after[0]]  # a core may run over the turn word
    second = [hit for hit in own if hit.core_start >= gap]
    contrast = turned or ";" in document.folded[gap:after[0]]
    if contrast and any(h.marker in INTENDING for h in first) and any(h.marker == "impact_acknowledgement" for h in second) \
            and not any(h.marker in DEFENSIVE for h in second):
        return _set_below(hits, first, second, number, before[0], after)
    if turned and any(h.marker in JUSTIFYING for h in first) and any(h.marker in CANCELLING for h in second) \
            and not any(h.marker in DEFENSIVE for h in second):
        return _relabelled(hits, [h for h in first if h.marker in JUSTIFYING])
    if turned and not any(h.marker in LATER for h in second):
        return _taken_back(document, hits, first, second, number, before, after)
    return hits


def _set_below(hits: list[Hit], first: list[Hit], second: list[Hit], number: int, start: int, after: tuple[int, int]) -> list[Hit]:
    lower = [h for h in first if h.marker in INTENDING]
    effect = next(h for h in second if h.marker == "impact_acknowledgement")
    start = min(h.start for h in lower)
    links = (Link("intention", lower[0].start, lower[0].end), Link("effect", effect.start, effect.end))
    evidence = (Evidence("turn", "turn.effect-above-intention", lower[0].core_start, effect.core_end, SET_BELOW),)
    whole = Hit("impact_over_intention", start, max(after[1], effect.end), lower[0].core_start, effect.core_end, number, SET_BELOW, evidence, links=links)
    return [*_relabelled(hits, lower), whole]


def _taken_back(document: Document, hits: list[Hit], first: list[Hit], second: list[Hit], number: int,
                before: tuple[int, int], after: tuple[int, int]) -> list[Hit]:
    front, back = document.folded[before[0]:before[1]], document.folded[before[1]:after[1]]
    if _NO_RETREAT.search(back) or any(q.closed and q.start <= before[0] and after[1] <= q.end for q in document.quotes):
        return hits
    acknowledged = [h for h in first if h.marker in ACKNOWLEDGED]
    says_so = _ACKNOWLEDGES.search(front)
    retreats = [h for h in second if h.marker in DEFENSIVE]
    about_harm = bool(acknowledged) or bool(says_so and _HARM.search(front))
    if not (acknowledged or says_so) or not (about_harm or retreats) or any(h.marker in DEFENSIVE for h in first):
        return hits
    if not retreats and not (about_harm and acknowledged):
        return hits
    weight = WITH_RETREAT if retreats else WITHOUT_RETREAT
    start = before[0]
    links = (Link("acknowledgement", start, before[1]), Link("turn", before[1], after[0]), Link("retreat", *after))
    evidence = (Evidence("turn", "turn.acknowledgement-taken-back", start, after[1], weight),)
    whole = Hit("qualified_acknowledgement", start, after[1], start, after[0], number, weight, evidence, links=links)
    lost = [h for h in first if h.marker in ACKNOWLEDGED - {"conditional_apology"}]
    return [*_relabelled(hits, lost), whole]


def _relabelled(hits: list[Hit], lost: list[Hit]) -> list[Hit]:
    return [replace(hit, use="taken_back") if hit in lost else hit for hit in hits]

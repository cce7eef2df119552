"""Step 4: one list of spans, in a total order, each with its evidence. Rules and model meet here."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from math import exp, log, prod

from .framework import Framework
from .patterns import ANY, FIRM
from .records import BESIDE, Document, Evidence, Hit, Joint, Link, Seen, Span
from .settings import Settings

ADJACENT = 8
"""Two stretches of one marker in one sentence that stand no further apart than this many code points (", and ") are one move."""
HIGHEST = 0.99
"""No finding is ever certain."""
AGREE = 0.08
"""How much of the doubt each further pattern takes away. Little: patterns of one marker share vocabulary and are wrong together."""
COMPANY = 0.4
"""How much of the doubt about a wording goes when the text makes another move firmly: an answer to harm seldom makes one alone,
and ordinary talk that looks alike seldom makes two. A wording of weight .5 is not shown alone (balanced), and is likely in company."""

UNSEEN = 0.02
"""What the model is taken to say of a clause that it passes over: very unlikely."""
NEARBY = 10
"""Findings no further apart than this many sentences speak for each other."""
GAP = 8
"""Two clauses no further apart than this many code points (", but ") are neighbours."""


def merge(document: Document, hits: Sequence[Hit], seen: Seen | None, framework: Framework, settings: Settings) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Return the spans and the mentions.

    Parameters
    ----------
    document : Document
    hits : sequence of Hit
        What rules and turns found.
    seen : Seen or None
        What the model sees; None where there is no model.
    framework : Framework
    settings : Settings

    Hits of one marker and one use that touch become one span with all their evidence; spans of different markers stay
    beside each other. The order is by start, then the longer, then the stage, then the marker's name.
    """
    sight = Sight(seen) if seen else None
    company = firm_markers(hits)
    kept = widened(document, with_company(hits, company))
    spans = [span for group in _groups(kept) for span in _joined(document, group, company, sight, framework, settings)]
    if sight:
        spans = [span for span in spans if span.score >= (sight.thresholds.together if span.use == "own" else settings.threshold)
                 or (span.use == "own" and _wording(span) >= settings.stands)]
        spans += _by_model_alone(document, sight, spans, framework, settings)
        spans = _supported(document, spans, sight.thresholds.alone, settings)
    else:
        spans = [span for span in spans if span.score >= settings.threshold]
    shown = sorted(spans, key=lambda s: (s.start, -s.end, s.stage, s.marker, s.use))
    own = tuple(s for s in shown if s.use == "own")
    places: dict[str, list[Span]] = {}
    for span in own:
        places.setdefault(span.marker, []).append(span)
    return own, tuple(s for s in shown if s.use != "own" and not _repeats(s, places.get(s.marker, [])))


def firm_markers(hits: Sequence[Hit]) -> frozenset[str]:
    """Return the markers that the text carries firmly: own moves whose wording is sure by itself."""
    return frozenset(h.marker for h in hits if h.use == "own" and not h.needs and h.weight >= FIRM)


def with_company(hits: Sequence[Hit], company: frozenset[str]) -> list[Hit]:
    """Leave out the hits whose pattern is only right beside certain other moves, where none of them is there."""
    return [h for h in hits if not h.needs or company & set(h.needs) or (ANY in h.needs and company - {h.marker})]


def widened(document: Document, hits: Sequence[Hit]) -> list[Hit]:
    """Let a move that stands in a clause run on over the clauses behind it, up to the next one that carries another move.

    Annotators mark a move to the end of its sentence unless something else begins there (three spans in four).
    """
    starts: dict[int, list[tuple[int, str]]] = {}
    for hit in hits:
        starts.setdefault(hit.sentence, []).append((hit.core_start, hit.marker))
    return [_grown(document, hit, starts[hit.sentence]) if hit.grows else hit for hit in hits]


def _grown(document: Document, hit: Hit, starts: Sequence[tuple[int, str]]) -> Hit:
    clauses = document.sentences[hit.sentence].clauses
    another = min((start for start, marker in starts if marker != hit.marker and start >= hit.end), default=clauses[-1][1])
    return replace(hit, end=max((end for start, end in clauses if start >= hit.end and end <= another), default=hit.end))


# --- the model's side --------------------------------------------------------------------------------------------


class Sight:
    """The model's hits by marker and sentence, and how to weigh them."""

    def __init__(self, seen: Seen) -> None:
        self.thresholds, self.joint = seen.thresholds, seen.joint
        self.places: dict[tuple[str, int], list[Hit]] = {}
        for hit in seen.hits:
            self.places.setdefault((hit.marker, hit.sentence), []).append(hit)

    def over(self, run: Sequence[Hit]) -> Hit | None:
        """Return the surest hit of a run's marker among the clauses that its words touch, if there is one."""
        start, end = min(h.core_start for h in run), max(h.core_end for h in run)
        touching = [h for h in self.places.get((run[0].marker, run[0].sentence), ()) if h.start < end and start < h.end]
        return max(touching, key=lambda h: h.weight, default=None)


def _by_model_alone(document: Document, sight: Sight, spans: Sequence[Span], framework: Framework, settings: Settings) -> Iterable[Span]:
    """Yield what only the model finds: runs of clauses around one that is above the marker's threshold."""
    taken: dict[str, list[Span]] = {}
    for span in spans:
        taken.setdefault(span.marker, []).append(span)
    for (marker, _), clauses in sight.places.items():
        threshold = sight.thresholds.markers.get(marker, 1.0)
        for run in _runs(clauses, threshold):
            best = max(run, key=lambda h: h.weight)
            if best.weight >= threshold and not any(s.start < run[-1].end and run[0].start < s.end for s in taken.get(marker, ())):
                place = trim(document, run[0].start, run[-1].end, best.end - 1, best.start + 1)
                yield _made(document, place, best, best.weight, best.evidence, (), framework, settings)


def _supported(document: Document, spans: Sequence[Span], asked: float, settings: Settings) -> list[Span]:
    """Leave out findings where all that stands nearby does not make it sure enough that an answer to harm is given there at all.

    A wording that its pattern calls sure by itself stands. Else each marker found nearby takes away from the doubt, as if they were
    independent (noisy or): one finding must be sure by itself, two or three may be less so.
    """
    starts = [sentence.start for sentence in document.sentences]
    at = {id(span): bisect_right(starts, span.start) for span in spans}
    return [span for span in spans if span.use != "own" or _wording(span) >= settings.threshold or _sureness(span, spans, at) >= asked]


def _wording(span: Span) -> float:
    """Return how sure the wording of a finding is to the rules alone, without what else the text holds."""
    weights = [e.weight for e in span.evidence if e.source != "model"]
    return 1 - _doubt(weights) if weights else 0.0


def _doubt(weights: Sequence[float]) -> float:
    return (1 - max(weights)) * (1 - AGREE) ** (len(weights) - 1)


def _sureness(span: Span, spans: Sequence[Span], at: Mapping[int, int]) -> float:
    best: dict[str, float] = {}
    for other in spans:
        if other.use == "own" and abs(at[id(other)] - at[id(span)]) <= NEARBY:
            best[other.marker] = max(best.get(other.marker, 0.0), other.score)
    return 1 - prod(1 - score for score in best.values())


def _runs(clauses: Sequence[Hit], threshold: float) -> Iterable[list[Hit]]:
    """Yield neighbouring clauses of one use that the model finds at least half as likely as the threshold asks."""
    run: list[Hit] = []
    for hit in clauses:
        if hit.weight < BESIDE * threshold:
            continue
        if run and (hit.start > run[-1].end + GAP or hit.use != run[0].use):
            yield run
            run = []
        run.append(hit)
    if run:
        yield run


# --- joining -----------------------------------------------------------------------------------------------------


def _groups(hits: Iterable[Hit]) -> Iterable[list[Hit]]:
    def key(hit: Hit) -> tuple[str, str, int]:
        return hit.marker, hit.use, hit.sentence

    for _, group in groupby(sorted(hits, key=lambda h: (*key(h), h.start, h.end, h.core_start, h.core_end, h.evidence[0].id)), key=key):
        yield list(group)


def _joined(document: Document, hits: list[Hit], company: frozenset[str], sight: Sight | None, framework: Framework, settings: Settings) -> Iterable[Span]:
    """Join the hits of one marker, use and sentence that touch or nearly touch."""
    run = [hits[0]]
    for hit in hits[1:]:
        if hit.start <= max(h.end for h in run) + ADJACENT:
            run.append(hit)
            continue
        yield _span(document, run, company, sight, framework, settings)
        run = [hit]
    yield _span(document, run, company, sight, framework, settings)


def _span(document: Document, run: list[Hit], company: frozenset[str], sight: Sight | None, framework: Framework, settings: Settings) -> Span:
    start, end = trim(document, min(h.start for h in run), max(h.end for h in run), min(h.core_start for h in run), max(h.core_end for h in run))
    evidence = _evidence(run)
    doubt = _doubt([e.weight for e in evidence]) * (1 - COMPANY if company - {run[0].marker} else 1)
    wording = min(HIGHEST, 1 - doubt)
    agreeing = sight.over(run) if sight else None
    use = run[0].use
    score = together(sight.joint, wording, agreeing.weight if agreeing else UNSEEN) if sight and use == "own" else wording
    links: tuple[Link, ...] = tuple(dict.fromkeys(link for h in run for link in h.links))
    return _made(document, (start, end), run[0], score, evidence + (agreeing.evidence if agreeing else ()), links, framework, settings)


def together(joint: Joint, wording: float, chance: float) -> float:
    """Return how sure a finding is that the rules make with the one and the model with the other certainty."""
    return 1 / (1 + exp(-(joint.rules * _logit(wording) + joint.model * _logit(chance) + joint.base)))


def _logit(p: float) -> float:
    p = min(HIGHEST, max(1 - HIGHEST, p))
    return log(p / (1 - p))


def _made(document: Document, place: tuple[int, int], hit: Hit, score: float, evidence: tuple[Evidence, ...], links: tuple[Link, ...],
          framework: Framework, settings: Settings) -> Span:
    score = round(min(HIGHEST, score), 4)
    certainty = "clear" if score >= settings.clear else "likely" if score >= settings.likely else "possible"
    start, end = place
    return Span(start, end, document.text[start:end], hit.marker, framework.markers[hit.marker].stage, score, certainty, hit.use, evidence, links)


def _evidence(run: list[Hit]) -> tuple[Evidence, ...]:
    """Return each pattern once, with the place where it was first seen."""
    first: dict[tuple[str, str], Evidence] = {}
    for evidence in sorted((e for h in run for e in h.evidence), key=lambda e: (e.start, e.end, e.id)):
        first.setdefault((evidence.source, evidence.id), evidence)
    return tuple(first.values())


def _repeats(mention: Span, own: Sequence[Span]) -> bool:
    """Tell whether a mention lies on one of the speaker's own moves of its marker (which stand in order and apart)."""
    last = bisect_left(own, mention.end, key=lambda span: span.start) - 1
    return last >= 0 and own[last].end > mention.start


_OPENERS = ("well ", "and ", "but ", "so ", "or ", "yes ", "also ", "now ", "then ", "um ", "uh ", "er ", "look ", "honestly ", "okay ", "ok ",
            "well, ", "and, ", "but, ", "so, ", "yes, ", "um, ", "uh, ", "er, ", "look, ", "listen, ", "okay, ", "ok, ", "right, ", "no, ", "anyway, ")
_CLOSERS = " \t\r\n.,;:!?\u2026\u2013\u2014-"


def trim(document: Document, start: int, end: int, core_start: int, core_end: int) -> tuple[int, int]:
    """Take off leading "well", "and" and bullets, the closing stop, and quotation marks that close nothing; never matched words."""
    text, folded = document.text, document.folded
    moved = True
    while moved and start < core_start:
        moved = False
        for opener in _OPENERS:
            if folded.startswith(opener, start) and start + len(opener) <= core_start:
                start, moved = start + len(opener), True
        while start < core_start and folded[start] in " ,;:\u2014-*\u2022":
            start, moved = start + 1, True
    while end > max(core_end, start + 1) and text[end - 1] in _CLOSERS:
        end -= 1
    return start, end

"""Step 4: one list of spans, in a total order, each with its evidence. Rules and model meet here."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from .framework import Framework
from .patterns import ANY, FIRM
from .records import BESIDE, Document, Evidence, Hit, Link, Seen, Span
from .settings import Settings
from .sight import HIGHEST, UNSEEN, Found, Sight, near, stays, supported, together

ADJACENT = 8
"""Two stretches of one marker in one sentence that stand no further apart than this many code points (", and ") are one move."""
AGREE = 0.08
"""How much of the doubt each further pattern takes away. Little: patterns of one marker share vocabulary and are wrong together."""
COMPANY = 0.4
"""How much of the doubt about a wording goes when the text makes another move firmly: an answer to harm seldom makes one alone,
and ordinary talk that looks alike seldom makes two. A wording of weight .5 is not shown alone (balanced), and is likely in company."""

FURTHER = 0.6
"""What the model alone must be sure of to find a marker a second time in a text. What stands near speaks for a clause (see `nearby`), so
that the clauses beside a move look a little like it: with no more asked of them, one span in three is such an echo."""
FEWEST = 3
"""Words a clause must have to be found by the model alone."""
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
    sight = Sight(seen, statement=settings.statement) if seen else None
    company = Company(hits)
    kept = widened(document, [hit for hit in hits if company.allows(hit)])
    found = [one for group in _groups(kept) for one in _joined(document, group, company, sight, framework, settings)]
    if sight:
        found = [one for one in found if stays(one, sight, settings)]
        found += _by_model_alone(document, sight, found, framework, settings)
        if not settings.statement:
            found = supported(document, found, sight, settings)
    else:
        found = [one for one in found if one.span.score >= settings.threshold]
    shown = sorted((one.span for one in found), key=lambda s: (s.start, -s.end, s.stage, s.marker, s.use))
    own = tuple(s for s in shown if s.use == "own")
    places: dict[str, list[Span]] = {}
    for span in own:
        places.setdefault(span.marker, []).append(span)
    return own, tuple(s for s in shown if s.use != "own" and not _repeats(s, places.get(s.marker, [])))


class Company:
    """The markers that a text carries firmly, and where: own moves whose wording is sure by itself."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self._at: dict[int, set[str]] = {}
        for hit in hits:
            if hit.use == "own" and not hit.needs and hit.weight >= FIRM:
                self._at.setdefault(hit.sentence, set()).add(hit.marker)

    def of(self, hit: Hit) -> set[str]:
        """Return the other markers that stand firmly near a hit."""
        firm = (self._at.get(number, ()) for number in near(hit.sentence))
        return set().union(*firm) - {hit.marker}

    def allows(self, hit: Hit) -> bool:
        """Tell whether a hit whose pattern is only right beside certain other moves has one of them near."""
        if not hit.needs:
            return True
        beside = self.of(hit)
        return bool(beside & set(hit.needs) or (ANY in hit.needs and beside))


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


# --- what only the model finds ------------------------------------------------------------------------------------


def _by_model_alone(document: Document, sight: Sight, found: Sequence[Found], framework: Framework, settings: Settings) -> Iterable[Found]:
    """Yield what only the model finds: runs of clauses around one that is above the marker's threshold."""
    taken: dict[str, list[Span]] = {}
    for one in found:
        taken.setdefault(one.span.marker, []).append(one.span)
    for (marker, _), clauses in sight.places.items():
        threshold = sight.thresholds.markers.get(marker, 1.0)
        again = max(threshold, FURTHER)
        for run in _runs(clauses, threshold):
            best = max(run, key=lambda h: h.weight)
            known = any(s.start < run[-1].end and run[0].start < s.end for s in taken.get(marker, ()))
            first = marker not in taken and best.weight >= sight.surest[marker]
            if best.weight >= (threshold if first else again) and not known and _says_something(document, best):
                place = trim(document, run[0].start, run[-1].end, best.end - 1, best.start + 1)
                yield Found(_made(document, place, best, best.weight, best.evidence, (), framework, settings), best.sentence, 0.0)


def _says_something(document: Document, hit: Hit) -> bool:
    """Tell whether a clause is more than a scrap ("also", "in terms of"), in which the model can only guess."""
    return len(document.folded[hit.start:hit.end].split()) >= FEWEST


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


def _joined(document: Document, hits: list[Hit], company: Company, sight: Sight | None, framework: Framework, settings: Settings) -> Iterable[Found]:
    """Join the hits of one marker, use and sentence that touch or nearly touch."""
    run = [hits[0]]
    for hit in hits[1:]:
        if hit.start <= max(h.end for h in run) + ADJACENT:
            run.append(hit)
            continue
        yield _span(document, run, company, sight, framework, settings)
        run = [hit]
    yield _span(document, run, company, sight, framework, settings)


def _span(document: Document, run: list[Hit], company: Company, sight: Sight | None, framework: Framework, settings: Settings) -> Found:
    start, end = trim(document, min(h.start for h in run), max(h.end for h in run), min(h.core_start for h in run), max(h.core_end for h in run))
    evidence = _evidence(run)
    doubt = _doubt([e.weight for e in evidence]) * (1 - COMPANY if company.of(run[0]) else 1)
    wording = min(HIGHEST, 1 - doubt)
    agreeing = sight.over(run) if sight else None
    use = run[0].use
    score = together(sight.joint, wording, agreeing.weight if agreeing else UNSEEN) if sight and use == "own" else wording
    if sight and use == "own" and (surer := sight.alone(run[0].marker, run[0].sentence, start, end)) and surer.weight > score:
        agreeing, score = surer, surer.weight  # a faint wording makes nothing less sure that the model finds without it
    links: tuple[Link, ...] = tuple(dict.fromkeys(link for h in run for link in h.links))
    span = _made(document, (start, end), run[0], score, evidence + (agreeing.evidence if agreeing else ()), links, framework, settings)
    alone = [e.weight for e in _evidence([h for h in run if not h.needs])]
    return Found(span, run[0].sentence, 1 - _doubt(alone) if alone else 0.0)


def _made(document: Document, place: tuple[int, int], hit: Hit, score: float, evidence: tuple[Evidence, ...], links: tuple[Link, ...],
          framework: Framework, settings: Settings) -> Span:
    score = round(min(HIGHEST, score), 4)
    certainty = "clear" if score >= settings.clear else "likely" if score >= settings.likely else "possible"
    start, end = place
    return Span(start, end, document.text[start:end], hit.marker, framework.markers[hit.marker].stage, score, certainty, hit.use, evidence, links)


def _doubt(weights: Sequence[float]) -> float:
    return (1 - max(weights)) * (1 - AGREE) ** (len(weights) - 1)


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
_STOPS = " \t\r\n.,;:"
"""Never part of a span, even where a pattern needed to see them."""
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
    while end > start + 1 and text[end - 1] in _STOPS:
        end -= 1
    return start, end

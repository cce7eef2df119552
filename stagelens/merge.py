"""Step 4: one list of spans, in a total order, each with its evidence. Rules and model meet here."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from .framework import Framework
from .patterns import ANY
from .records import Document, Evidence, Hit, Link, Span
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


def merge(document: Document, hits: Sequence[Hit], framework: Framework, settings: Settings) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Return the spans and the mentions.

    Hits of one marker and one use that touch become one span with all their evidence; spans of different markers stay
    beside each other. The order is by start, then the longer, then the stage, then the marker's name.
    """
    company = firm_markers(hits, settings)
    kept = widened(document, with_company(hits, company))
    spans = [span for group in _groups(kept) for span in _joined(document, group, company, framework, settings)]
    shown = sorted((s for s in spans if s.score >= settings.threshold), key=lambda s: (s.start, -s.end, s.stage, s.marker, s.use))
    own = tuple(s for s in shown if s.use == "own")
    places: dict[str, list[Span]] = {}
    for span in own:
        places.setdefault(span.marker, []).append(span)
    return own, tuple(s for s in shown if s.use != "own" and not _repeats(s, places.get(s.marker, [])))


def firm_markers(hits: Sequence[Hit], settings: Settings) -> frozenset[str]:
    """Return the markers that the text carries firmly: own moves whose wording is sure by itself."""
    return frozenset(h.marker for h in hits if h.use == "own" and not h.needs and h.weight >= settings.firm)


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


def _groups(hits: Iterable[Hit]) -> Iterable[list[Hit]]:
    def key(hit: Hit) -> tuple[str, str, int]:
        return hit.marker, hit.use, hit.sentence

    for _, group in groupby(sorted(hits, key=lambda h: (*key(h), h.start, h.end, h.core_start, h.core_end, h.evidence[0].id)), key=key):
        yield list(group)


def _joined(document: Document, hits: list[Hit], company: frozenset[str], framework: Framework, settings: Settings) -> Iterable[Span]:
    """Join the hits of one marker, use and sentence that touch or nearly touch."""
    run = [hits[0]]
    for hit in hits[1:]:
        if hit.start <= max(h.end for h in run) + ADJACENT:
            run.append(hit)
            continue
        yield _span(document, run, company, framework, settings)
        run = [hit]
    yield _span(document, run, company, framework, settings)


def _span(document: Document, run: list[Hit], company: frozenset[str], framework: Framework, settings: Settings) -> Span:
    start, end = trim(document, min(h.start for h in run), max(h.end for h in run), min(h.core_start for h in run), max(h.core_end for h in run))
    evidence = _evidence(run)
    doubt = (1 - max(e.weight for e in evidence)) * (1 - AGREE) ** (len(evidence) - 1) * (1 - COMPANY if company - {run[0].marker} else 1)
    score = round(min(HIGHEST, 1 - doubt), 4)
    certainty = "clear" if score >= settings.clear else "likely" if score >= settings.likely else "possible"
    links: tuple[Link, ...] = tuple(dict.fromkeys(link for h in run for link in h.links))
    marker = run[0].marker
    return Span(start, end, document.text[start:end], marker, framework.markers[marker].stage, score, certainty, run[0].use, evidence, links)


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

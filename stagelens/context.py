"""Step 3: how each hit is used. A hit is labelled, never deleted.

Cues are data (``resources/context.toml``), after the ConText idea of Harkema and others (2009): an expression, how far it
reaches, what stops it, and what only looks like it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import re2

from .errors import ResourceError
from .framework import CONTEXT as FILE
from .framework import Framework, load_framework
from .patterns import compiled, expand, load_macros
from .records import USES, Document, Hit, Quote
from .scan import AnyOf
from .shape import ANY_TEXTS, SWITCH, TABLE, TEXT, TEXTS, WHOLE, entry_faults, one_of, refuse, short, tables, twice, unknown

FORMAT = 1
REACHES = ("after", "before", "sentence", "back")
CUE = {"id": TEXT, "use": one_of(USES), "expression": TEXT, "reach": one_of(REACHES)}
CUE_MAY = {"stop": TEXT, "unless": TEXTS, "only": TEXTS, "not": TEXTS}
BREATH, LONGEST_BREATH, BREATHS = 2, 40, 3
"""Words, and code points, of a sentence that is only a breath between what was said and its taking back; and how many of these may stand there."""
COVERS = 0.9
"""A quotation that covers this share of a text is taken as the text pasted between quotation marks, not as a mention."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue: words that tell how the words around them are used."""

    id: str
    use: str
    expression: re2._Regexp
    reach: str
    stop: re2._Regexp | None
    unless: tuple[re2._Regexp, ...]
    only: frozenset[str] | None
    exempt: frozenset[str]

    def labels(self, marker: str) -> bool:
        """Tell whether the cue speaks about this marker at all."""
        return marker not in self.exempt and (self.only is None or marker in self.only)


class Context:
    """The cues, compiled, and the pass that applies them."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self._cues = tuple(cues)
        self._any = AnyOf(self.expressions)

    @property
    def expressions(self) -> tuple[str, ...]:
        """What the cues look for, as written for RE2."""
        return tuple(cue.expression.pattern for cue in self._cues)

    def label(self, document: Document, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits, each with its use."""
        return self.of(document).label(hits)

    def of(self, document: Document) -> Labels:
        """Return what labels hits in a text, and remembers the cues it has found there."""
        return Labels(document, self._cues, self._any)


class Labels:
    """The cues of one text: looked for in a sentence when the first hit near it asks, and then remembered."""

    def __init__(self, document: Document, cues: Sequence[Cue], any_cue: AnyOf) -> None:
        self.document, self._cues, self._any = document, cues, any_cue
        self._places: dict[int, list[tuple[Cue, tuple[int, int]]]] = {}

    def label(self, hits: Sequence[Hit]) -> list[Hit]:
        """Return hits, each with its use."""
        by_sentence: dict[int, list[Hit]] = {}
        for hit in hits:
            by_sentence.setdefault(hit.sentence, []).append(_in_quotation(self.document, hit))
        near = sorted({number for at in by_sentence for number in _and_behind(self.document, at)})
        self._look_for(near)
        for number in near:
            for cue, place in self._places[number]:
                for at in range(_said_before(self.document, number), number + 1):
                    if at in by_sentence:
                        by_sentence[at] = [_labelled(cue, self.document, hit, number, place) for hit in by_sentence[at]]
        return [hit for number in sorted(by_sentence) for hit in by_sentence[number]]

    def _look_for(self, numbers: Iterable[int]) -> None:
        """Find the cues of some sentences, where they are not known yet; cues in quotations say nothing of the words around them."""
        new = [number for number in numbers if number not in self._places]
        sentences = [self.document.sentences[number] for number in new]
        said = [self.document.folded[sentence.start:sentence.end] for sentence in sentences]
        self._places |= {number: [] for number in new}
        for index, cue in self._any.occurring(said):
            places = _occurrences(self._cues[cue], said[index], sentences[index].start)
            self._places[new[index]] += [(self._cues[cue], place) for place in places if not _quoted(self.document, place)]


def load_context(framework: Framework | None = None) -> Context:
    """Read and check the cues of a framework; the built-in one unless given.

    Raises
    ------
    ResourceError
        If a cue breaks the format; the message names it and the remedy.
    """
    cues, faults = read_context(framework or load_framework())
    refuse(faults)
    return Context(cues)


def read_context(framework: Framework) -> tuple[list[Cue], list[str]]:
    """Return the cues of a framework and all that is wrong with its ``context.toml``, a sentence each.

    A framework of one's own also has the shared cues of the built-in one, with its own groups, unless it says ``shared = false``.
    A shared cue that speaks of none of its markers, or whose id one of its own cues has, is left out.
    """
    own, faults = framework.context, _file_faults(framework)
    if faults:
        return [], faults
    try:
        macros = load_macros(own.get("macros", {}))
    except ResourceError as error:
        return [], [f"{FILE}: {error}"]
    groups, cues = own.get("groups", {}), list[Cue]()
    for n, entry in enumerate(own.get("cue", ()), 1):
        where = f"{FILE}, cue {short(entry.get('id', f'number {n}'))}"
        if wrong := _cue_faults(entry, where, groups, framework):
            faults += wrong
            continue
        try:
            cues.append(_parse(entry, groups, macros, where))
        except ResourceError as error:
            faults.append(str(error))
    taken = {entry.get("id") for entry in own.get("cue", ())}
    return [*(cue for cue in _shared(framework) if cue.id not in taken), *cues], faults


def _file_faults(framework: Framework) -> list[str]:
    own = framework.context
    if not own:
        return []
    if own.get("format") != FORMAT:
        return [f"{FILE} has format {short(own.get('format'))}; this version reads format = {FORMAT}"]
    faults = entry_faults({key: value for key, value in own.items() if key != "cue"}, FILE, {"format": WHOLE},
                          {"shared": SWITCH, "groups": TABLE, "macros": TABLE, "turn": TABLE})
    entries = tables(own, "cue", FILE, faults)
    faults += twice(((entry["id"], FILE) for entry in entries if TEXT.fits(entry.get("id"))), "cue")
    if not faults:
        for name, members in own.get("groups", {}).items():
            where = f"{FILE}, group {short(name)}"
            faults += unknown(members, framework.markers, "marker", f"{where} names") if ANY_TEXTS.fits(members) else [f"{where} is {short(members)}; "
                                                                                                                       "it must be a list of markers"]
    return faults


def _cue_faults(entry: Mapping[str, Any], where: str, groups: Mapping[str, Any], framework: Framework) -> list[str]:
    if faults := entry_faults(entry, where, CUE, CUE_MAY):
        return faults
    known = [*groups, *framework.markers]
    return [fault for key in ("only", "not") for fault in unknown(entry.get(key, ()), known, "marker or group", f"{where} names in {key}")]


def _shared(framework: Framework) -> list[Cue]:
    """Return the built-in cues as they speak of another framework's markers; of the built-in one's, they are its own."""
    if framework == load_framework() or framework.context.get("shared") is False:
        return []
    groups, known = framework.context.get("groups", {}), framework.markers.keys()

    def own(names: Iterable[str]) -> frozenset[str]:
        return frozenset(marker for name in names for marker in groups.get(name, [name])) & known

    cues = [replace(cue, only=None if cue.only is None else own(cue.only), exempt=own(cue.exempt)) for cue in _built_in()]
    return [cue for cue in cues if cue.only is None or cue.only]


@cache
def _built_in() -> tuple[Cue, ...]:
    """Return the built-in cues with the names of groups as they stand there."""
    context = load_framework().context
    macros = load_macros(context["macros"])
    return tuple(_parse(entry, {}, macros, f"{FILE}, cue {entry['id']!r}") for entry in context["cue"])


def _parse(entry: Mapping[str, Any], groups: Mapping[str, Iterable[str]], macros: dict[str, str], where: str) -> Cue:
    def ready(expression: str) -> re2._Regexp:
        return compiled(expand(expression, macros, where=where), where=where)

    def members(names: Iterable[str]) -> frozenset[str]:
        return frozenset(marker for name in names for marker in groups.get(name, [name]))

    return Cue(id=entry["id"], use=entry["use"], expression=ready(entry["expression"]), reach=entry["reach"],
               stop=compiled(entry["stop"], where=where) if "stop" in entry else None,
               unless=tuple(map(ready, entry.get("unless", []))),
               only=members(entry["only"]) if "only" in entry else None, exempt=members(entry.get("not", [])))


# --- quotation ---------------------------------------------------------------------------------------------------


def _in_quotation(document: Document, hit: Hit) -> Hit:
    quote = _quote_around(document, hit.core_start)
    return replace(hit, use="quoted" if quote.closed else "unclear") if quote else hit


def _quoted(document: Document, place: tuple[int, int]) -> bool:
    quote = _quote_around(document, place[0])
    return bool(quote and quote.closed and place[1] <= quote.end)


def _quote_around(document: Document, at: int) -> Quote | None:
    """Return the quotation in which a place stands; a pattern may run on behind the closing mark, so its start decides."""
    index = bisect_right(document.quotes, at, key=lambda q: q.start) - 1
    if index < 0:
        return None
    quote = document.quotes[index]
    inside = at < quote.end - 1 and quote.end - quote.start < COVERS * (document.sentences[-1].end - document.sentences[0].start)
    return quote if inside else None


# --- cues --------------------------------------------------------------------------------------------------------


def _occurrences(cue: Cue, sentence: str, offset: int) -> list[tuple[int, int]]:
    found = [(m.start(), m.end()) for m in cue.expression.finditer(sentence)]
    if found and cue.unless:
        alike = [(m.start(), m.end()) for expression in cue.unless for m in expression.finditer(sentence)]
        found = [(a, b) for a, b in found if not any(left < b and a < right for left, right in alike)]
    return [(offset + a, offset + b) for a, b in found]


def _labelled(cue: Cue, document: Document, hit: Hit, number: int, place: tuple[int, int]) -> Hit:
    if hit.use != "own" or not cue.labels(hit.marker) or not _reaches(cue, document, hit, number, place):
        return hit
    return replace(hit, use=cue.use)


def _reaches(cue: Cue, document: Document, hit: Hit, number: int, place: tuple[int, int]) -> bool:
    """Tell whether a cue in a sentence reaches a hit in it, or in what was said just before it (see `_said_before`)."""
    start, end = place
    if cue.reach == "back":
        return hit.sentence < number or hit.core_end <= start
    if hit.sentence != number:
        return False
    if cue.reach == "sentence":
        return True
    if cue.reach == "after":
        return end <= hit.core_start and not _stopped(cue, document, end, hit.core_start, hit.core_end)
    return hit.core_end <= start and not _stopped(cue, document, hit.core_end, start, start)


def _and_behind(document: Document, number: int) -> Iterator[int]:
    """Yield the number of a sentence, and those behind it up to the first that is more than a breath ("No.", "Wait, sorry.")."""
    yield number
    for behind in range(number + 1, min(number + 2 + BREATHS, len(document.sentences))):
        yield behind
        if not _is_breath(document, behind):
            return


def _said_before(document: Document, number: int) -> int:
    """Return the number of the last sentence before another that is more than a breath."""
    before = number - 1
    while before > max(0, number - 1 - BREATHS) and _is_breath(document, before):
        before -= 1
    return before


def _is_breath(document: Document, number: int) -> bool:
    sentence = document.sentences[number]
    return sentence.end - sentence.start <= LONGEST_BREATH and len(document.folded[sentence.start:sentence.end].split()) <= BREATH


def _stopped(cue: Cue, document: Document, left: int, right: int, seen: int) -> bool:
    """Tell whether a stop begins between cue and hit; it may be read on into the hit itself (", but I …")."""
    found = cue.stop.search(document.folded[left:seen]) if cue.stop else None
    return found is not None and left + found.start() < right

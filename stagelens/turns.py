"""Step 3b: order around a turn ("I see it hurt, but …"; "I meant well, but it hurt you").

What comes after the turn holds. An acknowledgement before a retreat is taken back, and the whole is a move of its own (in the built-in framework a
`qualified_acknowledgement`); an intention before an effect is set below it, and the whole is another (`impact_over_intention`);
a justification before ownership is cancelled. Which markers play which part is data: ``[turn.roles]`` in ``context.toml``. A turn may open the
next sentence ("I see it hurt. But …"): then the move has a span in each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from .errors import ResourceError
from .framework import CONTEXT as FILE
from .framework import Framework, load_framework
from .patterns import compiled, expand, load_macros
from .records import Document, Evidence, Hit, Link, Sentence
from .shape import ANY_TEXTS, TABLE, TEXT, entry_faults, refuse, unknown

WORDS = ("turns", "fronted", "opening", "grants", "harm", "no_retreat")
"""The expressions of ``[turn]``."""


@dataclass(frozen=True, slots=True)
class Roles:
    """Which markers play which part around a turn; what a framework does not name is not read.

    Attributes
    ----------
    defensive : frozenset of str
        Moves that are a retreat where they follow an acknowledgement.
    justifying : frozenset of str
        Those that are cancelled where a cancelling move follows.
    intending : frozenset of str
        Moves that an effect may be set above.
    effect : frozenset of str
        Moves that name an effect.
    later : frozenset of str
        Moves behind a turn that make it no retreat.
    cancelling : frozenset of str
        Moves that cancel a justification before them.
    acknowledged : frozenset of str
        Moves that grant something, and are taken back by a retreat.
    standing : frozenset of str
        Those of them that stand even so.
    taken_back, set_below : str
        The marker of an acknowledgement that is taken back, and of an intention that is set below an effect; empty where there is none.
    """

    defensive: frozenset[str] = frozenset()
    justifying: frozenset[str] = frozenset()
    intending: frozenset[str] = frozenset()
    effect: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    cancelling: frozenset[str] = frozenset()
    acknowledged: frozenset[str] = frozenset()
    standing: frozenset[str] = frozenset()
    taken_back: str = ""
    set_below: str = ""


SETS = tuple(one.name for one in fields(Roles) if one.name not in ("taken_back", "set_below"))

WITH_RETREAT = 0.85
"""An acknowledgement, a turn and a retreat that a pattern knows: what the marker is defined by."""
WITHOUT_RETREAT = 0.5
"""The retreat is only known by what it is not (no ownership, effect, repair): likelier than not, no more."""
SET_BELOW = 0.85


class Turns:
    """What makes a turn, grants something, is about harm, or is no retreat; and the step that reads the order around it."""

    def __init__(self, framework: Framework | None = None) -> None:
        framework = framework or load_framework()
        roles, faults = read_roles(framework)
        refuse(faults)
        self._roles = roles
        words = _words(framework)
        self._turns, self._fronted, self._opening, self._grants = words["turns"], words["fronted"], words["opening"], words["grants"]
        self._harm, self._no_retreat = words["harm"], words["no_retreat"]

    def read(self, document: Document, hits: Sequence[Hit]) -> list[Hit]:
        """Read every sentence that holds hits, and every two that a turn joins; relabel what is taken back or set below, and add the larger moves."""
        by_sentence: dict[int, list[Hit]] = {}
        for hit in hits:
            by_sentence.setdefault(hit.sentence, []).append(hit)
        for number in list(by_sentence):
            by_sentence[number] = self._sentence(document, document.sentences[number], by_sentence[number])
        for number in sorted(by_sentence):
            if number > 0:
                self._two(document, by_sentence, number)
        return [hit for number in sorted(by_sentence) for hit in by_sentence[number]]

    def _sentence(self, document: Document, sentence: Sentence, hits: list[Hit]) -> list[Hit]:
        """Read each place between two clauses of a sentence."""
        for at in range(1, len(sentence.clauses)):
            gap = sentence.clauses[at - 1][1]
            before, after = (sentence.clauses[0][0], gap), (sentence.clauses[at][0], sentence.end)
            fronted = at == 1 and self._fronted.search(document.folded[before[0]:gap])
            turned = bool(fronted or self._turns.search(document.folded[gap:after[1]]))
            hits = self._around(document, hits, before, after, turned=turned)
        return hits

    def _two(self, document: Document, by_sentence: dict[int, list[Hit]], number: int) -> None:
        """Read a sentence that opens with a turn together with the one before it; what runs over both is parted."""
        first, second = document.sentences[number - 1], document.sentences[number]
        if not self._opening.search(document.folded[second.start:second.end]):
            return
        before, after = (first.start, first.end), (second.start, second.end)
        hits = self._around(document, [*by_sentence.get(number - 1, ()), *by_sentence[number]], before, after, turned=True, apart=True)
        whole = [hit for hit in hits if hit.start < first.end and hit.end > second.start]
        if not whole and number - 1 not in by_sentence:
            return
        kept = [hit for hit in hits if hit not in whole]
        by_sentence[number - 1] = [hit for hit in kept if hit.end <= first.end] + [_part(hit, before, number - 1) for hit in whole]
        by_sentence[number] = [hit for hit in kept if hit.end > first.end] + [_part(hit, after, number) for hit in whole]

    def _around(self, document: Document, hits: list[Hit], before: tuple[int, int], after: tuple[int, int], *, turned: bool,
                apart: bool = False) -> list[Hit]:
        """Read the two sides of one place; ``apart`` where they are two sentences."""
        roles, gap = self._roles, before[1]
        own = [hit for hit in hits if hit.use == "own"]
        first = [hit for hit in own if hit.core_start < gap and hit.core_end <= after[0]]  # a core may run over the turn word
        second = [hit for hit in own if hit.core_start >= gap]
        before_markers, after_markers = {h.marker for h in first}, {h.marker for h in second}
        yields = not after_markers & roles.defensive
        led_on = turned or ";" in document.folded[gap:after[0]]
        if led_on and yields and before_markers & roles.intending and after_markers & roles.effect and roles.set_below:
            return _set_below(hits, first, second, after[1], roles)
        if turned and yields and before_markers & roles.justifying and after_markers & roles.cancelling:
            return _relabelled(hits, [h for h in first if h.marker in roles.justifying])
        if turned and roles.taken_back and not after_markers & roles.later and not before_markers & roles.defensive:
            return self._taken_back(document, hits, (first, second), before, after, apart=apart)
        return hits

    def _taken_back(self, document: Document, hits: list[Hit], halves: tuple[list[Hit], list[Hit]],
                    before: tuple[int, int], after: tuple[int, int], *, apart: bool) -> list[Hit]:
        """Add the whole of an acknowledgement that a retreat follows, if it is one; a sentence by itself must grant a harm."""
        front, back = document.folded[before[0]:before[1]], document.folded[before[1]:after[1]]
        granted = [h for h in halves[0] if h.marker in self._roles.acknowledged]
        retreats = [h for h in halves[1] if h.marker in self._roles.defensive]
        grants = bool(granted) or bool(self._grants.search(front))
        about_harm = bool(granted) or bool(grants and self._harm.search(front))
        if self._no_retreat.search(back) or not grants or not (retreats or granted) or (apart and not about_harm):
            return hits
        weight = WITH_RETREAT if retreats else WITHOUT_RETREAT
        links = (Link("acknowledgement", *before), Link("turn", before[1], after[0]), Link("retreat", *after))
        evidence = (Evidence("turn", "turn.acknowledgement-taken-back", before[0], after[1], weight),)
        whole = Hit(self._roles.taken_back, before[0], after[1], before[0], after[0], hits[0].sentence, weight, evidence, links=links)
        return [*_relabelled(hits, [h for h in granted if h.marker not in self._roles.standing]), whole]


def _set_below(hits: list[Hit], first: list[Hit], second: list[Hit], end: int, roles: Roles) -> list[Hit]:
    """Add the whole of an intention that an effect outweighs; the intention is taken back."""
    lower = [h for h in first if h.marker in roles.intending]
    effect = next(h for h in second if h.marker in roles.effect)
    start = min(h.start for h in lower)
    links = (Link("intention", lower[0].start, lower[0].end), Link("effect", effect.start, effect.end))
    evidence = (Evidence("turn", "turn.effect-above-intention", lower[0].core_start, effect.core_end, SET_BELOW),)
    whole = Hit(roles.set_below, start, max(end, effect.end), lower[0].core_start, effect.core_end, effect.sentence, SET_BELOW, evidence,
                links=links)
    return [*_relabelled(hits, lower), whole]


def _part(hit: Hit, place: tuple[int, int], sentence: int) -> Hit:
    """Return what lies in one sentence of a move that runs over two."""
    start, end = max(hit.start, place[0]), min(hit.end, place[1])
    evidence = tuple(replace(one, start=max(one.start, start), end=min(one.end, end)) for one in hit.evidence)
    links = tuple(link for link in hit.links if start <= link.start and link.end <= end)
    return replace(hit, start=start, end=end, core_start=start, core_end=end, sentence=sentence, evidence=evidence, links=links)


def _relabelled(hits: list[Hit], lost: list[Hit]) -> list[Hit]:
    return [replace(hit, use="taken_back") if hit in lost else hit for hit in hits]


# --- reading the data --------------------------------------------------------------------------------------------


def read_roles(framework: Framework) -> tuple[Roles, list[str]]:
    """Return the roles of a framework's markers and all that is wrong with them and the words of ``[turn]``, a sentence each."""
    turn = framework.context.get("turn", {})
    where = f"{FILE}, turn"
    if not TABLE.fits(turn):
        return Roles(), [f"{where} is no table; write it as [turn]"]
    given = turn.get("roles", {})
    faults = entry_faults(turn, where, {}, {**dict.fromkeys(WORDS, TEXT), "roles": TABLE})
    if TABLE.fits(given):
        faults += entry_faults(given, f"{where}.roles", {}, {**dict.fromkeys(SETS, ANY_TEXTS), "taken_back": TEXT, "set_below": TEXT})
    if faults:
        return Roles(), faults
    named = {name for value in given.values() for name in ([value] if isinstance(value, str) else value)}
    faults = unknown(sorted(named), framework.markers, "marker", f"{where}.roles names")
    try:
        _words(framework)
    except ResourceError as error:
        faults.append(f"{FILE}: {error}")
    parts: dict[str, Any] = {name: value if isinstance(value, str) else frozenset(value) for name, value in given.items()}
    return Roles(**parts), faults


def _words(framework: Framework) -> Mapping[str, Any]:
    """Return the expressions of ``[turn]``, the shared ones where a framework has none of its own."""
    own, shared = framework.context.get("turn", {}), load_framework().context["turn"]
    own_macros = framework.context.get("macros", {})
    macros = load_macros(own_macros if TABLE.fits(own_macros) else {})
    return {name: compiled(expand(own.get(name, shared[name]), macros, where=f"turn.{name}"), where=f"turn.{name}") for name in WORDS}

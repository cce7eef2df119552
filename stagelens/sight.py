"""How far what is found is to be believed: rules and model together, and whether an answer to harm is given there at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from .records import MODEL, NEARBY, Document, Hit, Joint, Seen, Span
from .settings import Settings

HIGHEST = 0.99
"""No finding is ever certain."""
UNSEEN = 0.02
"""What the model is taken to say of a clause that it passes over: very unlikely."""
LONG, LONGEST = 5_500, 3
"""From so many code points on (a thousand words), the odds asked for an answer to harm, and of a wording that needs none, rise with the length,
up to so many times: what is seldom found by chance in a letter is found in every hour of talk."""


@dataclass(frozen=True, slots=True)
class Found:
    """A span on its way, the sentence it stands in, and how sure its wording is to the patterns that need no company."""

    span: Span
    sentence: int
    alone: float


class Sight:
    """The model's hits by marker and sentence, and how to weigh them."""

    def __init__(self, seen: Seen, *, statement: bool) -> None:
        self.thresholds, self.joint, self._answers = seen.thresholds, seen.joint, seen.answers
        self.places: dict[tuple[str, int], list[Hit]] = {}
        self.surest: dict[str, float] = defaultdict(float)
        for hit in seen.hits:
            self.places.setdefault((hit.marker, hit.sentence), []).append(hit)
            if hit.use == "own" and (statement or self.answer(hit.sentence) >= self.thresholds.answer):  # what could not be shown hides nothing
                self.surest[hit.marker] = max(self.surest[hit.marker], hit.weight)

    def over(self, run: Sequence[Hit]) -> Hit | None:
        """Return the surest hit of a run's marker among the clauses that its words touch, if there is one."""
        start, end = min(h.core_start for h in run), max(h.core_end for h in run)
        touching = [h for h in self.places.get((run[0].marker, run[0].sentence), ()) if h.start < end and start < h.end]
        return max(touching, key=lambda h: h.weight, default=None)

    def alone(self, marker: str, sentence: int, start: int, end: int) -> Hit | None:
        """Return the surest clause that a stretch touches, if the model finds the marker there without the rules."""
        asked = self.thresholds.markers.get(marker, 1.0)
        touching = [h for h in self.places.get((marker, sentence), ()) if h.start < end and start < h.end and h.use == "own" and h.weight >= asked]
        return max(touching, key=lambda h: h.weight, default=None)

    def answer(self, sentence: int) -> float:
        """Return how likely the model finds it that an answer to harm is given near a sentence."""
        return max(self._answers.get(number, 0.0) for number in near(sentence))


def together(joint: Joint, wording: float, chance: float) -> float:
    """Return how sure a finding is that the rules make with the one and the model with the other certainty."""
    return 1 / (1 + exp(-(joint.rules * _logit(wording) + joint.model * _logit(chance) + joint.base)))


def _logit(p: float) -> float:
    p = min(HIGHEST, max(1 - HIGHEST, p))
    return log(p / (1 - p))


# --- what is shown -----------------------------------------------------------------------------------------------


def stays(one: Found, sight: Sight, settings: Settings) -> bool:
    """Tell whether what the rules find is sure enough together with the model, or its wording is by itself."""
    if one.span.use != "own":
        return one.span.score >= settings.threshold
    return one.span.score >= sight.thresholds.together or (one.alone >= settings.stands and one.span.score >= settings.doubted)


def supported(document: Document, found: Sequence[Found], sight: Sight, settings: Settings) -> list[Found]:
    """Leave out findings that stand where nothing makes it sure enough that an answer to harm is given at all.

    Not asked of a text that is known to be an answer. Something found nearby must be as sure as is asked, and so must the model be that an
    answer is given there, with whatever marker. (Either by itself was tried: at the same rate of false alarms fewer answers were found. So was
    to add up all findings as if they were independent.)
    """
    longer = min(LONGEST, max(1.0, len(document.text) / LONG))
    asked = min(HIGHEST, _at_odds(sight.thresholds.answer, longer))
    surest: dict[int, float] = {}
    for one in found:
        if one.span.use == "own":
            surest[one.sentence] = max(one.span.score, surest.get(one.sentence, 0.0))

    def answered(sentence: int) -> bool:
        return sight.answer(sentence) >= asked and max(surest.get(number, 0.0) for number in near(sentence)) >= asked

    return [one for one in found if _stands(one, sight, settings, longer) or answered(one.sentence)]


def _stands(one: Found, sight: Sight, settings: Settings, longer: float) -> bool:
    """Tell whether a finding is shown without support: a mention that the rules know, or a wording that its pattern calls sure by itself.

    Of such a wording it is asked only that rules and model do not find it too unlikely and, where they are not sure together, that the model
    does not find it too unlikely that an answer is given near it.
    """
    if one.span.use != "own":
        return any(evidence.source != MODEL for evidence in one.span.evidence)
    if one.span.score < sight.thresholds.together and sight.answer(one.sentence) < settings.unanswered:
        return False
    return one.alone >= settings.threshold and one.span.score >= _at_odds(settings.doubted, longer)


def near(sentence: int) -> range:
    """Return the numbers of the sentences that are near one."""
    return range(sentence - NEARBY, sentence + NEARBY + 1)


def _at_odds(chance: float, times: float) -> float:
    """Return the chance whose odds are so many times as high."""
    return chance * times / (1 + chance * (times - 1))

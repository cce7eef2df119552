"""The measures: presence, character overlap, pairs right, false alarms.

Presence asks whether marker m is in text t. Character overlap is the span measure of SemEval-2020 task 11 (Da San Martino
and others, 2020): each span earns the share of it that spans of the same marker on the other side cover.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from .gold import Gold

Found = Sequence[tuple[int, int, str]]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 (0 to 1), with the counts behind them."""

    precision: float
    recall: float
    f1: float
    right: float
    found: float
    gold: float


@dataclass(frozen=True, slots=True)
class Report:
    """All measures of one gold file."""

    texts: int
    micro: Score
    macro_f1: float
    overlap: Score
    markers: Mapping[str, Score]
    pairs: int = 0
    pairs_right: int = 0
    quiet_texts: int = 0
    false_alarms: int = 0
    disagreements: Sequence[Mapping[str, Any]] = field(default=())

    @property
    def pairs_share(self) -> float | None:
        """Share of minimal pairs of which both texts have exactly their markers."""
        return self.pairs_right / self.pairs if self.pairs else None

    @property
    def alarms_per_1000(self) -> float | None:
        """Texts with a finding among a thousand texts that have none in the gold."""
        return 1000 * self.false_alarms / self.quiet_texts if self.quiet_texts else None

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return {**asdict(self), "pairs_share": self.pairs_share, "alarms_per_1000": self.alarms_per_1000}


def score(right_found: float, found: float, right_gold: float, gold: float) -> Score:
    """Make a score of what was right among the found, and among the gold; nothing found of nothing there is 0, not 1."""
    precision = right_found / found if found else 0.0
    recall = right_gold / gold if gold else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Score(round(precision, 4), round(recall, 4), round(f1, 4), right_gold, found, gold)


def evaluate(golds: Sequence[Gold], findings: Sequence[Found]) -> Report:
    """Compare findings with the gold, text by text."""
    found, right, there = Counter[str](), Counter[str](), Counter[str]()
    for gold, finding in zip(golds, findings, strict=True):
        ours, theirs = {m for *_, m in finding}, {m for *_, m in gold.spans}
        found.update(ours)
        there.update(theirs)
        right.update(ours & theirs)
    markers = {m: score(right[m], found[m], right[m], there[m]) for m in sorted(there | found)}
    in_gold = [markers[m].f1 for m in markers if there[m]]
    quiet = [finding for gold, finding in zip(golds, findings, strict=True) if not gold.spans]
    pairs = _pairs(golds, findings)
    return Report(
        texts=len(golds),
        micro=score(right.total(), found.total(), right.total(), there.total()),
        macro_f1=round(sum(in_gold) / len(in_gold), 4) if in_gold else 0.0,
        overlap=_overlap(golds, findings),
        markers=markers,
        pairs=len(pairs), pairs_right=sum(pairs.values()),
        quiet_texts=len(quiet), false_alarms=sum(map(bool, quiet)),
        disagreements=tuple(_disagreements(golds, findings)))


def _pairs(golds: Sequence[Gold], findings: Sequence[Found]) -> dict[str, bool]:
    """Tell of each pair whether both texts have exactly their markers."""
    result: dict[str, bool] = {}
    for gold, finding in zip(golds, findings, strict=True):
        if gold.pair:
            exact = {m for *_, m in finding} == {m for *_, m in gold.spans}
            result[gold.pair] = result.get(gold.pair, True) and exact
    return result


def _overlap(golds: Sequence[Gold], findings: Sequence[Found]) -> Score:
    precision = recall = found = there = 0.0
    for gold, finding in zip(golds, findings, strict=True):
        precision += sum(_covered(span, gold.spans) for span in finding)
        recall += sum(_covered(span, finding) for span in gold.spans)
        found += len(finding)
        there += len(gold.spans)
    return score(precision, found, recall, there)


def _covered(span: tuple[int, int, str], others: Found) -> float:
    """Return the share of a span that spans of its marker cover (their union, so that no character counts twice)."""
    start, end, marker = span
    cover = {i for a, b, m in others if m == marker for i in range(max(a, start), min(b, end))}
    return len(cover) / (end - start)


def _disagreements(golds: Sequence[Gold], findings: Sequence[Found]) -> list[dict[str, Any]]:
    """List what was missed and what was found beyond the gold, with the words."""
    rows: list[dict[str, Any]] = []
    for gold, finding in zip(golds, findings, strict=True):
        ours, theirs = {m for *_, m in finding}, {m for *_, m in gold.spans}
        rows += [{"id": gold.id, "what": "missed", "marker": m, "words": gold.text[a:b]} for a, b, m in gold.spans if m not in ours]
        rows += [{"id": gold.id, "what": "beyond", "marker": m, "words": gold.text[a:b]} for a, b, m in finding if m not in theirs]
    return rows

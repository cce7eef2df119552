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
    """Precision, recall and F1, with the counts behind them.

    Attributes
    ----------
    precision, recall, f1 : float
        From 0 to 1; 0 where nothing was found, or nothing is there.
    right, found, gold : float
        Counts; for character overlap sums of shares.

    Examples
    --------
    >>> from stagelens.evaluation import score
    >>> score(3, 4, 3, 6).precision
    0.75
    """

    precision: float
    recall: float
    f1: float
    right: float
    found: float
    gold: float


@dataclass(frozen=True, slots=True)
class Report:
    """All measures of one gold file.

    Attributes
    ----------
    texts : int
    micro : Score
        Presence: is marker m in text t? Counted over all markers together.
    macro_f1 : float
        The mean F1 of the markers that stand in the gold.
    overlap : Score
        Character overlap, as in SemEval-2020 task 11.
    markers : mapping of str to Score
        Presence, marker by marker.
    pairs, pairs_right : int
        Minimal pairs, and those of which both texts have exactly their markers.
    quiet_texts, false_alarms : int
        Texts that carry nothing in the gold, and those of them in which something was found.
    disagreements : sequence of mapping
        What was missed and what was found beyond the gold, with the words.

    Examples
    --------
    >>> from stagelens.evaluation import Gold, evaluate
    >>> report = evaluate([Gold("t1", "I was wrong.", ((0, 11, "ownership"),))], [[]])
    >>> report.micro.recall, [row["what"] for row in report.disagreements]
    (0.0, ['missed'])
    """

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
        """Return the report as plain data.

        Returns
        -------
        dict

        Examples
        --------
        >>> from stagelens.evaluation import Gold, evaluate
        >>> evaluate([Gold("t1", "We had tea.", ())], [[]]).to_dict()["alarms_per_1000"]
        0.0
        """
        return {**asdict(self), "pairs_share": self.pairs_share, "alarms_per_1000": self.alarms_per_1000}


def score(right_found: float, found: float, right_gold: float, gold: float) -> Score:
    """Make a score of what was right among the found, and among the gold; nothing found of nothing there is 0, not 1.

    Parameters
    ----------
    right_found, found : float
        Right ones among those found, and all found.
    right_gold, gold : float
        Found ones among those in the gold, and all in the gold.

    Returns
    -------
    Score

    Examples
    --------
    >>> from stagelens.evaluation import score
    >>> score(1, 2, 1, 2).f1, score(0, 0, 0, 0).f1
    (0.5, 0.0)
    """
    precision = right_found / found if found else 0.0
    recall = right_gold / gold if gold else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Score(round(precision, 4), round(recall, 4), round(f1, 4), right_gold, found, gold)


def evaluate(golds: Sequence[Gold], findings: Sequence[Found]) -> Report:
    """Compare findings with the gold, text by text.

    Parameters
    ----------
    golds : sequence of Gold
    findings : sequence of sequence of (int, int, str)
        For each text start, end and marker of what was found.

    Returns
    -------
    Report

    References
    ----------
    Da San Martino and others (2020), "SemEval-2020 Task 11: Detection of Propaganda Techniques in News Articles", for the character overlap.

    Examples
    --------
    >>> from stagelens.evaluation import Gold, evaluate
    >>> report = evaluate([Gold("t1", "I was wrong.", ((0, 11, "ownership"),))], [[(0, 11, "ownership")]])
    >>> report.micro.f1, report.overlap.f1
    (1.0, 1.0)
    """
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

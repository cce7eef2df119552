"""Run a lens over gold texts and show the measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..lens import SILENT, Lens
from ..reading import Reading
from .gold import Gold
from .scores import Report, evaluate


def measure(lens: Lens, golds: Sequence[Gold], *, closer: Lens | None = None) -> Report:
    """Tag every gold text and compare.

    Parameters
    ----------
    lens : Lens
        What is measured.
    golds : sequence of Gold
        Texts whose role is ``harmed`` or ``other`` are read as such a speaker's.
    closer : Lens, optional
        One that shows more, such as the same with the preset sensitive: it tells of what was missed how faintly it was seen.

    Returns
    -------
    Report

    Examples
    --------
    >>> import stagelens
    >>> from stagelens.evaluation import Gold, measure
    >>> golds = [Gold("t1", "I was wrong to read your letter out.", ((0, 35, "ownership"),)), Gold("t2", "We had tea.", ())]
    >>> report = measure(stagelens.load(), golds)
    >>> report.micro.f1, report.alarms_per_1000
    (1.0, 0.0)
    """
    readings = _read(lens, golds)
    report = evaluate(golds, [[(span.start, span.end, span.marker) for span in reading.spans] for reading in readings])
    by_id = {gold.id: (gold, reading) for gold, reading in zip(golds, readings, strict=True)}
    return replace(report, disagreements=tuple(_with_source(row, *by_id[row["id"]], closer) for row in report.disagreements))


def _read(lens: Lens, golds: Sequence[Gold]) -> list[Reading]:
    """Read texts, those of one speaker together."""
    readings: dict[int, Reading] = {}
    speakers = [gold.role if gold.role in SILENT else "responding" for gold in golds]
    for speaker in set(speakers):
        numbers = [number for number, other in enumerate(speakers) if other == speaker]
        readings |= zip(numbers, lens.tag_many((golds[number].text for number in numbers), speaker=speaker), strict=True)
    return [readings[number] for number in range(len(golds))]


def _with_source(row: Mapping[str, Any], gold: Gold, reading: Reading, closer: Lens | None) -> dict[str, Any]:
    """Add who found it, or how faintly it was seen: rules, model, both, or nobody."""
    if row["what"] == "missed":
        reading = _read(closer, [gold])[0] if closer else reading
    spans = [span for span in (*reading.spans, *reading.mentions) if span.marker == row["marker"]]
    surest = max(spans, key=lambda span: span.score, default=None)
    sources = "+".join(sorted({evidence.source for evidence in surest.evidence})) if surest else ""
    return {**row, "by": sources, "score": surest.score if surest else None, "use": surest.use if surest else None}


def show(reports: Mapping[str, Report], console: Console, *, disagreements: bool = False) -> None:
    """Print a table of the measures, one of the markers, and, where wanted, the differences."""
    summary = Table("file", "texts", "P", "R", "F1", "macro F1", "overlap F1", "pairs right", "false alarms / 1000", title="presence, and more")
    for name, report in reports.items():
        share, alarms = report.pairs_share, report.alarms_per_1000
        summary.add_row(name, str(report.texts), *(f"{v:.3f}" for v in (report.micro.precision, report.micro.recall, report.micro.f1, report.macro_f1,
                        report.overlap.f1)), f"{share:.1%}" if share is not None else "", f"{alarms:.1f}" if alarms is not None else "")
    console.print(summary)
    for name, report in reports.items():
        if report.micro.gold:
            _markers(name, report, console)
        if disagreements:
            for row in report.disagreements:
                seen = f"{row['by']} {row['score']:.2f} {row['use']}" if row["by"] else "not seen"
                console.print(Text(f"{row['id']}  {row['what']:7} {row['marker']:26} {seen:26} {row['words']}"), soft_wrap=True)


def _markers(name: str, report: Report, console: Console) -> None:
    table = Table("marker", "P", "R", "F1", "right", "found", "gold", title=name)
    for marker, score in report.markers.items():
        shares = (f"{value:.2f}" for value in (score.precision, score.recall, score.f1))
        table.add_row(marker, *shares, *(f"{count:.0f}" for count in (score.right, score.found, score.gold)))
    console.print(table)

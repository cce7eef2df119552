"""Run a lens over gold texts and show the measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..lens import Lens
from .gold import Gold
from .scores import Report, evaluate


def measure(lens: Lens, golds: Sequence[Gold]) -> Report:
    """Tag every gold text and compare."""
    speakers = [gold.role if gold.role in ("harmed", "other") else "responding" for gold in golds]
    readings = [lens.tag(gold.text, speaker=speaker) for gold, speaker in zip(golds, speakers, strict=True)]
    return evaluate(golds, [[(span.start, span.end, span.marker) for span in reading.spans] for reading in readings])


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
                console.print(Text(f"{row['id']}  {row['what']:7} {row['marker']:26} {row['words']}"), soft_wrap=True)


def _markers(name: str, report: Report, console: Console) -> None:
    table = Table("marker", "P", "R", "F1", "right", "found", "gold", title=name)
    for marker, score in report.markers.items():
        shares = (f"{value:.2f}" for value in (score.precision, score.recall, score.f1))
        table.add_row(marker, *shares, *(f"{count:.0f}" for count in (score.right, score.found, score.gold)))
    console.print(table)

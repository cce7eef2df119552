"""Agreement between coders in the terminal."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .visible import visible

if TYPE_CHECKING:
    from ..agreement import Agreement, Measures


def to_terminal(measured: Agreement, console: Console) -> None:
    """Print the measures, a table for people among themselves and one for people with the machine."""
    read = ", ".join(f"{visible(coder)} ({count} documents)" for coder, count in measured.coders.items())
    console.print(Text(f"Coders: {read}. Unit: {measured.unit}."))
    for group, rows in groupby(measured.measures, key=lambda m: m.group):
        table = Table(title=f"{group}: presence (percent, kappa, alpha with its 95 % interval) and span F1 (exact, overlap, character)", box=None,
                      title_justify="left", pad_edge=False)
        for name in ("marker", "units", "marked", "%", "kappa", "alpha", "interval", "exact", "over", "char"):
            table.add_column(name, no_wrap=True)
        for row in rows:
            table.add_row(*_cells(row))
        console.print(table)
    if measured.unplaced:
        console.print(f"{measured.unplaced} annotations could not be placed in their documents and are left out.")
    console.print(f"{len(measured.disagreements)} stretches were marked by one coder and not by another (--output writes them to a table).")


def _cells(row: Measures) -> list[str]:
    interval = f"{row.alpha_low:.2f}, {row.alpha_high:.2f}" if row.alpha_low is not None and row.alpha_high is not None else ""
    return [visible(row.marker), str(row.units), str(row.marked), _number(row.percent), _number(row.kappa), _number(row.alpha), interval, _number(row.exact),
            _number(row.overlap), _number(row.character)]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"

"""What is in a file of annotated phrases, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from .phrases import SPLITS, Phrase


def show(phrases: Sequence[Phrase], console: Console) -> None:
    """Print how many texts there are, split by split, and in how many of them each marker stands."""
    overview = Table("split", "texts", "without marker", "with two markers or more", "groups", "voices")
    for split in SPLITS:
        part = [phrase for phrase in phrases if phrase.split == split]
        kinds = [len({marker for *_, marker in phrase.spans}) for phrase in part]
        overview.add_row(split, *map(str, (len(part), kinds.count(0), sum(k > 1 for k in kinds), len({p.group for p in part}), len({p.voice for p in part}))))
    console.print(overview)
    markers = Table("marker", *SPLITS)
    counts = {split: Counter(m for p in phrases if p.split == split for m in {m for *_, m in p.spans}) for split in SPLITS}
    for marker in sorted(set().union(*counts.values())):
        markers.add_row(marker, *(str(counts[split][marker]) for split in SPLITS))
    console.print(markers)

"""Agreement of the two readings of the annotated phrases, a marker each, as Markdown (the table in README.md).

    python data/second_reading.py

``second_reading.csv`` holds what a second reader marked who saw the texts and the codebook and nothing else: one row a span,
and one row without a marker for a text in which nothing was marked.
"""

from pathlib import Path

import pandas as pd

from stagelens.agreement import agreement
from stagelens.annotations import Annotation, Coding

HERE = Path(__file__).parent


def marks(rows: pd.DataFrame, coder: str) -> list[Annotation]:
    """Return the spans of one reader."""
    return [Annotation(row.id, coder, int(row.start), int(row.end), row.marker) for row in rows.itertuples() if row.marker]


def shown(figure: float | None) -> str:
    """Return a figure with two digits."""
    return "" if figure is None else f"{figure:.2f}"


def main() -> None:
    """Print the table."""
    first, second = (pd.read_csv(HERE / name, keep_default_na=False, dtype=str) for name in ("annotated_phrases.csv", "second_reading.csv"))
    read = frozenset(second.id) & frozenset(first.id)
    first, second = (rows[rows.id.isin(read)] for rows in (first, second))
    coding = Coding(dict(zip(first.id, first.text, strict=True)), marks(first, "first") + marks(second, "second"), {"first": read, "second": read})
    print(f"{len(read)} texts\n\n| marker | texts in which either saw it | alpha | 95 % | span F1, overlap | characters |\n|---|---|---|---|---|---|")
    for one in agreement(coding, unit="document").measures:
        label = "all" if one.marker.startswith("all") else f"`{one.marker}`"
        interval = f"{shown(one.alpha_low)} to {shown(one.alpha_high)}"
        print(f"| {label} | {one.marked} | {shown(one.alpha)} | {interval} | {shown(one.overlap)} | {shown(one.character)} |")


if __name__ == "__main__":
    main()

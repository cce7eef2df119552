"""The figures as SVG: every axis named, colours that suit any colour vision and a mark's shape beside them, no red and green."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

from ..framework import Framework
from ..render.palette import LIGHT
from ..render.visible import visible_line

mpl.rcParams.update({"svg.hashsalt": "stagelens", "svg.fonttype": "path", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False})

SHAPES = ("v", "s", "o", "D", "P", "^", "X")
"""A mark a stage, so that it is told without colour. There are more of them than colours, so that many stages are told apart by the two together."""
HATCHES = ("....", "////", "", "\\\\\\\\", "xx", "--", "oo")
MOST = 24
"""Rows of a figure; the rest is in the table."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a stage looks in figures."""

    fill: str
    line: str
    shape: str
    hatch: str


def looks(count: int) -> list[Look]:
    """Return the looks of some stages, in their order."""
    every = zip(cycle(LIGHT.marks), cycle(LIGHT.lines), cycle(SHAPES), cycle(HATCHES), strict=False)
    return [Look(*look) for look in islice(every, count)]


def names(framework: Framework) -> dict[int, str]:
    """Return the stages as they are written in figures."""
    return {stage.number: f"{stage.number}: {stage.name}" for stage in framework.stages.values()}


def speakers(frame: pd.DataFrame, framework: Framework) -> str:
    """Draw stacked bars of each stage's spans per 1,000 words, a bar a speaker."""
    shown = frame.head(MOST).iloc[::-1]

    def draw(axes: Any) -> None:
        left = [0.0] * len(shown)
        labels = [f"{short(s)} ({w:,} words)" for s, w in zip(shown["speaker"], shown["words"], strict=True)]
        for look, (number, name) in zip(looks(len(framework.stages)), names(framework).items(), strict=True):
            values = shown[number].tolist()
            axes.barh(labels, values, left=left, color=look.fill, edgecolor=look.line, hatch=look.hatch, linewidth=0.6, label=name)
            left = [a + b for a, b in zip(left, values, strict=True)]
        axes.set_xlabel("findings per 1,000 words")
        axes.set_ylabel("speaker")
        _legend(axes)

    return _svg(draw, height=1.4 + 0.32 * len(shown))


def frequency(frame: pd.DataFrame, framework: Framework) -> str:
    """Draw each marker's spans per 1,000 words with its interval."""
    shown = frame.iloc[::-1]
    look_of = dict(zip(framework.stages, looks(len(framework.stages)), strict=True))

    def draw(axes: Any) -> None:
        for row, item in enumerate(shown.itertuples()):
            look = look_of[item.stage]
            if item.low == item.low and item.low is not None:
                axes.plot([item.low, item.high], [row, row], color=look.line, linewidth=1.4)
            axes.plot(item.per_1000_words, row, look.shape, color=look.line, markerfacecolor=look.fill, markersize=6)
        axes.set_yticks(range(len(shown)), [name.replace("_", " ") for name in shown["marker"]])
        axes.set_xlabel("findings per 1,000 words, with 95 % bootstrap interval over documents")
        axes.set_ylabel("marker")
        axes.set_xlim(left=0)
        axes.grid(axis="x", color=LIGHT.rule, linewidth=0.6)

    return _svg(draw, height=1.2 + 0.26 * len(shown))


def timeline(frame: pd.DataFrame, documents: Sequence[str], framework: Framework) -> str:
    """Draw where in each document the stages stand, a line a document."""
    shown = list(documents)[:MOST]

    def draw(axes: Any) -> None:
        for look, (number, name) in zip(looks(len(framework.stages)), names(framework).items(), strict=True):
            part = frame[(frame["stage"] == number) & frame["document"].isin(shown)]
            rows = [len(shown) - 1 - shown.index(document) for document in part["document"]]
            axes.scatter(part["place"], rows, marker=look.shape, s=34, color=look.fill, edgecolors=look.line, linewidths=0.9,
                         label=name)
        axes.set_yticks(range(len(shown)), [short(document, 40) for document in reversed(shown)])
        axes.set_xlim(-0.02, 1.02)
        axes.set_xlabel("place in the document (0 = first word, 1 = last word)")
        axes.set_ylabel("document")
        axes.grid(axis="y", color=LIGHT.rule, linewidth=0.6)
        _legend(axes)

    return _svg(draw, height=1.6 + 0.3 * len(shown))


def sessions(frame: pd.DataFrame, framework: Framework) -> str:
    """Draw each stage's spans per 1,000 words from session to session, a panel a case."""
    cases = list(dict.fromkeys(frame["case"]))[:MOST]
    figure = Figure(figsize=(8.2, 0.9 + 2.1 * len(cases)), layout="constrained")
    for row, (case, axes) in enumerate(zip(cases, figure.subplots(len(cases), 1, squeeze=False)[:, 0], strict=True)):
        part = frame[frame["case"] == case]
        order = [str(session) for session in dict.fromkeys(part["session"])]
        for look, (number, name) in zip(looks(len(framework.stages)), names(framework).items(), strict=True):
            values = part[part["stage"] == number].set_index(part[part["stage"] == number]["session"].astype(str))["per_1000_words"].reindex(order).fillna(0)
            axes.plot(order, values.tolist(), marker=look.shape, color=look.line, markerfacecolor=look.fill, linewidth=1, label=name)
        axes.set_title(f"case {short(str(case))}", loc="left", fontsize=9)
        axes.set_ylabel("findings per\n1,000 words")
        axes.set_ylim(bottom=0)
        if row == len(cases) - 1:
            axes.set_xlabel("session")
        if row == 0:
            axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, fontsize=8)
    return _written(figure)


def short(name: str, most: int = 28) -> str:
    """Return a name that fits beside an axis, without what matplotlib would read as mathematics."""
    name = visible_line(name).replace("$", r"\$")
    return name if len(name) <= most else name[:most - 3] + "..."


def _legend(axes: Any) -> None:
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.01), ncols=2, frameon=False, fontsize=8)


def _svg(draw: Callable[[Any], None], *, height: float) -> str:
    figure = Figure(figsize=(8.2, height), layout="constrained")
    draw(figure.subplots())
    return _written(figure)


def _written(figure: Figure) -> str:
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return re.sub(r"(?s)^.*?(?=<svg)", "", out.getvalue())

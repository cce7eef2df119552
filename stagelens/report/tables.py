"""The figures of a report, as frames: read once from ``documents.jsonl``, a row a turn held in memory and no text."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import nlargest
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..errors import InputError
from ..framework import Framework

DRAWS = 2000
EXAMPLES = 3
"""Examples of each marker in the table."""
AROUND = 70
UNNAMED = "(unnamed)"


@dataclass(frozen=True, slots=True)
class Tables:
    """What a report shows.

    Attributes
    ----------
    turns : DataFrame
        A row a turn: document, turn, speaker, role, words, middle (its middle in the document's words, from 0 to 1).
    spans : DataFrame
        A row a span: document, turn, speaker, marker, stage, score, place (from 0 to 1 in the document's words).
    examples : DataFrame
        Marker, stage, document, speaker, before, text, after, certainty; empty where the batch was made without text.
    documents : int
    settings : mapping
    failures : list of (str, str)

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from stagelens.batch import run
    >>> from stagelens.report import read_tables
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     here = pathlib.Path(folder)
    ...     _ = (here / "a.txt").write_text("I was wrong to read your letter out in class.")
    ...     _ = run([here / "a.txt"], here / "out")
    ...     tables = read_tables(here / "out")
    >>> tables.documents, tables.spans["marker"].tolist()
    (1, ['ownership'])
    """

    turns: pd.DataFrame
    spans: pd.DataFrame
    examples: pd.DataFrame
    settings: Mapping[str, Any]
    failures: list[tuple[str, str]]

    @property
    def documents(self) -> int:
        """How many documents there are."""
        return int(self.turns["document"].nunique())


def read_tables(folder: Path) -> Tables:
    """Read what a batch wrote, line by line.

    Parameters
    ----------
    folder : Path
        What ``stagelens batch`` wrote.

    Returns
    -------
    Tables

    Raises
    ------
    InputError
        If the folder holds no batch, or a damaged one.

    Examples
    --------
    >>> import pathlib
    >>> from stagelens.report import read_tables
    >>> try:
    ...     read_tables(pathlib.Path("no-such-folder"))
    ... except Exception as error:
    ...     print(type(error).__name__)
    InputError
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        turns, spans, examples = _gathered(folder / "documents.jsonl")
    except OSError as error:
        raise InputError(f"{folder} cannot be read as a batch ({error.strerror}: {Path(str(error.filename)).name}); "
                         "give a folder written by stagelens batch") from None
    except (ValueError, KeyError, TypeError):
        raise InputError(f"{folder} holds a damaged batch; run the same batch again to mend it") from None
    failures = [(f["file"], f["reason"]) for f in manifest["files"] if f["status"] == "failed"]
    return Tables(turns, spans, examples, manifest["job"], failures)


TURN_COLUMNS = ("document", "turn", "speaker", "role", "words", "middle")
SPAN_COLUMNS = ("document", "turn", "speaker", "role", "marker", "stage", "score", "place")
EXAMPLE_COLUMNS = ("marker", "stage", "document", "speaker", "before", "text", "after", "certainty", "score")


def _gathered(path: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    turns: list[tuple[Any, ...]] = []
    spans: list[tuple[Any, ...]] = []
    best: dict[str, list[tuple[Any, ...]]] = {}
    with path.open(encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            for turn, place in _placed(record):
                speaker = turn["speaker"] or UNNAMED
                turns.append((record["document"], turn["turn"], speaker, turn["role"], turn["words"], place))
                for span in turn["spans"]:
                    spans.append((record["document"], turn["turn"], speaker, turn["role"], span["marker"], span["stage"], span["score"], place))
                    if "text" in turn:
                        kept = best.setdefault(span["marker"], [])
                        best[span["marker"]] = nlargest(EXAMPLES, [*kept, _example(record, turn, span)], key=lambda e: e[-1])
    examples = [example for marker in best for example in best[marker]]
    return _frame(turns, TURN_COLUMNS), _frame(spans, SPAN_COLUMNS), _frame(examples, EXAMPLE_COLUMNS)


def _frame(rows: list[tuple[Any, ...]], columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns))


def _placed(record: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], float]]:
    """Yield each turn with its middle in the words of the document, from 0 to 1."""
    total, before = max(1, record["words"]), 0
    for turn in record["turns"]:
        yield turn, (before + turn["words"] / 2) / total
        before += turn["words"]


def _example(record: Mapping[str, Any], turn: Mapping[str, Any], span: Mapping[str, Any]) -> tuple[Any, ...]:
    text = turn["text"]
    before, after = text[max(0, span["start"] - AROUND):span["start"]], text[span["end"]:span["end"] + AROUND]
    return (span["marker"], span["stage"], record["document"], turn["speaker"] or UNNAMED, before, span["text"], after, span["certainty"], span["score"])


# --- figures -----------------------------------------------------------------------------------------------------


def by_speaker(tables: Tables, framework: Framework) -> pd.DataFrame:
    """Return how much of each stage stands in each speaker's words; words of harmed and other speakers are left out.

    Parameters
    ----------
    tables : Tables
    framework : Framework

    Returns
    -------
    DataFrame
        A row a speaker, most words first: ``speaker``, ``words``, ``spans``, and for each stage (-1 to 4) spans per 1,000 words.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from stagelens.batch import run
    >>> from stagelens.framework import load_framework
    >>> from stagelens.report import by_speaker, read_tables
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     here = pathlib.Path(folder)
    ...     _ = (here / "a.txt").write_text("I was wrong to read your letter out in class.")
    ...     _ = run([here / "a.txt"], here / "out")
    ...     by_speaker(read_tables(here / "out"), load_framework())[["speaker", "words", "spans", 3]].values.tolist()
    [['(unnamed)', 10, 1, 100.0]]
    """
    tagged = tables.turns[~tables.turns["role"].isin(["harmed", "other"])]
    words = tagged.groupby("speaker")["words"].sum()
    counts = tables.spans.groupby(["speaker", "stage"]).size().unstack(fill_value=0) if len(tables.spans) else pd.DataFrame(index=words.index)
    counts = counts.reindex(index=words.index, columns=[stage.number for stage in framework.stages.values()], fill_value=0)
    rates = counts.div(words.clip(lower=1), axis=0) * 1000
    return pd.concat([words.rename("words"), counts.sum(axis=1).rename("spans"), rates.round(3)], axis=1).sort_values("words", ascending=False).reset_index()


def frequencies(tables: Tables, framework: Framework, *, seed: int = 0, draws: int = DRAWS) -> pd.DataFrame:
    """Return spans per 1,000 tagged words of each marker, with the 95 % bootstrap interval over documents.

    Parameters
    ----------
    tables : Tables
    framework : Framework
    seed : int
        For the bootstrap.
    draws : int
        Bootstrap samples.

    Returns
    -------
    DataFrame
        A row a marker: ``marker``, ``stage``, ``spans``, ``documents`` (in how many it stands), ``per_1000_words``, and ``low`` and ``high``,
        which are missing where there is one document only.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from stagelens.batch import run
    >>> from stagelens.framework import load_framework
    >>> from stagelens.report import frequencies, read_tables
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     here = pathlib.Path(folder)
    ...     _ = (here / "a.txt").write_text("I was wrong to read your letter out in class.")
    ...     _ = run([here / "a.txt"], here / "out")
    ...     table = frequencies(read_tables(here / "out"), load_framework())
    >>> table.set_index("marker").loc["ownership", "per_1000_words"].item()
    100.0
    """
    tagged = tables.turns[~tables.turns["role"].isin(["harmed", "other"])]
    words = tagged.groupby("document")["words"].sum()
    markers = list(framework.markers)
    counts = pd.crosstab(tables.spans["document"], tables.spans["marker"]).reindex(index=words.index, columns=markers, fill_value=0)
    weights = np.random.default_rng(seed).multinomial(len(words), np.full(len(words), 1 / len(words)), size=draws) if len(words) > 1 else None
    total = max(1, int(words.sum()))
    rows = []
    for marker in markers:
        column = counts[marker].to_numpy()
        low, high = _interval(weights, column, words.to_numpy())
        rows.append((marker, framework.markers[marker].stage, int(column.sum()), int((column > 0).sum()), 1000 * column.sum() / total, low, high))
    return pd.DataFrame(rows, columns=["marker", "stage", "spans", "documents", "per_1000_words", "low", "high"]).round(4)


def _interval(weights: Any, counts: Any, words: Any) -> tuple[float | None, float | None]:
    if weights is None:
        return None, None
    rates = 1000 * (weights @ counts) / np.maximum(1, weights @ words)
    low, high = np.percentile(rates, [2.5, 97.5])
    return float(low), float(high)


def timelines(tables: Tables) -> pd.DataFrame:
    """Return where in its document each span stands.

    Parameters
    ----------
    tables : Tables

    Returns
    -------
    DataFrame
        A row a span: ``document``, ``speaker``, ``turn``, ``marker``, ``stage``, ``place`` (from 0, the first word, to 1, the last), ``score``.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from stagelens.batch import run
    >>> from stagelens.report import read_tables, timelines
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     here = pathlib.Path(folder)
    ...     _ = (here / "a.txt").write_text("I was wrong to read your letter out in class.")
    ...     _ = run([here / "a.txt"], here / "out")
    ...     timelines(read_tables(here / "out"))["place"].tolist()
    [0.5]
    """
    return tables.spans[["document", "speaker", "turn", "marker", "stage", "place", "score"]].sort_values(["document", "place", "stage"]).reset_index(drop=True)


def across_sessions(tables: Tables, path: Path) -> pd.DataFrame:
    r"""Return spans per 1,000 tagged words of each stage in each session of a case.

    Parameters
    ----------
    tables : Tables
    path : Path
        A CSV with the columns ``document``, ``case`` and ``session``.

    Returns
    -------
    DataFrame
        ``case``, ``session``, ``stage``, ``spans``, ``words``, ``per_1000_words``.

    Raises
    ------
    InputError
        If the file cannot be read, lacks a column, or names no document of the batch.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from stagelens.batch import run
    >>> from stagelens.report import across_sessions, read_tables
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     here = pathlib.Path(folder)
    ...     _ = (here / "a.txt").write_text("I was wrong to read your letter out in class.")
    ...     _ = (here / "sessions.csv").write_text("document,case,session\na.txt,first,1\n")
    ...     _ = run([here / "a.txt"], here / "out")
    ...     "case" in across_sessions(read_tables(here / "out"), here / "sessions.csv").columns
    True
    """
    sessions = _sessions(path)
    tagged = tables.turns[~tables.turns["role"].isin(["harmed", "other"])].merge(sessions, on="document")
    if tagged.empty:
        raise InputError(f"{path} names no document of the batch; its column document must hold names as in documents.csv")
    words = tagged.groupby(["case", "session"])["words"].sum()
    spans = tables.spans.merge(sessions, on="document").groupby(["case", "session", "stage"]).size()
    frame = spans.rename("spans").reset_index().merge(words.reset_index(), on=["case", "session"], how="right")
    frame["per_1000_words"] = (1000 * frame["spans"] / frame["words"].clip(lower=1)).round(3)
    return frame.sort_values(["case", "session", "stage"]).reset_index(drop=True)


def _sessions(path: Path) -> pd.DataFrame:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise InputError(f"{path} cannot be read as a CSV table of sessions; it needs the columns document, case and session") from None
    if not rows or {"document", "case", "session"} - rows[0].keys():
        raise InputError(f"{path} has the columns {', '.join(rows[0]) if rows else 'none'}; it needs document, case and session")
    frame = pd.DataFrame(rows)[["document", "case", "session"]]
    numbers = pd.to_numeric(frame["session"], errors="coerce")
    return frame.assign(session=numbers) if numbers.notna().all() else frame

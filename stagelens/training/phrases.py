"""Annotated phrases: one row a span, a text without marker one row with an empty marker. Read, and checked row by row."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError
from ..evaluation.gold import Gold

NEEDED = ("id", "text", "start", "end", "marker")
OPTIONAL = ("group", "setting", "register", "voice", "kind", "split", "note")
SPLITS = ("train", "dev", "test")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One annotated text.

    Attributes
    ----------
    id, text : str
    spans : tuple of (int, int, str)
        Start, end and marker; code points of ``text``.
    group : str
        Ties variants and minimal pairs together; they stay in one split.
    setting, register, voice : str
        Where it is said, in what form, in whose manner; empty where not told.
    kind : str
        What a text without marker looks like, or what a minimal pair turns on.
    split : {"train", "dev", "test"}
    note : str

    Examples
    --------
    >>> from stagelens.training import Phrase
    >>> phrase = Phrase("p1", "We had tea.", (), "p1", "family", "letter", "v1", "", "train", "")
    >>> phrase.gold.spans
    ()
    """

    id: str
    text: str
    spans: tuple[tuple[int, int, str], ...]
    group: str
    setting: str
    register: str
    voice: str
    kind: str
    split: str
    note: str

    @property
    def gold(self) -> Gold:
        """The phrase as a gold text; a kind makes its group a minimal pair."""
        return Gold(self.id, self.text, self.spans, self.group if self.kind else None, self.kind or None, "harmed" if self.kind == "harmed_person" else None)


def read_phrases(path: str | Path, markers: Collection[str]) -> list[Phrase]:
    r"""Read a file of annotated phrases.

    Parameters
    ----------
    path : path
        A CSV file in UTF-8 with the columns id, text, start, end, marker; group, setting, register, voice, kind, split
        and note may be there too.
    markers : collection of str
        The marker ids that rows may name.

    Returns
    -------
    list of Phrase
        In the order of their first rows.

    Raises
    ------
    InputError
        If anything is wrong with the file; the message names the first row and the remedy.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from stagelens.training import read_phrases
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "mine.csv"
    ...     _ = file.write_text("id,text,start,end,marker\np1,I was wrong.,0,11,ownership\np2,We had tea.,,,\n")
    ...     [(phrase.id, phrase.spans) for phrase in read_phrases(file, ["ownership"])]
    [('p1', ((0, 11, 'ownership'),)), ('p2', ())]
    """
    phrases, problems = check_phrases(path, markers)
    if problems:
        more = f" ({len(problems) - 1} more like it or unlike it: stagelens data check)" if len(problems) > 1 else ""
        raise InputError(problems[0] + more)
    return phrases


def check_phrases(path: str | Path, markers: Collection[str]) -> tuple[list[Phrase], list[str]]:
    r"""Return the phrases of a file and all that is wrong with it, a sentence each.

    Parameters
    ----------
    path : path
        As for `read_phrases`.
    markers : collection of str
        The marker ids that rows may name.

    Returns
    -------
    phrases : list of Phrase
        Those of the rows that nothing is wrong with.
    problems : list of str
        A sentence each, naming the row and the remedy.

    Raises
    ------
    InputError
        If the file cannot be read at all.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from stagelens.training import check_phrases
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "mine.csv"
    ...     _ = file.write_text("id,text,start,end,marker\np1,I was wrong.,0,99,ownership\n")
    ...     phrases, problems = check_phrases(file, ["ownership"])
    >>> print(problems[0])
    mine.csv, row 1 (id 'p1') has offsets 0 to 99; allowed is 0 <= start < end <= 12, the length of the text
    """
    rows = _rows(path)
    problems: list[str] = []
    kept: dict[str, list[dict[str, str]]] = {}
    for number, row in enumerate(rows, start=1):
        where = f"{Path(path).name}, row {number} (id {row['id']!r})"
        wrong = _wrong(row, markers, kept.get(row["id"], [])[:1])
        problems += [f"{where} {what}" for what in wrong]
        if not wrong:
            kept.setdefault(row["id"], []).append(row)
    phrases = [_phrase(same) for same in kept.values()]
    return phrases, problems + [f"{Path(path).name}: {what}" for what in _across(phrases)]


def _rows(path: str | Path) -> list[dict[str, str]]:
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
            if missing:
                raise InputError(f"{path} has no column {missing[0]!r}; needed are {', '.join(NEEDED)}, and {', '.join(OPTIONAL)} may be there too")
            return [{**dict.fromkeys(OPTIONAL, ""), **{str(k): v for k, v in row.items() if k}} for row in reader]
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); give a readable CSV file") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text; save it as UTF-8") from None
    except csv.Error as error:
        raise InputError(f"{path} is not a CSV file ({error}); save it as comma-separated values") from None


def _wrong(row: Mapping[str, str], markers: Collection[str], earlier: list[dict[str, str]]) -> list[str]:
    """Say what is wrong with one row by itself, and against the first row of its text."""
    if not row["text"].strip():
        return ["has no text; fill it in or take the row out"]
    wrong = []
    if not row["id"]:
        wrong.append("has no id; give each text one")
    if (row["split"] or "train") not in SPLITS:
        wrong.append(f"has the split {row['split']!r}; allowed are {', '.join(SPLITS)}")
    if row["marker"]:
        wrong += _wrong_span(row, markers)
    elif row["start"] or row["end"]:
        wrong.append(f"has offsets {row['start']!r} to {row['end']!r} and no marker; name the marker or empty both offsets")
    if earlier and earlier[0]["text"] != row["text"]:
        wrong.append("has another text than the row before it with this id; give it an id of its own")
    if earlier and not (row["marker"] and earlier[0]["marker"]):
        wrong.append("says that its text carries no marker, and another row says that it does; keep one of them")
    return wrong


def _wrong_span(row: Mapping[str, str], markers: Collection[str]) -> list[str]:
    if row["marker"] not in markers:
        return [f"names the unknown marker {row['marker']!r}; known are {', '.join(sorted(markers))}"]
    text = row["text"]
    if not (row["start"].isdecimal() and row["end"].isdecimal()):
        return [f"has offsets {row['start']!r} to {row['end']!r}; give whole numbers of code points"]
    start, end = int(row["start"]), int(row["end"])
    if not 0 <= start < end <= len(text):
        return [f"has offsets {start} to {end}; allowed is 0 <= start < end <= {len(text)}, the length of the text"]
    if text[start:end] != text[start:end].strip():
        return [f"has a span that begins or ends with a space ({text[start:end]!r}); move the offset"]
    return []


def _phrase(rows: list[dict[str, str]]) -> Phrase:
    first = rows[0]
    spans = sorted({(int(r["start"]), int(r["end"]), r["marker"]) for r in rows if r["marker"]})
    return Phrase(first["id"], first["text"], tuple(spans), first["group"] or first["id"], first["setting"], first["register"],
                  first["voice"], first["kind"], first["split"] or "train", first["note"])


def _across(phrases: Iterable[Phrase]) -> list[str]:
    """Say what is wrong between rows: texts that stand twice, groups and voices that would let a test know its answers."""
    problems: list[str] = []
    texts: dict[str, str] = {}
    groups: dict[str, str] = {}
    voices: dict[str, set[str]] = {}
    for phrase in phrases:
        if phrase.text in texts:
            problems.append(f"the ids {texts[phrase.text]!r} and {phrase.id!r} have the same text; take one of them out")
        texts.setdefault(phrase.text, phrase.id)
        if groups.setdefault(phrase.group, phrase.split) != phrase.split:
            problems.append(f"the group {phrase.group!r} stands in two splits ({groups[phrase.group]} and {phrase.split}); keep it in one")
        if phrase.voice:
            voices.setdefault(phrase.voice, set()).add(phrase.split)
    problems += [f"the voice {voice!r} writes in train and in test; a test measures strangers, so keep it in one of them"
                 for voice, splits in voices.items() if {"train", "test"} <= splits]
    return problems

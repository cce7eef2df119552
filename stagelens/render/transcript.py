"""A transcript in the terminal: who speaks, how much, and the first turns."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..transcripts import Transcript, Turn
from .visible import visible

LONGEST = 120


def to_terminal(transcript: Transcript, console: Console, *, turns: int | None = 12, strangers: Sequence[str] = ()) -> None:
    """Print what was read from a transcript.

    Parameters
    ----------
    transcript : Transcript
    console : rich.console.Console
    turns : int, optional
        How many turns to print; None for all.
    strangers : sequence of str
        Names that were given and that no speaker has.
    """
    encoding = f", {transcript.encoding}" if transcript.encoding else ""
    console.print(Text(f"{visible(transcript.name)}: {transcript.format}{encoding}, {len(transcript.turns)} turns", style="bold"))
    for note in (*transcript.notes, *(f"no speaker is named {name!r}" for name in strangers)):
        console.print(Text(f"Note: {visible(note)}"))
    console.print(_speakers(transcript))
    console.print(_turns(transcript.turns[:turns]))
    if turns is not None and len(transcript.turns) > turns:
        console.print(f"... and {len(transcript.turns) - turns} more turns (--turns 0 shows all)")


def _speakers(transcript: Transcript) -> Table:
    table = Table("speaker", "role", "turns", "words", box=None, pad_edge=False)
    for speaker in transcript.speakers:
        own = [turn for turn in transcript.turns if turn.speaker == speaker]
        roles = ", ".join(dict.fromkeys(turn.role for turn in own))
        table.add_row(Text(visible(speaker or "(unnamed)")), roles, str(len(own)), str(sum(len(turn.text.split()) for turn in own)))
    return table


def _turns(turns: Sequence[Turn]) -> Table:
    table = Table("time", "speaker", "words", box=None, pad_edge=False)
    for turn in turns:
        text = " ".join(turn.text.split())
        table.add_row(clock(turn.start), Text(visible(turn.speaker or "(unnamed)")), Text(visible(text[:LONGEST] + ("..." if len(text) > LONGEST else ""))))
    return table


def clock(seconds: float | None) -> str:
    """Return seconds as hours, minutes and seconds."""
    if seconds is None:
        return ""
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}" if whole >= 3600 else f"{whole // 60}:{whole % 60:02}"

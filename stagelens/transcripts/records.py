"""What a transcript file becomes: turns, each with a map back to the file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a turn's text and where it stands in the file's decoded text.

    Attributes
    ----------
    start, end : int
        Code points into the turn's text.
    at, until : int
        Code points into the file's decoded text; as long as the stretch, unless something was decoded (``&amp;``).

    Examples
    --------
    >>> from stagelens.transcripts import Piece
    >>> piece = Piece(0, 5, 20, 25)
    >>> piece.until - piece.at == piece.end - piece.start
    True
    """

    start: int
    end: int
    at: int
    until: int


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says before another does.

    Attributes
    ----------
    speaker : str or None
        The name as the file gives it.
    role : {"responding", "harmed", "other", "unknown"}
        Who the speaker is in what happened.
    text : str
        The words, without time stamps, markup and name.
    start, end : float or None
        Seconds from the beginning of the recording.
    pieces : tuple of Piece
        Where each stretch of ``text`` stands in the transcript's ``text``.

    Examples
    --------
    >>> from stagelens.transcripts import Piece, Turn
    >>> Turn("Ann", "I was wrong.", "responding", 2.0, 3.5, (Piece(0, 12, 5, 17),)).place(2, 5)
    (7, 10)
    """

    speaker: str | None
    text: str
    role: str = "unknown"
    start: float | None = None
    end: float | None = None
    pieces: tuple[Piece, ...] = ()

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of the turn's text stands in the file's decoded text.

        Parameters
        ----------
        start, end : int
            Code points into ``text``.

        Returns
        -------
        tuple of int
            Start and end, in code points of the transcript's ``text``.

        Examples
        --------
        >>> from stagelens.transcripts import Piece, Turn
        >>> Turn("Ann", "I was wrong.", pieces=(Piece(0, 12, 5, 17),)).place(0, 12)
        (5, 17)
        """
        return self._left(start), self._right(end)

    def _left(self, offset: int) -> int:
        piece = self._piece(offset)
        return piece.at + offset - piece.start if piece.until - piece.at == piece.end - piece.start else piece.at

    def _right(self, offset: int) -> int:
        piece = self._piece(max(0, offset - 1))
        return piece.at + offset - piece.start if piece.until - piece.at == piece.end - piece.start else piece.until

    def _piece(self, offset: int) -> Piece:
        return self.pieces[max(0, bisect_right(self.pieces, offset, key=lambda piece: piece.start) - 1)]


@dataclass(frozen=True, slots=True)
class Transcript:
    """One conversation or statement.

    Attributes
    ----------
    name : str
        The file's name; in a table or corpus, the conversation's.
    format : str
        One of `stagelens.transcripts.FORMATS`.
    encoding : str or None
        How the bytes were read; None where the format says so itself.
    text : str
        The file's decoded text (of DOCX, ODT, PDF and tables: the text in it); what `Turn.place` speaks of.
    turns : tuple of Turn
    notes : tuple of str
        Anything a reader of the results should know: a guessed encoding, no speakers found.

    Examples
    --------
    >>> from stagelens.transcripts import Transcript, Turn
    >>> talk = Transcript("talk.txt", "text", "utf-8", "", (Turn("Ann", "Good day."), Turn("Bo", "Good day."), Turn("Ann", "Well.")))
    >>> talk.speakers
    ('Ann', 'Bo')
    """

    name: str
    format: str
    encoding: str | None
    text: str
    turns: tuple[Turn, ...]
    notes: tuple[str, ...] = ()

    @property
    def speakers(self) -> tuple[str | None, ...]:
        """The speakers in the order of their first words."""
        return tuple(dict.fromkeys(turn.speaker for turn in self.turns))


Part = tuple[str, int, int]
"""A stretch of text, and where it begins and ends in the file."""


@dataclass(slots=True)
class Fragment:
    """Words of one speaker, before neighbours of one speaker are joined."""

    speaker: str | None
    parts: list[Part]
    start: float | None = None
    end: float | None = None
    new: bool = field(default=False)
    """Whether it begins a turn whoever spoke before."""


def joined(fragments: Iterable[Fragment]) -> Iterator[Turn]:
    """Join neighbouring fragments of one speaker into turns; a space stands between two fragments."""
    run: list[Fragment] = []
    for fragment in fragments:
        if not "".join(text for text, _, _ in fragment.parts).strip():
            continue
        if run and (fragment.new or fragment.speaker != run[-1].speaker):
            yield _turn(run)
            run = []
        run.append(fragment)
    if run:
        yield _turn(run)


def _turn(run: Sequence[Fragment]) -> Turn:
    pieces: list[Piece] = []
    text = ""
    for fragment in run:
        parts = _stripped(fragment.parts)
        if text and not text[-1].isspace():
            parts = [(" ", pieces[-1].until, pieces[-1].until), *parts]
        for words, at, until in parts:
            pieces.append(Piece(len(text), len(text) + len(words), at, until))
            text += words
    return Turn(run[0].speaker, text, start=run[0].start, end=run[-1].end, pieces=tuple(pieces))


def _stripped(parts: Sequence[Part]) -> list[Part]:
    """Take white space off both ends of a row of parts."""
    kept = list(parts)
    while kept and not kept[0][0].strip():
        kept.pop(0)
    while kept and not kept[-1][0].strip():
        kept.pop()
    if kept:
        kept[0] = _cut(kept[0], left=True)
        kept[-1] = _cut(kept[-1], left=False)
    return kept


def _cut(part: Part, *, left: bool) -> Part:
    text, at, until = part
    bare = text.lstrip() if left else text.rstrip()
    if until - at != len(text):
        return bare, at, until
    return (bare, until - len(bare), until) if left else (bare, at, at + len(bare))


def with_roles(transcript: Transcript, roles: Mapping[str | None, str]) -> Transcript:
    """Return the transcript with the role of each speaker set; a role that a turn already has from the file stays where none is given."""
    turns = tuple(replace(turn, role=roles.get(turn.speaker, turn.role)) for turn in transcript.turns)
    return replace(transcript, turns=turns)

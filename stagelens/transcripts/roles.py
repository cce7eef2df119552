"""Who is who in a conversation: the person who answers for harm, the person harmed, others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import InputError
from .records import Transcript, with_roles


@dataclass(frozen=True, slots=True)
class Roles:
    """Names of speakers by role, as given; upper and lower case count as the same.

    Attributes
    ----------
    responding : sequence of str
        Those who answer for harm. Where any is named, speakers named nowhere are ``other``.
    harmed : sequence of str
        Those who were harmed: their words carry no markers.
    other : sequence of str
        Everybody else, such as a mediator.

    Raises
    ------
    InputError
        If a name is given two roles.

    Examples
    --------
    >>> from stagelens.transcripts import Roles, Transcript, Turn
    >>> talk = Transcript("talk.txt", "text", "utf-8", "", (Turn("Ann", "Good day."), Turn("Bo", "Good day.")))
    >>> [turn.role for turn in Roles(responding=["ann"]).apply(talk).turns]
    ['responding', 'other']
    """

    responding: Sequence[str] = ()
    harmed: Sequence[str] = ()
    other: Sequence[str] = ()

    def __post_init__(self) -> None:
        seen: dict[str, str] = {}
        for role in ("responding", "harmed", "other"):
            for name in getattr(self, role):
                if seen.setdefault(name.casefold(), role) != role:
                    raise InputError(f"the speaker {name!r} is given as {seen[name.casefold()]} and as {role}; give each speaker one role")

    def __bool__(self) -> bool:
        return bool(self.responding or self.harmed or self.other)

    def apply(self, transcript: Transcript) -> Transcript:
        """Return the transcript with each speaker's role; without names given, roles from the file stay.

        Parameters
        ----------
        transcript : Transcript

        Returns
        -------
        Transcript

        Examples
        --------
        >>> from stagelens.transcripts import Roles, Transcript, Turn
        >>> talk = Transcript("talk.txt", "text", "utf-8", "", (Turn("Ann", "Good day."), Turn("Bo", "Good day.")))
        >>> [turn.role for turn in Roles(harmed=["Bo"]).apply(talk).turns]
        ['responding', 'harmed']
        """
        if not self:
            return transcript
        known = {name.casefold(): role for role in ("responding", "harmed", "other") for name in getattr(self, role)}
        rest = "other" if self.responding else "responding" if self.harmed else "unknown"
        return with_roles(transcript, {speaker: known.get((speaker or "").casefold(), rest) for speaker in transcript.speakers})

    def strangers(self, transcript: Transcript) -> tuple[str, ...]:
        """Return the names given that no speaker of the transcript has.

        Parameters
        ----------
        transcript : Transcript

        Returns
        -------
        tuple of str

        Examples
        --------
        >>> from stagelens.transcripts import Roles, Transcript, Turn
        >>> talk = Transcript("talk.txt", "text", "utf-8", "", (Turn("Ann", "Good day."),))
        >>> Roles(responding=["Ann", "Dr Ann"]).strangers(talk)
        ('Dr Ann',)
        """
        there = {(speaker or "").casefold() for speaker in transcript.speakers}
        return tuple(name for role in ("responding", "harmed", "other") for name in getattr(self, role) if name.casefold() not in there)

"""The result of reading one text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .framework import Framework
from .records import Missing, NextStep, Profile, Span

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in one text.

    Attributes
    ----------
    text : str
        The text as given.
    spans : tuple of Span
        The markers of the speaker's own moves, in text order; offsets are code points into ``text``.
    mentions : tuple of Span
        What was found but is quoted, reported, negated, hypothetical, asked, taken back or unclear.
    profile : Profile
        The stages and the dimensions that the spans speak of; never a grade.
    missing : tuple of Missing
        What the statement does not name yet.
    next_step : NextStep or None
        What may help from the lowest stage with firm evidence to the one after it.
    speaker : str
        Who was taken to speak: ``responding``, ``harmed``, ``other`` or ``unknown``.

    Examples
    --------
    >>> import stagelens
    >>> reading = stagelens.load().tag("I was wrong to read your letter out in class.")
    >>> [span.marker for span in reading.spans]
    ['ownership']
    """

    text: str
    spans: tuple[Span, ...]
    mentions: tuple[Span, ...]
    profile: Profile
    missing: tuple[Missing, ...]
    next_step: NextStep | None
    speaker: str
    framework: Framework = field(repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the reading as plain data, with a format number (see ``docs/format.md``).

        Returns
        -------
        dict
            What ``json`` can write. Offsets in code points, and beside them in UTF-16 code units.

        Examples
        --------
        >>> import stagelens
        >>> plain = stagelens.load().tag("I was wrong to read your letter out.").to_dict()
        >>> plain["format"], plain["spans"][0]["marker"]
        (1, 'ownership')
        """
        from .export import to_dict

        return to_dict(self)

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the reading as JSON text in ASCII, so that any text survives any channel.

        Parameters
        ----------
        indent : int, optional
            Spaces a level; everything on one line unless given.

        Returns
        -------
        str

        Examples
        --------
        >>> import json, stagelens
        >>> json.loads(stagelens.load().tag("We had tea.").to_json())["spans"]
        []
        """
        from .export import to_json

        return to_json(self, indent=indent)

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas frame with one row a span, mentions included (see the column ``use``).

        Returns
        -------
        DataFrame, shape (spans and mentions, 11)
            Columns as in `stagelens.export.COLUMNS`.

        Examples
        --------
        >>> import stagelens
        >>> stagelens.load().tag("I was wrong to read your letter out.").to_frame()[["start", "end", "marker"]].values.tolist()
        [[0, 35, 'ownership']]
        """
        from .export import to_frame

        return to_frame(self)

    def to_html(self, *, title: str | None = None) -> str:
        """Return one self-contained HTML page without script or outside reference.

        Parameters
        ----------
        title : str, optional
            The page's title.

        Returns
        -------
        str

        Examples
        --------
        >>> import stagelens
        >>> page = stagelens.load().tag("I was wrong to read your letter out.").to_html(title="A first draft")
        >>> "<title>A first draft</title>" in page, "<script" in page
        (True, False)
        """
        from .render.html import to_html

        return to_html(self, title=title)

    def to_docx(self, *, notes: bool = False) -> bytes:
        """Return a .docx file: the text, with a comment on each finding (needs the extra ``web``).

        Parameters
        ----------
        notes : bool, default False
            Add the notes for mediators, which are not meant to be read out.

        Returns
        -------
        bytes

        Examples
        --------
        >>> import stagelens
        >>> stagelens.load().tag("I was wrong to read your letter out.").to_docx()[:2]
        b'PK'
        """
        from .render.word import to_docx

        return to_docx(self, notes=notes)

    def _repr_html_(self) -> str:
        from .render.html import to_html

        return to_html(self, full=False)

"""``import stagelens.pandas`` gives every frame and series a ``.stagelens``.

>>> import pandas as pd
>>> import stagelens.pandas
>>> letters = pd.Series(["I was wrong to read your letter.", None], index=["a", "b"])
>>> letters.stagelens.tag()[["marker", "text"]].values.tolist()
[['ownership', 'I was wrong to read your letter']]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from .errors import InputError
from .frames import SPANS, empty, tag_frame
from .lens import Lens, load

__all__ = ["FrameMarkers", "SeriesMarkers"]

LONG = 2_000
"""Rows from which progress is shown."""
PIECE = 500


@pd.api.extensions.register_dataframe_accessor("stagelens")
class FrameMarkers:
    """What `stagelens` does with a frame of texts; there as ``frame.stagelens`` after ``import stagelens.pandas``.

    Parameters
    ----------
    frame : DataFrame

    Examples
    --------
    >>> import pandas as pd
    >>> import stagelens.pandas
    >>> pd.DataFrame({"text": ["I was wrong to read your letter."]}).stagelens.tag()["marker"].tolist()
    ['ownership']
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def tag(self, text: str = "text", *, speaker: str | None = None, role: str | None = None, document: str | None = None, lens: Lens | None = None,
            progress: bool = True) -> pd.DataFrame:
        """Tag a column of texts.

        Parameters
        ----------
        text : str
            The column with the texts; rows where it is missing give no spans.
        speaker, role, document : str, optional
            Columns that say who speaks (any name), as whom (responding, harmed, other, unknown), and which rows are one conversation.
        lens : Lens, optional
            The built-in one with default settings unless given.
        progress : bool, default True
            Show on standard error how far it is, for more than 2,000 rows.

        Returns
        -------
        DataFrame
            One row a span, mentions included; the index holds the label of the row that each span stands in. ``start`` and ``end``
            are code points into that row's text. Columns and types as in `stagelens.frames.SPANS`, without ``turn``.

        Raises
        ------
        InputError
            If a column is not there, or a role is unknown.

        Examples
        --------
        >>> import pandas as pd
        >>> import stagelens.pandas
        >>> turns = pd.DataFrame({"said": ["I was wrong to read your letter.", "We had tea."]}, index=["t1", "t2"])
        >>> turns.stagelens.tag("said")["marker"].to_dict()
        {'t1': 'ownership'}
        """
        found = self._found({"text": text, "speaker": speaker, "role": role, "document": document}, lens or load(), progress=progress)
        return found.drop(columns="turn").set_axis(self._frame.index.take(found["turn"].to_numpy()), axis=0)

    def counts(self, text: str = "text", *, speaker: str | None = None, role: str | None = None, document: str | None = None, lens: Lens | None = None,
               progress: bool = True) -> pd.DataFrame:
        """Count the spans of each marker in each row, mentions left out.

        Parameters
        ----------
        text : str
            The column with the texts.
        speaker, role, document : str, optional
            Columns, as for `tag`.
        lens : Lens, optional
            The built-in one with default settings unless given.
        progress : bool, default True
            Show on standard error how far it is, for more than 2,000 rows.

        Returns
        -------
        DataFrame of Int64, shape (rows, markers)
            With the index of the frame. A row whose text is missing has missing counts.

        Raises
        ------
        InputError
            If a column is not there, or a role is unknown.

        Examples
        --------
        >>> import pandas as pd
        >>> import stagelens.pandas
        >>> pd.DataFrame({"text": ["I was wrong to read your letter.", "We had tea."]}).stagelens.counts()["ownership"].tolist()
        [1, 0]
        """
        lens = lens or load()
        found = self._found({"text": text, "speaker": speaker, "role": role, "document": document}, lens, progress=progress)
        own = found[found["use"] == "own"]
        table = pd.crosstab(own["turn"], own["marker"]).reindex(index=range(len(self._frame)), columns=list(lens.framework.markers), fill_value=0)
        table = table.astype("Int64")
        table.loc[self._frame[text].isna().to_numpy()] = pd.NA
        return table.set_axis(self._frame.index, axis=0).rename_axis(columns=None)

    def _found(self, columns: Mapping[str, str | None], lens: Lens, *, progress: bool) -> pd.DataFrame:
        """Return the spans; ``turn`` is the place of the row in the frame."""
        for name in columns.values():
            if name is not None and name not in self._frame.columns:
                raise InputError(f"the frame has no column {name!r}; it has {', '.join(map(str, self._frame.columns)) or 'none'}")
        turns = pd.DataFrame({kind: self._frame[name].array for kind, name in columns.items() if name is not None})
        turns["turn"] = range(len(turns))
        if columns["role"] is None:
            turns["role"] = lens.settings.speaker
        pieces = _pieces(turns)
        return pd.concat([empty(), *(tag_frame(piece, lens) for piece in _told(pieces, len(turns), progress=progress))], ignore_index=True).astype(dict(SPANS))


def _pieces(turns: pd.DataFrame) -> list[pd.DataFrame]:
    """Part a frame for progress; rows of one conversation stay together."""
    if "document" not in turns:
        return [turns.iloc[at:at + PIECE] for at in range(0, len(turns), PIECE)]
    return [turns]


def _told(pieces: Sequence[pd.DataFrame], rows: int, *, progress: bool) -> Iterable[pd.DataFrame]:
    if not progress or rows <= LONG:
        return pieces
    from rich.console import Console
    from rich.progress import track

    return track(pieces, description="reading", console=Console(stderr=True), total=len(pieces))


@pd.api.extensions.register_series_accessor("stagelens")
class SeriesMarkers:
    """What `stagelens` does with a series of texts; there as ``series.stagelens`` after ``import stagelens.pandas``.

    Parameters
    ----------
    series : Series

    Examples
    --------
    >>> import pandas as pd
    >>> import stagelens.pandas
    >>> pd.Series(["I was wrong to read your letter.", None]).stagelens.tag()["marker"].tolist()
    ['ownership']
    """

    def __init__(self, series: pd.Series) -> None:
        self._frame = FrameMarkers(pd.DataFrame({"text": series}))

    def tag(self, *, lens: Lens | None = None, progress: bool = True) -> pd.DataFrame:
        """Tag each text by itself.

        Parameters
        ----------
        lens : Lens, optional
            The built-in one with default settings unless given.
        progress : bool, default True
            Show on standard error how far it is, for more than 2,000 rows.

        Returns
        -------
        DataFrame
            As from `FrameMarkers.tag`.

        Examples
        --------
        >>> import pandas as pd
        >>> import stagelens.pandas
        >>> pd.Series(["I was wrong to read your letter."], index=["a"]).stagelens.tag()["end"].to_dict()
        {'a': 31}
        """
        return self._frame.tag(lens=lens, progress=progress)

    def counts(self, *, lens: Lens | None = None, progress: bool = True) -> pd.DataFrame:
        """Count the spans of each marker in each text, mentions left out.

        Parameters
        ----------
        lens : Lens, optional
            The built-in one with default settings unless given.
        progress : bool, default True
            Show on standard error how far it is, for more than 2,000 rows.

        Returns
        -------
        DataFrame of Int64, shape (texts, markers)
            With the index of the series. A missing text has missing counts.

        Examples
        --------
        >>> import pandas as pd
        >>> import stagelens.pandas
        >>> pd.Series(["I was wrong to read your letter.", "We had tea."]).stagelens.counts()["ownership"].tolist()
        [1, 0]
        """
        return self._frame.counts(lens=lens, progress=progress)

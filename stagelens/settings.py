"""The one place where a default stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .errors import SettingsError
from .records import SPEAKERS

PRESETS = {"precise": 0.75, "balanced": 0.55, "sensitive": 0.3}
"""The lowest score a span may have. Balanced shows what is likelier than not; precise shows what few readers would dispute."""

STANDS = {"precise": 0.9, "balanced": 0.66, "sensitive": 0.66}
"""How sure a wording must be by itself to be shown, as possible, where the model finds it very unlikely. The model has met less of the
world than the patterns' writers have: of real passages it passed over most of what a state or a church promised."""
DOUBTED = {"precise": 0.08, "balanced": 0.15, "sensitive": 0.0}
"""How sure rules and model must be together of any wording that is shown for its own sake: of what stood below, where the model saw nothing of
the kind, 40 of 42 were wrong, and three in four of what stood between .08 and .15."""
UNANSWERED = {"precise": 0.2, "balanced": 0.2, "sensitive": 0.0}
"""And how likely the model must find it that an answer to harm is given anywhere near it, where they are not sure of it together."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All that can be set.

    Attributes
    ----------
    preset : {"precise", "balanced", "sensitive"}
        How sure a finding must be to be shown.
    speaker : {"responding", "harmed", "other", "unknown"}
        Who speaks, where the call does not say: a pasted statement is taken as the responding person's.
    statement : bool
        Whether the text is known to answer for harm, such as a draft that somebody opens for this. Then one finding may stand alone. Else
        something near it must be sure, and the model must be sure that an answer to harm is given there; longer texts ask more. Most texts are
        about other things.
    clear, likely : float
        The scores from which a finding is called clear, or likely; below, it is called possible.
    firm : float
        The score from which a span counts as firm evidence for the next step.
    short_words : int
        Below this many words the profile says that the text is too short to tell much.
    max_chars : int
        The longest text in code points that is read in one piece.
    framework : path, optional
        The folder of a framework of your own (see ``docs/frameworks.md``); the built-in one unless given.

    Examples
    --------
    >>> import stagelens
    >>> settings = stagelens.Settings(preset="precise", speaker="unknown")
    >>> settings.threshold
    0.75
    >>> stagelens.load(settings=settings).settings.speaker
    'unknown'
    """

    preset: str = "balanced"
    speaker: str = "responding"
    statement: bool = False
    clear: float = 0.85
    likely: float = 0.65
    firm: float = 0.6
    short_words: int = 12
    max_chars: int = 20_000_000
    framework: str | Path | None = None

    def __post_init__(self) -> None:
        if self.preset not in PRESETS:
            raise SettingsError(f"preset is {self.preset!r}; allowed are {', '.join(PRESETS)}")
        if self.speaker not in SPEAKERS:
            raise SettingsError(f"speaker is {self.speaker!r}; allowed are {', '.join(SPEAKERS)}")
        if not 0 <= self.likely <= self.clear <= 1:
            raise SettingsError(f"likely and clear are {self.likely!r} and {self.clear!r}; allowed is 0 <= likely <= clear <= 1")

    @property
    def threshold(self) -> float:
        """The lowest score a span may have under this preset."""
        return PRESETS[self.preset]

    @property
    def stands(self) -> float:
        """How sure a wording must be by itself to be shown although the model finds it unlikely."""
        return STANDS[self.preset]

    @property
    def doubted(self) -> float:
        """How sure rules and model must be together even of a wording that is shown for its own sake."""
        return DOUBTED[self.preset]

    @property
    def unanswered(self) -> float:
        """How likely the model must find it that an answer to harm is given near such a wording."""
        return UNANSWERED[self.preset]

    def but(self, **changes: Any) -> Settings:
        """Return a copy with some values changed.

        Parameters
        ----------
        **changes
            New values, by the names of the attributes.

        Returns
        -------
        Settings

        Raises
        ------
        SettingsError
            If a value is outside what is allowed.

        Examples
        --------
        >>> import stagelens
        >>> stagelens.Settings().but(preset="sensitive").threshold
        0.3
        """
        return replace(self, **changes)

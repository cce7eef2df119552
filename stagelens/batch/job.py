"""What is asked of every file: all settings of a run, and their fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..framework import checksum
from ..transcripts import Roles
from ..version import __version__

if TYPE_CHECKING:
    from ..lens import Lens

FORMAT = 1
"""The number of the format of ``documents.jsonl``; what each number means stands in ``docs/format.md``."""


@dataclass(frozen=True)
class Job:
    """The settings of a run.

    Attributes
    ----------
    preset : {"precise", "balanced", "sensitive"}
    patterns : tuple of str
        Further pattern files.
    model : str or bool
        A model's folder; True for the built-in one, False for rules alone.
    roles : Roles
        Who is who.
    speaker_pattern : str or None
        How a line names its speaker.
    columns : mapping
        For tables, which column holds what.
    keep_text : bool
        False keeps only offsets and hashes: no word of a transcript is written.
    framework : str or None
        The folder of a framework of your own.

    Raises
    ------
    InputError, ResourceError, SettingsError
        From `Job.lens`, where a setting, a pattern file or the model cannot be used.

    Examples
    --------
    >>> from stagelens.batch import Job
    >>> from stagelens.transcripts import Roles
    >>> Job(preset="precise", roles=Roles(harmed=("B",))).lens().settings.preset
    'precise'
    """

    preset: str = "balanced"
    patterns: tuple[str, ...] = ()
    model: str | bool = True
    roles: Roles = field(default_factory=Roles)
    speaker_pattern: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    keep_text: bool = True
    framework: str | None = None

    def lens(self) -> Lens:
        """Return the lens; made once a process, unless a pattern file or the framework changes.

        Returns
        -------
        Lens

        Examples
        --------
        >>> from stagelens.batch import Job
        >>> Job().lens() is Job().lens()
        True
        """
        files = tuple(str(Path(path).stat().st_mtime_ns) for path in self.patterns if Path(path).exists())
        return _lens(self.patterns, self.model, self.preset, self.framework, (*files, *([checksum(Path(self.framework))] if self.framework else [])))

    @cached_property
    def fingerprint(self) -> str:
        """What decides the results beside the file itself, hashed: settings, version, framework, patterns, model."""
        about = {**asdict(self), "format": FORMAT, "stagelens": __version__,
                 "patterns": [hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in self.patterns], "model": self.model_name,
                 "framework": self.framework_sha256}
        return hashlib.sha256(json.dumps(about, sort_keys=True, default=list).encode()).hexdigest()

    @cached_property
    def model_name(self) -> str | None:
        """The checksum of the model's weights; None for rules alone."""
        return self.lens().model_checksum

    @cached_property
    def framework_sha256(self) -> str:
        """The checksum of the framework: its stages, markers, patterns and cues."""
        return self.lens().framework.checksum

    def key(self, name: str, content: str) -> str:
        """Return the name of the part that holds a file's results: other content, settings or version give another one.

        Parameters
        ----------
        name : str
            The file's name.
        content : str
            A hash of what is in it.

        Returns
        -------
        str
            64 hexadecimal digits.

        Examples
        --------
        >>> from stagelens.batch import Job
        >>> Job(preset="precise").key("a.txt", "0") == Job().key("a.txt", "0")
        False
        """
        return hashlib.sha256(f"{name}\0{content}\0{self.fingerprint}".encode("utf-8", "surrogateescape")).hexdigest()

    def about(self) -> dict[str, Any]:
        """Return the settings as plain data, for the manifest.

        Returns
        -------
        dict

        Examples
        --------
        >>> from stagelens.batch import Job
        >>> Job().about()["preset"]
        'balanced'
        """
        return {**asdict(self), "model": self.model_name, "framework_sha256": self.framework_sha256, "fingerprint": self.fingerprint}


@lru_cache(maxsize=4)
def _lens(patterns: tuple[str, ...], model: str | bool, preset: str, framework: str | None, _: tuple[str, ...]) -> Lens:
    from ..lens import load

    return load(patterns=patterns, model=model, preset=preset, framework=framework)

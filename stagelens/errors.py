"""The errors stagelens raises: one sentence each, saying what is wrong, the value seen and what is allowed."""

from __future__ import annotations


class StagelensError(Exception):
    """Base of every error that stagelens raises on purpose.

    Examples
    --------
    >>> import stagelens
    >>> try:
    ...     stagelens.load(preset="loud")
    ... except stagelens.StagelensError as error:
    ...     print(error)
    preset is 'loud'; allowed are precise, balanced, sensitive
    """


class InputError(StagelensError):
    """A text, file or argument cannot be read as what it should be.

    Examples
    --------
    >>> import stagelens
    >>> try:
    ...     stagelens.load().tag(None)
    ... except stagelens.InputError as error:
    ...     print(error)
    the text is of type NoneType; give a str
    """


class SettingsError(StagelensError):
    """A setting has a value outside what is allowed.

    Examples
    --------
    >>> import stagelens
    >>> try:
    ...     stagelens.Settings(speaker="narrator")
    ... except stagelens.SettingsError as error:
    ...     print(error)
    speaker is 'narrator'; allowed are responding, harmed, other, unknown
    """


class ResourceError(StagelensError):
    """A framework, pattern or cue file breaks its format.

    Examples
    --------
    >>> import stagelens
    >>> try:
    ...     stagelens.load(model="no-such-folder")
    ... except stagelens.ResourceError as error:
    ...     print("no-such-folder" in str(error))
    True
    """

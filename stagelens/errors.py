"""The errors stagelens raises: one sentence each, saying what is wrong, the value seen and what is allowed."""

from __future__ import annotations


class StagelensError(Exception):
    """Base of every error that stagelens raises on purpose."""


class InputError(StagelensError):
    """A text, file or argument cannot be read as what it should be."""


class SettingsError(StagelensError):
    """A setting has a value outside what is allowed."""


class ResourceError(StagelensError):
    """A framework, pattern or cue file breaks its format."""

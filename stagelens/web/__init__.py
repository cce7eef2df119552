"""The mediator's page: what the words of a draft do, shown on this computer alone. Needs the extra ``web``."""

from .site import app

__all__ = ["app"]

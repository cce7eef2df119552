"""A batch as one page: how much of what stands where, with the figures as tables."""

from .write import write_report

__all__ = ["write_report"]

"""A batch as one page: how much of what stands where, with the figures as tables."""

from .tables import Tables, across_sessions, by_speaker, frequencies, read_tables, timelines
from .write import write_report

__all__ = ["Tables", "across_sessions", "by_speaker", "frequencies", "read_tables", "timelines", "write_report"]

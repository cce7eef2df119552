"""Many transcripts into rows: parallel, resumable, one bad file never stops the rest."""

from .job import Job
from .run import Summary, run

__all__ = ["Job", "Summary", "run"]

"""Annotations of human coders, in and out of the tools they use."""

from .formats import READERS, WRITERS, read_coding, write_coding
from .machine import batch_coding, only, together
from .records import MACHINE, Annotation, Coding, Unplaced

__all__ = ["MACHINE", "READERS", "WRITERS", "Annotation", "Coding", "Unplaced", "batch_coding", "only", "read_coding", "together", "write_coding"]

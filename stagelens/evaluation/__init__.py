"""Measuring: scores against gold spans. Nothing of the main path imports it."""

from .gold import Gold, read_gold
from .run import measure
from .scores import Report, Score, evaluate, score

__all__ = ["Gold", "Report", "Score", "evaluate", "measure", "read_gold", "score"]

"""Practice for training programmes: read a statement, say which move it makes, see what annotators marked and how else it may be read.

Nobody is graded: what is told is in how many statements two readers saw the same. The statements are those of the test split of the annotated
phrases, which the built-in model never learnt from; a programme can bring its own.
"""

from .draw import NOBODY, SHARE, items, suitable
from .item import NONE, Answer, Choice, Item, kinds, results, summary

__all__ = ["NOBODY", "NONE", "SHARE", "Answer", "Choice", "Item", "items", "kinds", "results", "suitable", "summary"]

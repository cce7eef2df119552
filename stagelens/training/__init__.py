"""From annotated phrases to a trained model. Nothing of the main path imports it."""

from typing import TYPE_CHECKING, Any

from .phrases import Phrase, check_phrases, read_phrases

if TYPE_CHECKING:
    from .run import train

__all__ = ["Phrase", "check_phrases", "read_phrases", "train"]


def __getattr__(name: str) -> Any:
    if name != "train":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .run import train  # needs scikit-learn, which reading and checking phrases does not

    return train

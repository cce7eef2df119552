"""Where sentences begin: what spaCy's tokenizer and sentencizer say, asked only of the words beside a stop.

spaCy cuts a text at white space first and then each run of letters by itself, so a run without a stop in it neither ends a
sentence nor changes how its neighbours are cut. The result is that of the whole pipeline (a test compares them), without making
an object a token, which took three quarters of the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

LONG_RUN = 200
"""A run without a space that is longer than this is no word; it is cut, since the tokenizer peels such runs in squared time."""

MOST = 200_000
"""Words that spaCy may remember; then it begins anew, since it forgets none by itself and a corpus has no end."""

PLAIN, MARK, STOP = "plain", "mark", "stop"
"""A token as the sentencizer sees it: what may begin a sentence, a mark that belongs to the sentence before, a stop."""

_RUN = re.compile(r"(?P<gap>\s*)(?P<run>\S+)")
_SURROGATE = re.compile("[\ud800-\udfff]")


def sentence_starts(text: str, begin: int, finish: int) -> Iterator[int]:
    """Yield where sentences begin in a stretch of text, but for the first: at the first word or odd space after a stop."""
    stopped, at = False, begin
    while found := _RUN.match(text, at if stopped else _next_stop(text, at, finish), finish):
        gap, (start, end) = found["gap"], found.span("run")
        if stopped and gap not in ("", " "):  # any other space than a single one is a token of its own
            yield start - len(gap) + (gap[0] == " ")
            stopped, at = False, start
            continue
        for offset, kind in _tokens(text, start, end):
            if stopped and kind == PLAIN:
                yield offset
                stopped = False
            elif kind == STOP:
                stopped = True
        at = end


def _tokens(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    for at in range(start, end, LONG_RUN):
        for offset, kind in _parted(text[at:min(at + LONG_RUN, end)]):
            yield at + offset, kind


@lru_cache(maxsize=50_000)
def _parted(run: str) -> tuple[tuple[int, str], ...]:
    """Return the tokens of a run of letters and marks, each with its kind."""
    language = _language()
    tokens = language.make_doc(_SURROGATE.sub("\ufffd", run))  # spaCy cannot encode lone surrogates
    if len(language.vocab) > MOST:
        _language.cache_clear()
    return tuple((token.idx, STOP if token.text in _stops() else MARK if token.is_punct else PLAIN) for token in tokens)


@cache
def _language() -> Language:
    import spacy  # takes half a second, so only when a text is read

    return spacy.blank("en")


@cache
def _stops() -> frozenset[str]:
    from spacy.pipeline import Sentencizer

    return frozenset(Sentencizer.default_punct_chars)


@cache
def _stop() -> re.Pattern[str]:
    return re.compile(f"[{''.join(map(re.escape, sorted(_stops())))}]")


def _next_stop(text: str, at: int, finish: int) -> int:
    """Return where the next run that holds a stop begins, or the end."""
    stop = _stop().search(text, at, finish)
    if stop is None:
        return finish
    start = stop.start()
    while start > at and not text[start - 1].isspace():
        start -= 1
    return start

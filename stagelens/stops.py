"""Where sentences begin: what spaCy's tokenizer and sentencizer say, asked only of the words beside a stop.

spaCy cuts a text at white space first and then each run of letters by itself, so a run without a stop in it neither ends a
sentence nor changes how its neighbours are cut. The result is that of the whole pipeline (a test compares them), without making
an object a token, which took three quarters of the time. The runs that most sentences end in (a plain word, a stop, perhaps a closing
mark) are cut here by the same rules, so that spaCy is only loaded for the odd ones ("3.5", "e.g.").
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

MOST = 50_000
"""Words that spaCy may remember; then it begins anew, since it forgets none by itself and a corpus has no end."""

PLAIN, MARK, STOP = "plain", "mark", "stop"
"""A token as the sentencizer sees it: what may begin a sentence, a mark that belongs to the sentence before, a stop."""

STOPS = (
    "!.?\u0589\u061f\u06d4\u0700\u0701\u0702\u07f9\u0964\u0965\u104a\u104b\u1362\u1367\u1368\u166e\u1735\u1736\u1803\u1809\u1944\u1945\u1aa8\u1aa9"
    "\u1aaa\u1aab\u1b5a\u1b5b\u1b5e\u1b5f\u1c3b\u1c3c\u1c7e\u1c7f\u203c\u203d\u2047\u2048\u2049\u2e2e\u2e3c\u3002\ua4ff\ua60e\ua60f\ua6f3\ua6f7\ua876"
    "\ua877\ua8ce\ua8cf\ua92f\ua9c8\ua9c9\uaa5d\uaa5e\uaa5f\uaaf0\uaaf1\uabeb\ufe52\ufe56\ufe57\uff01\uff0e\uff1f\uff61\U00010a56\U00010a57\U00011047"
    "\U00011048\U000110be\U000110bf\U000110c0\U000110c1\U00011141\U00011142\U00011143\U000111c5\U000111c6\U000111cd\U000111de\U000111df\U00011238"
    "\U00011239\U0001123b\U0001123c\U000112a9\U0001144b\U0001144c\U000115c2\U000115c3\U000115c9\U000115ca\U000115cb\U000115cc\U000115cd\U000115ce"
    "\U000115cf\U000115d0\U000115d1\U000115d2\U000115d3\U000115d4\U000115d5\U000115d6\U000115d7\U00011641\U00011642\U0001173c\U0001173d\U0001173e"
    "\U00011a42\U00011a43\U00011a9b\U00011a9c\U00011c41\U00011c42\U00016a6e\U00016a6f\U00016af5\U00016b37\U00016b38\U00016b44\U0001bc9f\U0001da88")
"""What ends a sentence: spaCy's `Sentencizer.default_punct_chars`, a copy since asking for it takes half a second (a test compares them)."""

_SHORT = (
    "Adm Ak Ala Apr Ariz Ark Aug Bros Calif Co Colo Conn Corp Dec Del Dr Feb Fla Ga Gen Gov Ia Id Ill Inc Ind Jan Jr Jul Jun Kan Kans Ky La Ltd "
    "Mar Mass Md Messrs Mich Minn Miss Mo Mont Mr Mrs Ms Mt Neb Nebr Nev Nov Oct Okla Ore Pa Prof Rep Rev Sen Sep Sept St Tenn Va Wash Wis co vs")
SHORT = frozenset(_SHORT.split())
"""What spaCy takes for a short form with its stop (besides single letters); a copy, compared by the same test."""

_RUN = re.compile(r"(?P<gap>\s*)(?P<run>\S+)")
_PLAIN_RUN = re.compile(r"(?P<open>[\"(\u201c]*)(?P<word>[A-Za-z0-9](?:[A-Za-z0-9'\u2019]*[a-z0-9])?)(?P<stop>\.|[!?]+)(?P<close>[\")\u201d]*)")
_LETTER = re.compile("[A-Za-z0-9]")
_OPENING = re.compile(r"(?P<open>[\"(\u201c]+)[A-Za-z0-9][A-Za-z0-9'\u2019]+[,;:)\"\u201d]*")
_RUN_TOGETHER = re.compile(r"(?:i|you|he|she|it|we|they|that|this|these|those|there|how|what|when|where|who|why)['\u2019]?(?:d|s|ma?)", re.I)
"""Contractions ("hes"), whose last letter spaCy leaves together with the stop where the apostrophe is missing."""
_NEAR, _FAR = "".join(re.escape(stop) for stop in STOPS if stop <= "\uffff"), "".join(stop for stop in STOPS if stop > "\uffff")
_STOP = re.compile(f"[{_NEAR}]|[\U00010000-\U0010ffff](?<=[{_FAR}])")
"""In two parts, since a set that reaches over 16 bits is looked through stop by stop."""
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
    """Return the tokens of a run of letters and marks, each with its kind; of a plain word its first alone, since only that may begin a sentence."""
    if not _STOP.search(run):
        return _without_stop(run)
    plain = _PLAIN_RUN.fullmatch(run)
    if plain is None or (plain["stop"] == "." and (len(plain["word"]) == 1 or plain["word"] in SHORT or _RUN_TOGETHER.fullmatch(plain["word"]))):
        return ((0, PLAIN),) if run[:-1] in SHORT and run[-1] == "." else _by_spacy(run)
    opened, word, stop, closed = (range(*plain.span(part)) for part in ("open", "word", "stop", "close"))
    return (*((at, MARK) for at in opened), (word[0], PLAIN), *((at, STOP) for at in stop), *((at, MARK) for at in closed))


def _without_stop(run: str) -> tuple[tuple[int, str], ...]:
    """Return the tokens of a run that ends no sentence, up to the first that may begin one."""
    if _LETTER.match(run):
        return ((0, PLAIN),)
    opening = _OPENING.fullmatch(run)
    return (*((at, MARK) for at in range(opening.end("open"))), (opening.end("open"), PLAIN)) if opening else _by_spacy(run)


def _by_spacy(run: str) -> tuple[tuple[int, str], ...]:
    language = _language()
    tokens = language.make_doc(_SURROGATE.sub("\ufffd", run))  # spaCy cannot encode lone surrogates
    if len(language.vocab) > MOST:
        _language.cache_clear()
    return tuple((token.idx, STOP if token.text in STOPS else MARK if token.is_punct else PLAIN) for token in tokens)


@cache
def _language() -> Language:
    import spacy  # takes half a second, so only when an odd run is read

    return spacy.blank("en")


def _next_stop(text: str, at: int, finish: int) -> int:
    """Return where the next run that holds a stop begins, or the end."""
    stop = _STOP.search(text, at, finish)
    if stop is None:
        return finish
    start = stop.start()
    left = max(at, text.rfind(" ", at, start) + 1)
    piece = text[left:start]  # perhaps with odd spaces in it
    return left if not piece or piece.isalnum() else _last_run(piece, left)


def _last_run(piece: str, left: int) -> int:
    """Return where the last run of a piece begins, or its end if that is a space."""
    if piece[-1].isspace():
        return left + len(piece)
    return left + len(piece) - len(piece.rsplit(maxsplit=1)[-1])

"""What the model sees of a clause: words, word pairs, who does what to whom, its neighbours, and what the rules found.

A feature is a short string. Its first letter tells its family (`FAMILIES`), so that an ablation can leave a family out and
a person can read a weight. Everything is taken from the folded text; nothing is learnt here.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

from .patterns import FIRM
from .records import Document, Hit, Quote

FAMILIES = {
    "w": "words, and runs of two and three",
    "c": "runs of five letters within a word",
    "k": "who does what to whom: persons and small words kept, other words as a blank",
    "b": "words of the clause before, and of the one behind",
    "p": "place of the clause in its sentence and of the sentence in the text; question mark; the word that leads on to it",
    "r": "what the rules found in this clause, beside it and elsewhere in the text",
}
Places = Sequence[tuple[int, int, int]]
"""Clauses as (number of the sentence, start, end)."""
RUN = 5
"""Letters in a run: shorter runs, and runs of four and five bones, gained nothing on the dev split (0.705 against 0.701 with all of them)."""
LEFT, RIGHT, QUOTED, BLANK = "^", "$", "QUOTE", "_"
OPENING = re.compile(r"[\s\"'\u2014-]*(?:but|however|yet|still|though|although|nevertheless|nonetheless|even so|all the same|that said|then again)\b")
"""What opens a sentence that turns back to the one before: the two are read as one."""
WHOLE = 0.9
"""A quotation that covers this share of a text is the text itself, pasted between quotation marks."""

_start = attrgetter("start")
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[?!£$€]")
_SPLIT = re.compile(r"(?P<head>.+?)(?P<tail>n't|'(?:m|re|ve|ll|d|s))$")
_TAILS = {"n't": "not", "'m": "am", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "'s": "'s"}
_WHOLE = {"can't": ("can", "not"), "cannot": ("can", "not"), "won't": ("will", "not"), "shan't": ("shall", "not"), "cant": ("can", "not"),
          "dont": ("do", "not"), "didnt": ("did", "not"), "doesnt": ("does", "not"), "wasnt": ("was", "not"), "werent": ("were", "not"),
          "isnt": ("is", "not"), "havent": ("have", "not"), "hadnt": ("had", "not"), "couldnt": ("could", "not"), "wouldnt": ("would", "not"),
          "shouldnt": ("should", "not"), "wont": ("will", "not"), "im": ("i", "am"), "ive": ("i", "have"), "youre": ("you", "are"),
          "youve": ("you", "have"), "thats": ("that", "'s"), "u": ("you",), "ur": ("your",), "ya": ("you",), "ye": ("you",), "yous": ("you",),
          "y'all": ("you",), "gonna": ("going", "to"), "wanna": ("want", "to"), "gotta": ("got", "to")}
_PERSONS = {
    **dict.fromkeys(["i", "we", "me", "us", "myself", "ourselves"], "ME"), **dict.fromkeys(["my", "our", "mine", "ours"], "MY"),
    **dict.fromkeys(["you", "yourself", "yourselves"], "YOU"), **dict.fromkeys(["your", "yours"], "YOUR"),
    **dict.fromkeys(["he", "she", "they", "him", "them", "himself", "herself", "themselves", "somebody", "someone", "people", "everyone", "anyone"], "THEY"),
    **dict.fromkeys(["his", "her", "hers", "their", "theirs"], "THEIR"),
}
_SMALL = frozenset([
    "a", "about", "after", "again", "all", "always", "am", "an", "and", "any", "are", "as", "ask", "at", "back", "be", "because", "been", "before",
    "being", "both", "but", "by", "can", "could", "did", "do", "does", "done", "else", "even", "ever", "every", "feel", "felt", "for", "from", "get",
    "give", "given", "go", "going", "got", "had", "has", "have", "how", "if", "in", "into", "is", "it", "its", "just", "know", "let", "like", "made",
    "make", "may", "mean", "meant", "might", "more", "much", "must", "need", "no", "not", "nothing", "of", "off", "on", "once", "one", "only", "or",
    "other", "out", "over", "own", "please", "put", "said", "same", "say", "see", "should", "so", "some", "sorry", "still", "such", "take", "taken",
    "tell", "than", "that", "the", "then", "there", "these", "this", "those", "though", "time", "to", "told", "too", "up", "want", "wanted", "was",
    "were", "what", "when", "where", "whether", "which", "who", "why", "will", "with", "without", "would", "wrong", "yet"])


@dataclass(frozen=True, slots=True)
class Word:
    """A word as the model sees it, and the stretch of text it stands for (a contraction gives two words of one stretch)."""

    form: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause as the model sees it: where it stands, and its features (each once, sorted)."""

    sentence: int
    start: int
    end: int
    features: tuple[str, ...]


def clauses(document: Document, hits: Sequence[Hit], families: Iterable[str] = FAMILIES) -> Iterator[Clause]:
    """Yield the clauses of a text with their features; ``hits`` are the rules' findings with their use."""
    around = Surroundings(document, hits, frozenset(families))
    said = [[word.form for word in words(document, start, end)] for _, start, end in around.places]
    for index, (number, start, end) in enumerate(around.places):
        features = {*_of_words(said[index], around.families), *around.strings(index)}
        if "b" in around.families:
            for other, sign in around.beside(index):
                features |= {f"b{sign}{run}" for n in (1, 2) for run in _runs(said[other], n)}
        yield Clause(number, start, end, tuple(sorted(features)))


# --- words -------------------------------------------------------------------------------------------------------


def words(document: Document, start: int, end: int) -> list[Word]:
    """Return the words of a stretch, contractions parted; what stands between closed quotation marks is one word."""
    result: list[Word] = []
    at = start
    for quote in _quotes_in(document, start, end):
        result += _parted(document.folded, at, max(at, quote.start))
        result.append(Word(QUOTED, max(at, quote.start), min(end, quote.end)))
        at = max(at, quote.end)
    return result + _parted(document.folded, at, max(at, end))


def _quotes_in(document: Document, start: int, end: int) -> list[Quote]:
    """Return the closed quotations that reach into a stretch, but for one that is the text itself."""
    quotes = document.quotes
    first = max(0, bisect_right(quotes, start, key=_start) - 1)
    return [q for q in quotes[first:bisect_left(quotes, end, key=_start)] if q.end > start and _is_mention(document, q)]


def _is_mention(document: Document, quote: Quote) -> bool:
    return quote.closed and quote.end - quote.start < WHOLE * len(document.text)


def _with_quotations(document: Document, places: Places) -> set[int]:
    """Return the numbers of the clauses into which a closed quotation reaches."""
    starts, ends = ([place[at] for place in places] if document.quotes else [] for at in (1, 2))
    return {index for quote in document.quotes if _is_mention(document, quote)
            for index in range(bisect_right(ends, quote.start), bisect_left(starts, quote.end))}


def _parted(folded: str, start: int, end: int) -> list[Word]:
    return [Word(part, token.start(), token.end()) for token in _TOKEN.finditer(folded, start, end) for part in parts(token[0])]


@lru_cache(maxsize=50_000)
def parts(token: str) -> tuple[str, ...]:
    """Return the words that a token stands for: "didn't" is "did" and "not"; a number is 0."""
    if token in _WHOLE:
        return _WHOLE[token]
    if token.isdigit():
        return ("0",)
    parted = _SPLIT.match(token)
    return (parted["head"], _TAILS[parted["tail"]]) if parted else (token,)


def _of_words(said: Sequence[str], families: Collection[str]) -> Iterator[str]:
    if "w" in families:
        yield from (f"w {run}" for n in (1, 2, 3) for run in _runs([LEFT, *said, RIGHT], n))
    if "c" in families:
        yield from (run for form in said for run in letters(form))
    if "k" in families:
        yield from (f"k {run}" for n in (2, 3) for run in _runs([LEFT, *map(bone, said), RIGHT], n))
        yield from (f"k {run}" for n in (2, 3) for run in _runs([*map(person, said)], n))


def _runs(forms: Sequence[str], n: int) -> Iterator[str]:
    return map(" ".join, zip(*(forms[i:] for i in range(n)), strict=False))


@lru_cache(maxsize=5_000)
def letters(form: str) -> tuple[str, ...]:
    """Return the letter runs of a word, its edges marked, each once and in order: what is numbered as it is met is numbered alike in every process."""
    edged = f"<{form}>"
    return tuple(dict.fromkeys(f"c {edged[i:i + RUN]}" for i in range(len(edged) - RUN + 1)))


def bone(form: str) -> str:
    """Return a person or a small word as such, any other word as a blank."""
    return _PERSONS.get(form) or (form if form in _SMALL or len(form) == 1 else BLANK)


def person(form: str) -> str:
    """Return a word, pronouns as the person they stand for."""
    return _PERSONS.get(form, form)


# --- surroundings ------------------------------------------------------------------------------------------------

class Surroundings:
    """What stands around the clauses of a text: their places, their neighbours, and what the rules found."""

    def __init__(self, document: Document, hits: Sequence[Hit], families: Collection[str]) -> None:
        self.families = families
        self.places: Places = [(number, start, end) for number, sentence in enumerate(document.sentences) for start, end in sentence.clauses]
        self._document = document
        opened = {number for number, sentence in enumerate(document.sentences) if OPENING.match(document.folded, sentence.start, sentence.end)}
        self._turning = {number for number in opened if number - 1 not in opened}  # of two at most, so that what is read as one stays short
        self._quoted = _with_quotations(document, self.places)
        self._found = _found(self.places, hits)
        self._near = {index + by for index in self._found for by in (-1, 0, 1)}
        self._elsewhere = {marker: f"r text {marker}" for marker in sorted({h.marker for h in hits if h.use == "own" and not h.needs and h.weight >= FIRM})}
        self._wherever = tuple(self._elsewhere.values()) if "r" in families else ()

    def tokens(self, index: int) -> list[str]:
        """Return the words of a clause like `words`, contractions whole (see `parts`)."""
        _, start, end = self.places[index]
        if index in self._quoted:
            return [word.form for word in words(self._document, start, end)]
        found: list[str] = _TOKEN.findall(self._document.folded, start, end)
        return found

    def goes_on(self, index: int) -> bool:
        """Tell whether a clause goes on from the one before it: in the same sentence, or in one that opens with a turn."""
        if not 0 < index < len(self.places):
            return False
        before, number = self.places[index - 1][0], self.places[index][0]
        return before == number or number in self._turning

    def beside(self, index: int) -> Iterator[tuple[int, str]]:
        """Yield the clauses before and behind that belong together with this one, each with its sign."""
        if self.goes_on(index):
            yield index - 1, "<"
        if self.goes_on(index + 1):
            yield index + 1, ">"

    def strings(self, index: int) -> tuple[str, ...]:
        """Return the features of a clause that are not made of its words or its neighbours'."""
        place = _of_place(self._document, *self.places[index]) if "p" in self.families else ()
        return place + (tuple(self._of_rules(index)) if index in self._near and "r" in self.families else self._wherever)

    def _of_rules(self, index: int) -> Iterator[str]:
        here = sorted(self._found.get(index, ()))
        yield from (f"r {what}" for what in here)
        for other, sign in self.beside(index):
            yield from (f"r{sign}{what}" for what in sorted(self._found.get(other, ())))
        yield from (string for marker, string in self._elsewhere.items() if marker not in here)


def _of_place(document: Document, number: int, start: int, end: int) -> tuple[str, ...]:
    sentence = document.sentences[number]
    lead = document.folded[max(sentence.start, start - 12):start].strip(" ,;").split() if start > sentence.start else ()
    return _place(start == sentence.start, end == sentence.end, len(sentence.clauses) == 1, document.folded[sentence.end - 1] == "?",
                  number == 0, number == len(document.sentences) - 1, lead[-1] if lead else "")


@lru_cache(maxsize=10_000)
def _place(first: bool, last: bool, alone: bool, asks: bool, opens: bool, closes: bool, lead: str) -> tuple[str, ...]:
    told = ["p first" if first else "p later", "p last" if last else "p earlier", "p alone" if alone else "p among"]
    told += [name for name, true in (("p asks", asks), ("p opens", opens), ("p closes", closes)) if true]
    return (*told, f"p after {lead}") if lead else tuple(told)


def _found(places: Places, hits: Sequence[Hit]) -> Mapping[int, set[str]]:
    """Return what the rules found, clause by clause: the marker where it is the speaker's own, else marker and use."""
    by_sentence: dict[int, list[int]] = {}
    for index, (number, _, _) in enumerate(places):
        by_sentence.setdefault(number, []).append(index)
    result: dict[int, set[str]] = {}
    for hit in hits:
        kind = "" if hit.use == "own" else f" {hit.use}"
        sure = "!" if hit.weight >= FIRM and not hit.needs else "?"
        for index in by_sentence.get(hit.sentence, ()):
            if places[index][1] < hit.core_end and hit.core_start < places[index][2]:
                result.setdefault(index, set()).update({f"{hit.marker}{kind}", f"{hit.marker}{kind}{sure}"})
    return result

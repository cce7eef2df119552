r"""The words that an expression cannot do without, worked out from how it is written.

An expression such as ``\b(?:i am|we are) (?:very )?sorry`` matches no text that lacks "sorry", or both "i" and "we". `required`
returns such groups: of each group, one word at least stands in every text that matches. It reads the part of RE2's language that
patterns are written in; of anything else it says nothing, and an expression without groups is simply always tried.

A word is a run of ASCII letters, digits and underscores, and is written with a bar on each side where it is known to end there:
``|sorry|`` is that word alone, ``|apolog`` any word that begins so, ``|my|fault|`` these two with nothing but spaces and marks between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

Group = frozenset[str]
"""Words, one of which must be there."""
Ways = tuple[tuple[Group, ...], ...]
"""Alternatives, each with the groups it needs."""

MOST = 96
"""Wordings of a part that are told apart; with more, groups are made of them and the next part begins anew."""
SHORTEST = 3
"""Letters that a word must have to be asked for wherever it stands in another; shorter ones are nearly always there."""
TOGETHER = 0.05
"""How often the rarer of two words is taken to have the other at its side."""
EDGE = "|"
OPEN = ("(?:", "(")
ENDING = ("(?:", r"\b", "|", "$", ")")
Tokens = tuple[str, ...]

_TOKEN = re.compile(r"(?:[\w ',-](?![?*+{]))+|\\x[0-9a-fA-F]{2}|\\.|\[\^?(?:\\.|\]|)(?:\\.|[^\]\\])*\]|\(\?:|\(\?.|[?*+]\??|\{\d+(?:,\d*)?\}\??|.", re.S)
_SIGN = re.compile(r"[?*+]|\{\d")
_MEMBER = re.compile(r"\\x[0-9a-fA-F]{2}|\\.|.", re.S)
_WORD = re.compile(r"\w", re.A)
_MARKS = re.compile(r"\W+", re.A)
_EDGES = re.compile(r"\|+")
_FREQUENT = (
    "the of and to a in i you that it is was for s on be t with as he have not at they my we this but me are or what so if her had from all your "
    "do she one there an his when no can were who will about up out by would them time just which their know some like been has our get more him "
    "its don him then than now could think did us how go well only see am here want any because very over other people into right good really re "
    "said two ve say should these make much ll way too even back thing things where why going got come m after most something work never through "
    "those being first day down new off take made every long own still old before")
_COMMON = {word: 0.1 / (rank + 2) for rank, word in enumerate(_FREQUENT.split())}
"""The most frequent words of English with the share of all words that their rank makes likely (Zipf)."""
_NONE: frozenset[str] = frozenset([""])


class _UnknownError(Exception):
    """Something is written that this module does not read."""


@dataclass(slots=True)
class _Part:
    """What is known of a part of an expression: all its wordings, or else groups, whether it may be empty, and whether a word ends with it."""

    exact: frozenset[str] | None = None
    groups: list[Group] = field(default_factory=list)
    empty: bool = False
    edge: bool = False

    def told(self) -> list[Group]:
        return self.groups if self.exact is None else _groups(self.exact)


def required(expression: str) -> Ways:
    """Return what a text must hold to match: for each alternative of the expression groups, of each of which it holds a word.

    The telling groups come first. An alternative without groups can match any text.
    """
    try:
        return tuple(_telling(_either(tokens, False, False).told()) for tokens in _alternatives(tuple(_TOKEN.findall(expression))))
    except (_UnknownError, IndexError):
        return ((),)


def _alternatives(tokens: Tokens) -> list[Tokens]:
    """Part an expression at its outermost bars; of a pattern these stand in brackets between edges of words."""
    if tokens[:2] == (r"\b", "(?:") and tokens[-5:] == ENDING and _end(tokens, 1) == len(tokens) - 5:
        within = tokens[2:-6]
        bare = within[1:-1] if within[:1] == ("(?:",) and _end(within, 0) == len(within) else within
        if bars := list(_bars(bare)):
            return [(r"\b", "(?:", *bare[start + 1:end], ")", *ENDING) for start, end in pairwise([-1, *bars, len(bare)])]
    return [tokens]


def _telling(groups: Iterable[Group]) -> tuple[Group, ...]:
    """Return the groups in the order of how seldom they are met, without those that say less than another."""
    kept: list[Group] = []
    for group in sorted(dict.fromkeys(groups), key=_rank):
        vague = any(EDGE not in word and len(word) < SHORTEST for word in group)
        if not vague and not any(_says_more(other, group) for other in kept):
            kept.append(group)
    return tuple(kept)


def _says_more(one: Group, other: Group) -> bool:
    """Tell whether a text that holds a word of the one group is sure to hold one of the other."""
    return all(word in other or any(part in other for part in _singles(word)) for word in one)


def _singles(word: str) -> list[str]:
    """Return the two words of a pair, each with its bars; nothing for a single word."""
    parts = word[1:-1].split(EDGE)
    return [f"{EDGE}{part}{EDGE}" for part in parts] if len(parts) > 1 else []


@cache
def _rank(group: Group) -> tuple[float, list[str]]:
    """Guess how often a group is met."""
    return sum(map(_rate, sorted(group))), sorted(group)


@cache
def _rate(word: str) -> float:
    """Guess how often a word is met, as a share of all words: the frequent ones by their rank, others by their length."""
    if parts := _singles(word):
        return TOGETHER * min(map(_rate, parts))
    bare = word.strip(EDGE)
    rate = _COMMON.get(bare) or 0.2 * 2.0 ** -len(bare) / len(bare)
    return rate if word.count(EDGE) == 2 else rate + 0.2 * 3.0 ** -len(bare) * (3, 1)[word.count(EDGE)]


# --- reading an expression ---------------------------------------------------------------------------------------


@cache  # patterns share their vocabulary
def _either(tokens: Tokens, edge: bool, closed: bool) -> _Part:
    """Read alternatives; ``edge`` and ``closed`` tell that no word runs on over their beginning or end."""
    branches, start = [], 0
    for at in [*_bars(tokens), len(tokens)]:
        branches.append(_row(tokens[start:at], edge, closed))
        start = at + 1
    return _any_of(branches)


def _bars(tokens: Tokens) -> Iterator[int]:
    depth = 0
    for at, mark in enumerate(tokens):
        depth += mark in OPEN
        depth -= mark == ")"
        if mark == "|" and not depth:
            yield at


def _row(tokens: Tokens, edge: bool, closed: bool) -> _Part:
    """Read parts that follow each other."""
    row, at = _Row(edge), 0
    while at < len(tokens):
        end = _end(tokens, at)
        sign = tokens[end] if end < len(tokens) and _SIGN.match(tokens[end]) else ""
        behind = end + bool(sign)
        if behind < len(tokens) and _SIGN.match(tokens[behind]):
            raise _UnknownError
        once = sign in ("", "?", "??")
        shut = _is_edge(tokens[behind:behind + 4]) if behind < len(tokens) else closed
        row.add(_repeated(_one(tokens[at:end], once and row.at_edge(), once and shut), sign))
        at = behind
    return row.part()


def _end(tokens: Tokens, at: int) -> int:
    """Return where the part ends that begins at a mark."""
    depth = 0
    while True:
        depth += tokens[at] in OPEN
        depth -= tokens[at] == ")"
        at += 1
        if not depth:
            return at


def _is_edge(tokens: Tokens) -> bool:
    """Tell whether what follows begins with a mark or the edge of a word."""
    if tokens == ENDING[:4]:
        return True
    if tokens[0] in OPEN or (len(tokens) > 1 and _SIGN.match(tokens[1])):
        return False
    exact = _one(tokens[:1], False, False).exact
    return exact is not None and all(text.startswith(EDGE) for text in exact)


def _one(tokens: Tokens, edge: bool, closed: bool) -> _Part:
    """Read one part: a bracket with what is in it, a class of letters, a letter."""
    mark = tokens[0]
    if mark in OPEN:
        return _either(tokens[1:-1], edge, closed)
    if mark.startswith("(?") or mark == ")" or _SIGN.match(mark):
        raise _UnknownError
    return _class(mark) if mark.startswith("[") else _letter(mark)


def _letter(mark: str) -> _Part:
    """Read one letter, mark, place or kind of letter, or some plain ones."""
    if mark == "." or mark in (r"\w", r"\d", r"\S", r"\D"):
        return _Part()
    if mark in (r"\b", r"\s", r"\W", "^", "$"):
        return _Part(frozenset([EDGE]))
    plain = _character(mark) if mark[0] == "\\" else mark
    return _Part(frozenset([_MARKS.sub(EDGE, plain)]))


def _character(mark: str) -> str:
    if len(mark) == 4 and mark.startswith(r"\x"):
        return chr(int(mark[2:], 16))
    if len(mark) == 2 and mark[0] == "\\":
        if mark[1].isalnum():
            raise _UnknownError
        return mark[1]
    return mark


def _class(mark: str) -> _Part:
    members = _MEMBER.findall(mark[1:-1])
    if "[" in members or not members:
        raise _UnknownError  # perhaps a class with a name
    if members[0] == "^" or any(member in (r"\w", r"\d", r"\S", r"\D") for member in members) or "-" in members[1:-1]:
        return _Part()
    letters = {EDGE if member in (r"\s", r"\W") or not _WORD.match(_character(member)) else _character(member) for member in members}
    return _Part(frozenset(letters))


def _repeated(part: _Part, sign: str) -> _Part:
    if not sign:
        return part
    least = int(sign[1:].split(",", maxsplit=1)[0].rstrip("}?")) if sign[0] == "{" else int(sign[0] == "+")
    if sign[0] == "?":
        return _Part(part.exact | _NONE) if part.exact is not None else _Part(empty=True, edge=part.edge)
    if part.exact is not None and part.exact == frozenset({EDGE}):
        return part if least else _Part(part.exact | _NONE)
    edge = all(text.endswith(EDGE) for text in part.exact) if part.exact is not None else part.edge
    empty = not least or (part.empty if part.exact is None else "" in part.exact)
    return _Part(groups=part.told() if least else [], empty=empty, edge=edge)


# --- putting parts together --------------------------------------------------------------------------------------


class _Row:
    """Parts that follow each other: the wordings of the last stretch of them, and groups for what stands before it."""

    def __init__(self, edge: bool) -> None:
        self._texts, self._groups, self._whole, self._empty = frozenset([EDGE]) if edge else _NONE, list[Group](), True, True

    def add(self, part: _Part) -> None:
        if part.exact is not None and len(self._texts) * len(part.exact) <= MOST:
            self._texts = frozenset(_EDGES.sub(EDGE, left + right) for left in self._texts for right in part.exact)
            return
        at_edge = self.at_edge()
        self._close(closed=part.exact is not None and all(text.startswith(EDGE) for text in part.exact))
        if part.exact is not None:
            self._texts = frozenset((EDGE + text).replace("||", EDGE) for text in part.exact) if at_edge else part.exact
        else:
            self._groups += part.groups
            self._empty = self._empty and part.empty
            self._texts = frozenset([EDGE]) if part.edge and (at_edge or not part.empty) else _NONE

    def at_edge(self) -> bool:
        """Tell whether no word runs on over the end of what was added."""
        return all(text.endswith(EDGE) for text in self._texts)

    def _close(self, *, closed: bool) -> None:
        """Make groups of the wordings so far; ``closed`` tells that a word ends there."""
        self._groups += _groups([text + EDGE for text in self._texts] if closed else self._texts)
        self._empty = self._empty and "" in self._texts
        self._whole = False

    def part(self) -> _Part:
        if self._whole:
            return _Part(self._texts)
        edge = self.at_edge()
        return _Part(None, self._groups + _groups(self._texts), self._empty and bool({"", EDGE} & self._texts), edge)


def _any_of(branches: Sequence[_Part]) -> _Part:
    if len(branches) == 1:
        return branches[0]
    if all(branch.exact is not None for branch in branches):
        texts = frozenset[str]().union(*(branch.exact or () for branch in branches))
        if len(texts) <= MOST:
            return _Part(texts)
    told = [sorted(branch.told(), key=_rank) for branch in branches]
    edge = all(branch.edge if branch.exact is None else all(text.endswith(EDGE) for text in branch.exact) for branch in branches)
    empty = any(branch.empty if branch.exact is None else "" in branch.exact for branch in branches)
    return _Part(None, [frozenset().union(*groups) for groups in zip(*told, strict=False)], empty, edge)


def _groups(texts: Iterable[str]) -> list[Group]:
    """Return groups for wordings one of which is there: words of all of them; and of each its longest, its first, its last, and its rarest word or pair."""
    words = [_words(text) for text in texts]
    if not all(words):
        return []
    common = set(words[0]).intersection(*words[1:])
    ways = ([max(some, key=lambda w: (len(w), w)) for some in words], [some[0] for some in words], [some[-1] for some in words],
            [min([*some, *_pairs(some)], key=lambda w: (_rate(w), w)) for some in words])
    return [*(frozenset([word]) for word in sorted(common)), *(frozenset(way) for way in ways)]


def _pairs(words: Sequence[str]) -> Iterator[str]:
    """Yield neighbouring words that are known to begin and end there, two as one."""
    return (f"{left}{right[1:]}" for left, right in pairwise(words) if left[0] == EDGE and right[-1] == EDGE)


def _words(text: str) -> list[str]:
    """Return the words of a wording, each with the bars at its sides."""
    cuts = [-1, *(i for i, letter in enumerate(text) if letter == EDGE), len(text)]
    return [text[max(left, 0):right + 1] for left, right in pairwise(cuts) if right - left > 1]

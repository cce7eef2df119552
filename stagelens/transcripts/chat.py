"""CHAT (.cha), the format of TalkBank and CHILDES: main lines, with the codes of the transcriber taken out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .names import finite
from .records import Fragment, Part, Turn, joined

_MAIN = re.compile(r"^\*(?P<who>[^:\s]+):[ \t]*(?P<words>.*(?:\r?\n[ \t].*)*)", re.M)
_PARTICIPANTS = re.compile(r"^@Participants:[ \t]*(?P<list>.*(?:\r?\n[ \t].*)*)", re.M)
_RUN = re.compile(r"\s+|\S+")
_BULLET = re.compile(r"\x15(\d+)_(\d+)\x15")
_CODE = re.compile(
    r"\x15[^\x15]*\x15"                      # time bullet
    r"|<[^<>]*>\s*\[/{1,3}\]|(?<![^\s<>\[\]\x15])[^\s<>\[\]]+\s+\[/{1,3}\]"   # said, and said again: the second counts
    r"|\[[^\[\]]*\]"                           # [//], [+ IMP], [: word], [=! laughing]
    r"|&=\S+|&[-+~]?\S+"                     # &=laughs, &-um: events, fillers, fragments
    r"|\((?:\.+|(?:\d{1,4}:)?\d{1,6}\.?\d{0,6})\)"           # (.) (..) (1.5): pauses
    r"|\b0\w+|(?<!\S)0(?=\s)"                # 0is: a word left out
    r"|\+(?:\.\.\.|/\.|//\.|\.\.\?|/\?|!\?|\"/\.|\"\.|[\"^,<+])"  # +... and other ends and beginnings
    r"|[<>()\u2308\u2309\u230a\u230b\u2021\u201e\u2191\u2193\u224b\u2248\u21d7\u21d8]"
    r"|@[a-z](?::\w+)?(?=\s|$)"              # word@f
    r"|\b(?:xxx|yyy|www)\b"                  # not understood
    r"|(?<=\w)[:^](?=\w)"                    # drawn out
)


def is_chat(text: str) -> bool:
    """Tell whether a file is CHAT."""
    return bool(re.match(r"(?:\ufeff)?@(?:UTF8|Begin|Font|PID)", text))


def read_chat(text: str) -> list[Turn]:
    """Return the turns of a CHAT file; dependent lines (``%mor``) are left out."""
    people = dict(_people(text))
    return list(joined(_fragment(text, main, people) for main in _MAIN.finditer(text)))


def _people(text: str) -> Iterator[tuple[str, str]]:
    """Yield each code with the name it stands for: "MOT Sue Mother" is Sue; without a name the code stays."""
    found = _PARTICIPANTS.search(text)
    for entry in re.sub(r"\s+", " ", found["list"]).split(",") if found else ():
        words = entry.split()
        if words:
            yield words[0], words[1].replace("_", " ") if len(words) > 2 else words[0]


def _fragment(text: str, main: re.Match[str], people: dict[str, str]) -> Fragment:
    parts: list[Part] = []
    at = main.start("words")
    for code in _CODE.finditer(text, at, main.end("words")):
        parts += _plain(text, at, code.start())
        at = code.end()
    parts += _plain(text, at, main.end("words"))
    times = _BULLET.findall(main["words"])
    start, end = (_seconds(times[0][0]), _seconds(times[-1][1])) if times else (None, None)
    return Fragment(people.get(main["who"], main["who"]), _tightened(parts), start, end)


def _seconds(milliseconds: str) -> float | None:
    value = finite(milliseconds)
    return None if value is None else value / 1000


def _plain(text: str, at: int, until: int) -> list[Part]:
    """Return the words of a stretch; runs of white space become one space, and underscores the spaces they stand for."""
    return [(" " if m[0].isspace() else m[0].replace("_", " "), m.start(), m.end()) for m in _RUN.finditer(text, at, until)]


def _tightened(parts: list[Part]) -> list[Part]:
    """Leave out the spaces that codes leave behind: two in a row, and one before a stop."""
    result: list[Part] = []
    for part in parts:
        if part[0] == " " and (not result or result[-1][0] == " "):
            continue
        if part[0][:1] in ".?!," and result and result[-1][0] == " ":
            result.pop()
        result.append(part)
    return result

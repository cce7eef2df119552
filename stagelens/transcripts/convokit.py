"""ConvoKit corpora (a folder with ``utterances.jsonl``), read and written without the convokit package, one conversation at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import InputError
from .names import finite
from .records import Piece, Transcript, Turn

UTTERANCES = "utterances.jsonl"


def is_corpus(path: Path) -> bool:
    """Tell whether a folder is a ConvoKit corpus."""
    return path.is_dir() and (path / UTTERANCES).is_file()


def read_corpus(folder: Path) -> Iterator[Transcript]:
    """Yield the conversations of a corpus, in the order of their first utterance.

    Only where each utterance's line begins is held in memory, so a corpus may be larger than that.
    """
    path = folder / UTTERANCES
    places: dict[str, list[int]] = {}
    with _opened(path) as file:
        at = 0
        for number, line in enumerate(file, 1):
            if line.strip():
                places.setdefault(_conversation(_utterance(line, path, number)), []).append(at)
            at += len(line)
        for conversation, starts in places.items():
            utterances = []
            for start in starts:
                file.seek(start)
                utterances.append(_utterance(file.readline(), path, 0))
            yield _transcript(f"{folder.name}#{conversation}", utterances)


def _opened(path: Path) -> Any:
    try:
        return path.open("rb")
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); give a readable corpus") from None


def _utterance(line: bytes, path: Path, number: int) -> dict[str, Any]:
    try:
        data = json.loads(line)
        if isinstance(data, dict):
            return data
    except (ValueError, RecursionError):
        pass
    raise InputError(f"{path} has no utterance in line {number}; each line must be one JSON object")


def _conversation(utterance: Mapping[str, Any]) -> str:
    return str(utterance.get("conversation_id") or utterance.get("root") or utterance.get("id"))


def _transcript(name: str, utterances: Iterable[Mapping[str, Any]]) -> Transcript:
    text, turns = "", []
    for utterance in utterances:
        words = str(utterance.get("text") or "")
        if words.strip():
            at = len(text)
            speaker = utterance.get("speaker", utterance.get("user"))
            turns.append(Turn(str(speaker) if speaker is not None else None, words, start=_time(utterance.get("timestamp")),
                              pieces=(Piece(0, len(words), at, at + len(words)),)))
            text += words + "\n"
    return Transcript(name, "convokit", None, text, tuple(turns))


def _time(value: Any) -> float | None:
    return None if isinstance(value, str) else finite(value)


def write_corpus(folder: Path, conversations: Iterable[tuple[Transcript, list[list[dict[str, Any]]]]]) -> None:
    """Write conversations, with the findings of each turn as metadata ``stagelens``, as a corpus that convokit reads.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    conversations : iterable of (Transcript, list)
        With each transcript a list of rows for each of its turns (see `stagelens.export.to_rows`).
    """
    folder.mkdir(parents=True, exist_ok=True)
    speakers: dict[str, Any] = {}
    about: dict[str, Any] = {}
    with (folder / UTTERANCES).open("w", encoding="utf-8", newline="\n") as file:
        for transcript, found in conversations:
            about[transcript.name] = {"vectors": [], "meta": {"format": transcript.format}}
            for utterance in _utterances(transcript, found):
                speakers[utterance["speaker"]] = {"vectors": [], "meta": {}}
                file.write(json.dumps(utterance, ensure_ascii=True) + "\n")
    types = {"stagelens": ["<class 'list'>"], "role": ["<class 'str'>"]}
    index = {"utterances-index": types, "speakers-index": {}, "conversations-index": {"format": ["<class 'str'>"]}, "overall-index": {}, "vectors": [],
             "version": 1}
    for name, data in (("speakers", speakers), ("conversations", about), ("corpus", {}), ("index", index)):
        (folder / f"{name}.json").write_text(json.dumps(data, ensure_ascii=True) + "\n", encoding="utf-8")


def _utterances(transcript: Transcript, found: list[list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    first = previous = None
    for number, (turn, rows) in enumerate(zip(transcript.turns, found, strict=True)):
        key = f"{transcript.name}_{number}"
        first = first or key
        yield {"id": key, "conversation_id": first, "text": turn.text, "speaker": turn.speaker or "unknown", "reply-to": previous,
               "timestamp": turn.start, "vectors": [], "meta": {"role": turn.role, "stagelens": rows}}
        previous = key

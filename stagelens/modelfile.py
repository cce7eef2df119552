"""A model's two files: ``model.json`` (markers, words, thresholds, where it comes from) and ``weights.npz``.

Both may come from anywhere. The numbers are read without pickle and only where they are those that the header speaks of; whatever else
does not fit is refused in a sentence before it is used.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Collection, Mapping
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from .errors import ResourceError
from .features import FAMILIES
from .keys import FAMILY, OTHER, SHAPE, WORD, Ints, Vocabulary
from .model import Header, Model
from .nearby import width
from .records import Joint, Thresholds
from .settings import PRESETS

FORMAT = 6
HEADER, NUMBERS = "model.json", "weights.npz"
ARRAYS = ("keys", "rarity", "unknown", "weights", "bias", "second", "second_bias")
LARGEST = 1_000_000
"""No number of a model is further from nothing: trained ones are below a hundred, and sums of these stay finite."""
UNPACKED = 1_000_000_000
"""Bytes that the numbers of a model may take."""
FEW = 6
"""Markers that are listed in a sentence."""
SHOWN = 80
"""Letters of a wrong value that an error shows."""


@lru_cache(maxsize=4)
def load_model(folder: Path, known: tuple[str, ...]) -> Model:
    """Read a trained model; ``known`` are the markers it may speak of.

    Raises
    ------
    ResourceError
        If a file is missing, damaged, of another format, or not the one its header speaks of.
    """
    data = _header(folder)
    numbers = _numbers(folder / NUMBERS, data.get("weights_sha256"))
    header = _checked(data, numbers["keys"], folder)
    _same_markers(folder, header.markers, known)
    fitting = _fitting(numbers, header, folder)
    rarity, weights, bias, second, second_bias = (fitting[name] for name in ("rarity", "weights", "bias", "second", "second_bias"))
    return Model(header, rarity, float(fitting["unknown"]), weights, bias, second, second_bias, folder=folder, checksum=data["weights_sha256"])


def _same_markers(folder: Path, learnt: Collection[str], known: Collection[str]) -> None:
    """Refuse a model of other markers: what it never learnt it would take for very unlikely, and hide what the rules find."""
    remedy = "train one of this framework's data (stagelens train), or leave it out (--rules-only, model=False)"
    if unknown := sorted(set(learnt) - set(known)):
        raise ResourceError(f"{folder / HEADER} speaks of the unknown marker {unknown[0]!r}: it was trained for another framework, whose markers are "
                            f"{_listed(learnt)}; those of this one are {_listed(known)}: {remedy}")
    if unlearnt := sorted(set(known) - set(learnt)):
        raise ResourceError(f"{folder / HEADER} was trained without the marker {unlearnt[0]!r}, which the framework has; {remedy}")


def _listed(names: Collection[str]) -> str:
    some = sorted(names)
    return ", ".join(some[:FEW]) + (f" and {len(some) - FEW} more" if len(some) > FEW else "")


def _header(folder: Path) -> dict[str, Any]:
    path = folder / HEADER
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ResourceError(f"{path} cannot be read ({error.strerror}); give a folder written by stagelens train") from None
    except (ValueError, RecursionError):
        raise ResourceError(f"{path} is not valid JSON; train the model again") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        found = data.get("format") if isinstance(data, dict) else None
        raise ResourceError(f"{path} has format {found!r}; this version reads format {FORMAT}; train the model again")
    if missing := {"markers", "families", "words", "strings", "thresholds", "joint", "about"} - data.keys():
        raise ResourceError(f"{path} lacks {', '.join(sorted(missing))}; train the model again")
    return data


def _checked(data: Mapping[str, Any], keys: Any, folder: Path) -> Header:
    """Return the header, each part of the kind it must be: the file may come from anywhere."""
    path = folder / HEADER
    markers, families, words, strings = (_texts(data[name], f"{path}, {name}") for name in ("markers", "families", "words", "strings"))
    if unknown := set(families) - FAMILIES.keys():
        raise ResourceError(f"{path} speaks of the unknown family of features {sorted(unknown)[0]!r}; known are {', '.join(FAMILIES)}")
    for name in ("thresholds", "joint", "about"):
        if not isinstance(data[name], dict):
            raise ResourceError(f"{path} has {_shown(data[name])} as its {name}; an object was expected: train the model again")
    if lacking := PRESETS.keys() - data["thresholds"].keys():
        raise ResourceError(f"{path} has no thresholds for {', '.join(sorted(lacking))}; train the model again")
    presets = {preset: _thresholds(data["thresholds"][preset], f"{path}, thresholds.{preset}") for preset in PRESETS}
    joint = Joint(*(_number(data["joint"].get(name), f"{path}, joint.{name}") for name in ("rules", "model", "base")))
    return Header(markers, families, _vocabulary(words, strings, keys, folder), presets, joint, data["about"])


def _vocabulary(words: tuple[str, ...], strings: tuple[str, ...], keys: Any, folder: Path) -> Vocabulary:
    """Return the features; refuse numbers that are not in order, or are made of words that the header does not have."""
    wrong = ResourceError(f"{folder / NUMBERS} has keys that do not fit the words of its header; train the model again")
    if keys.ndim != 1 or keys.dtype != np.int64 or not ((keys >= 0) & (keys < 1 << SHAPE)).all() or (np.diff(keys) <= 0).any():
        raise wrong
    family, rest = keys & ((1 << FAMILY) - 1) << 3 * WORD, keys & ((1 << 3 * WORD) - 1)
    runs = rest[family != OTHER]
    parts: list[Ints] = [runs >> WORD * k & ((1 << WORD) - 1) for k in range(3)]
    if (family > OTHER).any() or (rest[family == OTHER] >= len(strings)).any() or any((part > len(words)).any() for part in parts):
        raise wrong
    return Vocabulary(words, strings, keys)


def _thresholds(asked: Any, where: str) -> Thresholds:
    if not isinstance(asked, dict) or not isinstance(asked.get("markers"), dict):
        raise ResourceError(f"{where} is {_shown(asked)}; an object with markers, answer and together was expected: train the model again")
    markers = {marker: _number(value, f"{where}.markers.{marker}", 0, 1) for marker, value in asked["markers"].items()}
    return Thresholds(markers, *(_number(asked.get(name), f"{where}.{name}", 0, 1) for name in ("answer", "together")))


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value) or len(set(value)) != len(value):
        raise ResourceError(f"{where} is no list of texts that are all different; train the model again")
    return tuple(value)


def _number(value: Any, where: str, least: float = -LARGEST, most: float = LARGEST) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ResourceError(f"{where} is {_shown(value)}; allowed is a number between {least} and {most}: train the model again")
    return float(value)


def _shown(value: Any) -> str:
    said = repr(value)
    return said if len(said) <= SHOWN else said[:SHOWN] + "\u2026"


def _numbers(path: Path, checksum: Any) -> dict[str, Any]:
    """Read the numbers, if they are those that the header speaks of; nothing in the file can run or take more room than it says it has."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ResourceError(f"{path} cannot be read ({error.strerror}); give a folder written by stagelens train") from None
    found = hashlib.sha256(raw).hexdigest()
    if found != checksum:
        raise ResourceError(f"{path} has the SHA-256 {found}, and its header says {_shown(checksum)}; the file was changed or damaged: train the model again")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            unpacked = sum(entry.file_size for entry in package.infolist())
        if unpacked > UNPACKED:
            raise ResourceError(f"{path} would unpack to {unpacked:,} bytes; at most {UNPACKED:,} are read")
        with np.load(io.BytesIO(raw), allow_pickle=False) as file:
            return {name: file[name] for name in ARRAYS}
    except (ValueError, KeyError, EOFError, OSError, MemoryError, RuntimeError, SyntaxError, TypeError, zipfile.BadZipFile, zlib.error):
        raise ResourceError(f"{path} does not hold the numbers of a model ({', '.join(ARRAYS)}); train the model again") from None


def _fitting(numbers: Mapping[str, Any], header: Header, folder: Path) -> dict[str, Any]:
    """Return the numbers; refuse what is not of the shapes that the header speaks of, or no finite numbers."""
    features, columns = len(header.vocabulary.keys), len(header.markers) + 1
    shapes = {"rarity": (features,), "unknown": (), "weights": (features, columns), "bias": (columns,), "second": (width(columns), columns),
              "second_bias": (columns,)}
    fitting: dict[str, Any] = {}
    for name, shape in shapes.items():
        array = numbers[name]
        if array.shape != shape:
            raise ResourceError(f"{folder / NUMBERS} has {name} of shape {array.shape}; its header speaks of {shape}; train the model again")
        if array.dtype.kind != "f" or not -LARGEST <= float(array.min(initial=0)) <= float(array.max(initial=0)) <= LARGEST:
            raise ResourceError(f"{folder / NUMBERS} has {name} that are no numbers between {-LARGEST} and {LARGEST}; train the model again")
        fitting[name] = array if name == "weights" else array.astype(float)  # these stay as small as they are stored
    if not ((fitting["rarity"] > 0).all() and fitting["unknown"] > 0):
        raise ResourceError(f"{folder / NUMBERS} has a rarity that is not above 0; train the model again")
    return fitting


def save_model(model: Model, folder: Path) -> None:
    """Write a model as two files; the same model gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NUMBERS
    np.savez_compressed(path, keys=model.header.vocabulary.keys, rarity=model.rarity.astype(np.float32), unknown=np.float64(model.unknown),
                        weights=model.weights.astype(np.float16), bias=model.bias, second=model.second, second_bias=model.second_bias)
    header = model.header
    data = {"format": FORMAT, "weights_sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "markers": header.markers,
            "families": header.families, "thresholds": {preset: asdict(asked) for preset, asked in header.thresholds.items()},
            "joint": asdict(header.joint), "about": header.about, "words": header.vocabulary.words,
            "strings": header.vocabulary.strings}
    (folder / HEADER).write_text(json.dumps(data, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")

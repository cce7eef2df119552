"""The main path of training: phrases in, a model with its thresholds, metrics and card out."""

from __future__ import annotations

import hashlib
import json
import platform
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
from joblib import Parallel, delayed
from numpy.typing import NDArray

from ..errors import InputError
from ..evaluation.gold import Gold
from ..evaluation.run import measure
from ..features import FAMILIES
from ..framework import load_framework
from ..keys import Vocabulary
from ..lens import load
from ..model import Header, Model
from ..modelfile import load_model, save_model
from ..nearby import looked_again
from ..records import Joint, Thresholds
from ..settings import PRESETS, Settings
from ..version import __version__
from .calibrate import around_texts, expected_error, quiet_texts, second_look, thresholds
from .card import card
from .fit import ANSWER_STRENGTH, RAREST, ROUNDS, SEED, STRENGTH, WEIGHT, Fitted, fit, out_of_voice
from .joint import joint, meetings
from .joint import thresholds as together
from .phrases import SPLITS, Phrase, read_phrases
from .table import Counts, Table, table

FEWEST = 20
"""Texts below which there is nothing to learn from."""

DECIMALS = 6
"""What is kept of intercepts and calibration: more would differ between processors, and changes nothing."""

Say = Callable[[str], None]


def train(data: str | Path, output: str | Path, *, seed: int = SEED, say: Say = lambda line: None,
          framework: str | Path | None = None) -> dict[str, Any]:
    """Train a model on a file of annotated phrases and write it to a folder.

    Parameters
    ----------
    data : path
        Annotated phrases (see `stagelens.training.phrases.read_phrases`). Rows of the split ``train`` are learnt from,
        thresholds are chosen on ``dev``, figures are given for ``dev`` and ``test``. Without a dev split the
        thresholds are chosen on the train split, each text scored by a model that never met its voice.
    output : path
        The folder to write ``model.json``, ``weights.npz``, ``metrics.json`` and ``card.md`` to.
    seed : int
        For the solver; the same data, seed and library versions give the same model.
    say : callable
        Is told what is being done, a line at a time.
    framework : path, optional
        The folder of a framework of your own, whose markers the data names.

    Returns
    -------
    dict
        The metrics, as written to ``metrics.json``.

    Raises
    ------
    InputError
        If the data cannot be read or holds too little to learn from.

    Examples
    --------
    >>> from stagelens.training import train
    >>> try:
    ...     train("no-such-file.csv", "my-model")
    ... except Exception as error:
    ...     print(error)
    no-such-file.csv cannot be read (No such file or directory); give a readable CSV file
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="A worker stopped")  # joblib renews processes that have grown; nothing is lost by it
        return _trained(data, output, seed, say, framework)


def _trained(data: str | Path, output: str | Path, seed: int, say: Say, framework: str | Path | None) -> dict[str, Any]:
    """Do what `train` says, step by step."""
    settings = Settings(framework=framework)
    markers = tuple(load_framework(framework).markers)
    phrases = read_phrases(data, markers)
    parts = {split: [phrase for phrase in phrases if phrase.split == split] for split in SPLITS}
    if len(parts["train"]) < FEWEST:
        raise InputError(f"{data} has {len(parts['train'])} texts in the split train; at least {FEWEST} are needed to learn from")
    say(f"reading {len(phrases)} texts: " + ", ".join(f"{len(part)} {split}" for split, part in parts.items()))
    lens = load(model=False, settings=settings)
    tables = {split: table(lens, part, markers) for split, part in parts.items() if part}
    say(f"learning from {len(tables['train'].places)} clauses, first without some of the voices, then from all")
    model, tables["train"], strange = _fitted(tables["train"], parts["train"], markers, seed)
    say("choosing thresholds on " + ("dev" if parts["dev"] else "train, each text scored without its voice"))
    chances = {split: strange if split == "train" else _chances(model, data) for split, data in tables.items()}
    chosen, weighed = _weighed(tables, parts, chances, markers, settings)
    about = {"data_sha256": hashlib.sha256(Path(data).read_bytes()).hexdigest(), "texts": {split: len(part) for split, part in parts.items()},
             "seed": seed, "strength": STRENGTH, "answer_strength": ANSWER_STRENGTH, "rounds": ROUNDS, "rarest": RAREST,
             "stagelens": __version__, "scikit-learn": sklearn.__version__, "numpy": np.__version__, "python": platform.python_version()}
    model = model.headed(Header(markers, tuple(FAMILIES), model.header.vocabulary, chosen, weighed, about))
    folder = Path(output)
    _write(save_model, model, folder)
    say("measuring")
    metrics = {"about": about, "calibration": _calibration(tables, chances), "results": _results(folder, parts, settings)}
    _write(lambda _, to: (to / "metrics.json").write_text(json.dumps(metrics, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"), model, folder)
    _write(lambda _, to: (to / "card.md").write_text(card(metrics), encoding="utf-8"), model, folder)
    return metrics


def _fitted(data: Table, phrases: Sequence[Phrase], markers: Sequence[str], seed: int) -> tuple[Model, Table, NDArray[np.float64]]:
    """Return the model, and the training clauses of writers with their probabilities from models that never met their voice."""
    def learn(counts: Counts, labels: NDArray[np.int8]) -> Fitted:
        return fit(counts, labels, seed=seed, weight=WEIGHT)

    written, strange = out_of_voice(data, phrases, learn)
    second = second_look(written, strange)
    fitted = learn(data.counts, data.labels)
    vocabulary, order = Vocabulary.of(fitted.features)
    header = Header(tuple(markers), tuple(FAMILIES), vocabulary, {}, Joint(0.5, 0.5, 0.0), {})
    rounded = (numbers.round(DECIMALS) for numbers in (fitted.bias, *second))
    model = Model(header, fitted.rarity[order], fitted.unknown, fitted.weights[order], *rounded)
    return model, written, _chances(model, written, strange)


def _chances(model: Model, data: Table, scores: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """Return the model's probabilities of the clauses of a table, shape (clauses, markers + 1), from its first scores or those given."""
    counts = data.counts
    scores = model.logits(counts.features, counts.matrix.indices, counts.matrix.indptr) if scores is None else scores
    return looked_again(scores, around_texts(data, scores), model.second, model.second_bias)


def _weighed(tables: Mapping[str, Table], parts: Mapping[str, Sequence[Phrase]], chances: Mapping[str, NDArray[np.float64]],
             markers: Sequence[str], settings: Settings) -> tuple[dict[str, Thresholds], Joint]:
    """Learn how rules and model are weighed together, and choose the thresholds, on texts whose voices the model never met."""
    split = "dev" if "dev" in tables else "train"
    met = meetings(load(model=False, preset="sensitive", settings=settings), parts[split], tables[split], chances[split], markers)
    weighed = joint(met)
    quiet = quiet_texts([(chances[name], tables[name], parts[name]) for name in ("train", "dev") if name in tables])
    return thresholds(chances[split], tables[split], markers, together(weighed, met), quiet), weighed


def _calibration(tables: Mapping[str, Table], chances: Mapping[str, NDArray[np.float64]]) -> dict[str, float]:
    """Return the expected calibration error of the clause probabilities, split by split."""
    names = {split: "train, out of voice" if split == "train" else split for split in tables}
    return {name: round(expected_error(chances[split][:, :-1], tables[split].labels[:, :-1]), 4) for split, name in names.items()}


def _results(folder: Path, parts: Mapping[str, Sequence[Phrase]], settings: Settings) -> dict[str, Any]:
    """Measure rules alone and rules with the model, for each preset, on dev and test."""
    asked = [(split, name) for split in ("dev", "test") if parts[split] for name in ("rules", *PRESETS)]
    found = Parallel(n_jobs=-1)(delayed(_measured)(folder, name, settings, [phrase.gold for phrase in parts[split]]) for split, name in asked)
    results: dict[str, Any] = {}
    for (split, name), summary in zip(asked, found, strict=True):
        results.setdefault(split, {})[name] = summary
    return results


def _measured(folder: Path, name: str, settings: Settings, golds: Sequence[Gold]) -> dict[str, Any]:
    load_model.cache_clear()  # the folder may hold another model than the one read before
    lens = load(model=False, settings=settings) if name == "rules" else load(model=folder, preset=name, settings=settings)
    return _summary(measure(lens, golds))


def _summary(report: Any) -> dict[str, Any]:
    return {"texts": report.texts, "precision": report.micro.precision, "recall": report.micro.recall, "f1": report.micro.f1,
            "macro_f1": report.macro_f1, "overlap_f1": report.overlap.f1, "pairs_right": report.pairs_share, "alarms_per_1000": report.alarms_per_1000,
            "markers": {name: score.f1 for name, score in report.markers.items()}}


def _write(writer: Callable[[Model, Path], Any], model: Model, folder: Path) -> None:
    try:
        writer(model, folder)
    except OSError as error:
        raise InputError(f"{folder} cannot be written to ({error.strerror}); give a folder you may write to") from None

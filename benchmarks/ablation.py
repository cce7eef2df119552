"""What each part is worth: rules, model, context; feature families; class weights; a learning curve.

    python benchmarks/ablation.py                       # on the dev split of the annotated phrases
    python benchmarks/ablation.py GOLD.jsonl [...]      # and on gold files

The first table reads texts from end to end, preset balanced. The others score the model alone, clause by clause: presence
micro F1 at the threshold that is best for it, which flatters all rows alike. Takes about six minutes on two cores.
"""

import sys
from pathlib import Path

import numpy as np

import stagelens
from stagelens.context import Context, load_context
from stagelens.evaluation.gold import read_gold
from stagelens.evaluation.run import measure
from stagelens.features import FAMILIES
from stagelens.framework import load_framework
from stagelens.lens import Lens
from stagelens.nearby import MOVED
from stagelens.settings import Settings
from stagelens.training.calibrate import around_texts, second_look
from stagelens.training.fit import fit, out_of_voice, scored
from stagelens.training.phrases import Phrase, read_phrases
from stagelens.training.table import Counts, Table, table
from stagelens.turns import Turns

ROOT = Path(__file__).parent.parent
FRAMEWORK = load_framework()
MARKERS = tuple(FRAMEWORK.markers)


def parts(full: Lens) -> dict[str, Lens]:
    """Return lenses with parts left out."""
    rules, model, empty = full._rules, full._model, type(full._rules)(())
    context, none = load_context(), Context([])
    lenses = {name: Lens(FRAMEWORK, r, m, c, Turns(), Settings()) for name, r, m, c in (
        ("rules alone", rules, None, context), ("rules alone, no context", rules, None, none),
        ("model alone", empty, model, context), ("model alone, no context", empty, model, none),
        ("both", rules, model, context), ("both, no context", rules, model, none))}
    return lenses | {"both, every text taken for an answer to harm": Lens(FRAMEWORK, rules, model, context, Turns(), Settings(statement=True))}


def end_to_end(sets: dict[str, list]) -> None:
    """Print presence of each combination of parts on each set."""
    print("| | " + " | ".join(f"{name}: P / R / F1" for name in sets) + " |")
    print("|---" * (1 + len(sets)) + "|")
    for name, lens in parts(stagelens.load()).items():
        cells = []
        for golds in sets.values():
            report = measure(lens, golds)
            shown = f"{report.micro.precision:.2f} / {report.micro.recall:.2f} / {report.micro.f1:.2f}"
            pairs = f", pairs {report.pairs_share:.0%}" if report.pairs_share is not None else ""
            quiet = report.alarms_per_1000 if not report.micro.gold else None
            cells.append(f"{quiet:.1f} alarms per 1,000" if quiet is not None else shown + pairs)
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def best_f1(chances: np.ndarray, data: Table, phrases: list[Phrase]) -> float:
    """Return the best presence micro F1 over thresholds."""
    best = np.full((len(phrases), len(MARKERS)), -30.0)
    np.maximum.at(best, data.phrase, chances[:, :len(MARKERS)])
    there = np.array([[m in {marker for *_, marker in p.spans} for m in MARKERS] for p in phrases])
    return max(2 * ((best >= t) & there).sum() / max(1, (best >= t).sum() + there.sum()) for t in np.linspace(-5, 3, 81))


def model_alone(train: list[Phrase], tests: dict[str, list[Phrase]]) -> None:
    """Print what feature families, class weights and more voices do to the model's scores."""
    lens = stagelens.load(model=False)
    learnt = table(lens, train, MARKERS)
    seen = {name: table(lens, phrases, MARKERS) for name, phrases in tests.items()}

    def row(name: str, families: str, data: Table = learnt, **options: object) -> None:
        fitted = fit(kept(data, families), data.labels, **options)
        figures = [best_f1(scored(fitted, kept(seen[n], families)), seen[n], tests[n]) for n in tests]
        print(f"| {name} | {len(fitted.features):,} | " + " | ".join(f"{f:.3f}" for f in figures) + " |", flush=True)

    every = "".join(FAMILIES)
    print("\n| features | number | " + " | ".join(tests) + " |\n|---|---" + "|---" * len(tests) + "|")
    row("words only", "w")
    row("all", every)
    twice(learnt, train, seen, tests)
    for family, what in FAMILIES.items():
        row(f"without {family}: {what}", every.replace(family, ""))
    row("all, rare markers weighted up", every, weight="balanced")
    voices = sorted({phrase.voice for phrase in train})
    for share in (8, 4, 2):
        some = set(voices[::share])
        rows = np.flatnonzero([train[index].voice in some for index in learnt.phrase])
        row(f"all, from {len(some)} of {len(voices)} voices ({sum(p.voice in some for p in train)} texts)", every, learnt.only(rows))


def twice(learnt: Table, train: list[Phrase], seen: dict[str, Table], tests: dict[str, list[Phrase]]) -> None:
    """Print what the second look makes of the first scores."""
    counts = kept(learnt, "".join(FAMILIES))
    weights, bias = second_look(*out_of_voice(learnt, train, fit))
    first = fit(counts, learnt.labels)
    scores = {n: scored(first, kept(data, "".join(FAMILIES))) for n, data in seen.items()}
    again = {n: np.clip(around_texts(data, scores[n]) @ weights + bias, scores[n] - MOVED, scores[n] + MOVED) for n, data in seen.items()}
    print(f"| all, looked at twice | {len(first.features):,} | " + " | ".join(f"{best_f1(again[n], seen[n], tests[n]):.3f}" for n in tests) + " |", flush=True)


def kept(data: Table, families: str) -> Counts:
    columns = np.flatnonzero([feature[0] in families for feature in data.counts.features])
    return Counts(data.counts.features[columns], data.counts.matrix[:, columns])


def main() -> None:
    phrases = read_phrases(ROOT / "data" / "annotated_phrases.csv", MARKERS)
    dev = [phrase for phrase in phrases if phrase.split == "dev"]
    golds = {Path(path).stem: read_gold(path) for path in sys.argv[1:]}
    end_to_end({"dev": [p.gold for p in dev], "test": [p.gold for p in phrases if p.split == "test"], **golds})
    tests = {"dev": dev, "test": [p for p in phrases if p.split == "test"]}
    for name, texts in golds.items():
        if any(gold.spans for gold in texts):
            tests[name] = [Phrase(g.id, g.text, g.spans, g.id, "", "", "", "", "test", "") for g in texts if g.role not in ("harmed", "other")]
    model_alone([phrase for phrase in phrases if phrase.split == "train"], tests)


if __name__ == "__main__":
    main()

"""The model card, written from the metrics: nothing in it is typed by hand twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def card(metrics: Mapping[str, Any]) -> str:
    """Return the card of a model as Markdown."""
    about, results = metrics["about"], metrics["results"]
    lines = [
        "# A stagelens model", "",
        "A linear model that says, clause by clause, how likely each of the markers is. It sees words, letter runs, who does what to whom, neighbouring",
        "clauses and what the rules found. It works beside the rules, never instead of them.", "",
        "It describes wording. It says nothing about a person, and is not evidence about anybody.", "",
        "## Where it comes from", "",
        f"- Learnt from {about['texts']['train']} texts; thresholds chosen on {_chosen_on(about['texts']['dev'])}; "
        f"{about['texts']['test']} more kept for the test.",
        f"- SHA-256 of the data: `{about['data_sha256']}`",
        f"- Seed {about['seed']}, C = {about['strength']:g} ({about['answer_strength']:g} for any answer), {about['rounds']} rounds of the solver, "
        f"features seen in at least {about['rarest']} clauses.",
        f"- Trained with stagelens {about['stagelens']}, scikit-learn {about['scikit-learn']}, numpy {about['numpy']}, Python {about['python']}.",
        "",
    ]
    for split, found in results.items():
        lines += [f"## On the {split} split ({found['rules']['texts']} texts)", "",
                  "| | presence P | R | F1 | macro F1 | overlap F1 | pairs right | texts with a false alarm, per 1,000 |", "|---|---|---|---|---|---|---|---|"]
        lines += [_row(name, result) for name, result in found.items()]
        lines += ["", "| marker | rules | with model, balanced |", "|---|---|---|"]
        lines += [f"| `{m}` | {found['rules']['markers'].get(m, 0):.2f} | {f1:.2f} |" for m, f1 in found["balanced"]["markers"].items()]
        lines.append("")
    lines += ["## Calibration", "", "Expected calibration error of the clause probabilities of 0.05 and above:", ""]
    lines += [f"- {name}: {error:.3f}" for name, error in metrics["calibration"].items()]
    return "\n".join(lines) + "\n"


def _chosen_on(count: int) -> str:
    return f"{count} others" if count else "the same texts, each scored without its voice"


def _row(name: str, result: Mapping[str, Any]) -> str:
    what = "rules alone" if name == "rules" else f"with model, {name}"
    pairs = f"{result['pairs_right']:.0%}" if result["pairs_right"] is not None else ""
    alarms = f"{result['alarms_per_1000']:.0f}" if result["alarms_per_1000"] is not None else ""
    figures = " | ".join(f"{result[key]:.2f}" for key in ("precision", "recall", "f1", "macro_f1", "overlap_f1"))
    return f"| {what} | {figures} | {pairs} | {alarms} |"

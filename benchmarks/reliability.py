"""How far a finding's score is from how often such findings are right: a diagram, a table, the expected calibration error.

    python benchmarks/reliability.py            # needs matplotlib (extra bench); writes docs/images/reliability.png

Over the findings of the sensitive preset, which shows the most, on the test split of the annotated phrases.
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np

import stagelens
from stagelens.framework import load_framework
from stagelens.training.calibrate import BINS, expected_error
from stagelens.training.phrases import read_phrases

mpl.use("Agg")
import matplotlib.pyplot as plt

ROOT = Path(__file__).parent.parent


def findings() -> tuple[np.ndarray, np.ndarray]:
    """Return the score of each finding, and whether a gold span of its marker shares a letter with it."""
    lens = stagelens.load(preset="sensitive")
    scores, right = [], []
    for phrase in read_phrases(ROOT / "data" / "annotated_phrases.csv", load_framework().markers):
        if phrase.split == "test":
            for span in lens.tag(phrase.text, speaker="harmed" if phrase.kind == "harmed_person" else None).spans:
                scores.append(span.score)
                right.append(any(m == span.marker and a < span.end and span.start < b for a, b, m in phrase.spans))
    return np.array(scores), np.array(right, dtype=np.int8)


def main() -> None:
    scores, right = findings()
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    rows = [(scores[bins == b].mean(), right[bins == b].mean(), int((bins == b).sum())) for b in range(BINS) if (bins == b).any()]
    print("| mean score | share right | findings |\n|---|---|---|")
    for score, share, count in rows:
        print(f"| {score:.2f} | {share:.2f} | {count} |")
    print(f"\n{len(scores)} findings, expected calibration error {expected_error(scores, right):.3f}")
    figure, axes = plt.subplots(figsize=(4.5, 4.2), layout="constrained")
    axes.plot([0, 1], [0, 1], color="0.6", linestyle="--", label="as often right as the score says")
    axes.plot([r[0] for r in rows], [r[1] for r in rows], color="#1f5f8b", marker="o", label="findings, test split, sensitive")
    axes.set(xlabel="mean score of the findings", ylabel="share of them that is right", xlim=(0, 1), ylim=(0, 1))
    axes.legend(loc="upper left", frameon=False)
    figure.savefig(ROOT / "docs" / "images" / "reliability.png", dpi=120)


if __name__ == "__main__":
    main()

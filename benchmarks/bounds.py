"""The core tests with the oldest versions that pyproject.toml allows of each dependency, and with the newest; and the scores of both.

    python benchmarks/bounds.py oldest newest      # make oldest; environments are kept in build/bounds

The oldest are the lower bounds themselves, so each must be a version that exists. Scores are those of every finding in the example texts
and the test split of the annotated phrases: the built-in model must give the same under every version.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
KEPT = ROOT / "build" / "bounds"
EXTRAS = ("train", "office", "parquet", "report", "dask", "web")
CORE = ("lens", "segment", "context", "merge", "sight", "profile", "cli", "batch", "hostile", "explain", "compare", "evaluation", "phrases", "integrations")
TOOLS = ("pytest>=8", "hypothesis>=6.100", "httpx>=0.27")
SCORES = """
import csv, hashlib, json, sys, pathlib, numpy, stagelens
lens = stagelens.load(preset="sensitive")
texts = [p.read_text() for p in sorted(pathlib.Path("examples").glob("*.txt"))]
texts += [row["text"] for row in csv.DictReader(open("data/annotated_phrases.csv", encoding="utf-8")) if row["split"] == "test"]
print(json.dumps([[s.start, s.end, s.marker, s.score] for t in texts for s in lens.tag(t).spans]))
"""


def lowest() -> list[str]:
    """Return each dependency at its lower bound."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *(entry for extra in EXTRAS for entry in project["optional-dependencies"][extra])]
    pinned = {m[1]: f"{m[1]}=={m[2]}" for entry in wanted if (m := re.match(r"([\w-]+)>=([\d.]+)", entry))}
    return sorted(pinned.values())


def made(which: str) -> Path:
    """Make an environment and return its Python."""
    folder = KEPT / which
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pins = KEPT / f"{which}.txt"
    pins.write_text("\n".join(lowest() if which == "oldest" else []) + "\n")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--upgrade", "--upgrade-strategy", "eager", "-c", pins, "-e", f".[{','.join(EXTRAS)}]", *TOOLS],
                   cwd=ROOT, check=True)
    return python


def main() -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    scores, failed = {}, False
    for which in sys.argv[1:] or ["oldest", "newest"]:
        python = made(which)
        tests = [f"tests/test_{name}.py" for name in CORE]
        ended = subprocess.run([python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests], cwd=ROOT, check=False, env=os.environ | {"PYTHONPATH": ""})
        failed |= bool(ended.returncode)
        scores[which] = json.loads(subprocess.run([python, "-c", SCORES], cwd=ROOT, check=True, capture_output=True, text=True).stdout)
        print(f"{which}: tests {'FAILED' if ended.returncode else 'passed'}, {len(scores[which])} findings", flush=True)
    if len(scores) > 1:
        first, *others = scores.values()
        same = all([f[:3] for f in first] == [f[:3] for f in other] for other in others)
        apart = max((abs(a[3] - b[3]) for other in others for a, b in zip(first, other, strict=False)), default=0.0)
        print(f"findings {'the same' if same else 'DIFFERENT'}, scores at most {apart:g} apart")
        failed |= not same or apart > 1e-4
    sys.exit(failed)


if __name__ == "__main__":
    main()

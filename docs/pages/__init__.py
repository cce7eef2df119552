"""The pages that are made from the program itself: the API, the command line, the markers; and what is brought in from outside docs/.

They are written before each build and are not in the repository, so they cannot be out of date.
"""

import shutil
from pathlib import Path

from . import api, brought, cli, markers
from .brought import read

__all__ = ["read", "write"]

MADE = {"reference/api": api.pages, "reference/cli": cli.pages, "reference/markers": markers.pages, "project/from": brought.pages}
"""Folder below docs/, and what gives its pages: name to text."""


def write(docs: Path) -> None:
    """Write all of them; what no longer is, goes."""
    for folder, make in MADE.items():
        target = docs / folder
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for name, text in make().items():
            (target / name).write_text(text, encoding="utf-8")
    for old in (docs / "notebooks").glob("*.ipynb"):
        old.unlink()
    for notebook in sorted((docs.parent / "notebooks").glob("*.ipynb")):
        shutil.copy(notebook, docs / "notebooks")

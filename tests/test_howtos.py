"""The commands of the how-tos, run as they stand there, one after another."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from stagelens.render.pages import plain

ROOT = Path(__file__).parent.parent
DRAFTS = {"first.txt": "I'm sorry if you felt watched.", "second.txt": "I was wrong to open your notebook."}
"""What the pages call files of the reader's own."""


@pytest.mark.parametrize("page", ["frameworks.md", "practice.md"])
def test_the_commands_of_the_how_to_work_as_they_stand_there(page, tmp_path):
    commands = re.findall(r"^    ((?:stagelens|echo) .*)$", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert len(commands) > 3
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "stagelens"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m stagelens "$@"\n')
    program.chmod(0o755)
    for name, text in DRAFTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    environment = {**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    for command in commands:
        run = subprocess.run(["sh", "-c", command], input="", capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
        assert run.returncode == 0, f"{command}: {run.stderr}"
        assert run.stdout


def test_the_card_in_the_tutorial_is_what_the_terminal_prints(lens):
    page = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    letter, card = (block for block in re.findall(r"^```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL))
    assert f"\n{card}\n" in plain([("first.txt", lens.tag(letter))])

"""The command line run inside the test's own process: the same `main`, without the seconds that a new process takes."""

import contextlib
import io
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).parent.parent


@dataclass
class Result:
    """What a command came to."""

    returncode: int
    stdout: str
    stderr: str


def cli(*args, stdin="", cwd=ROOT):
    """Run a command; anything but an exit, such as a traceback, fails the test."""
    from stagelens.cli import main

    out, err, code = io.StringIO(), io.StringIO(), 0
    given = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
    with (contextlib.chdir(cwd), mock.patch.object(sys, "argv", ["stagelens", *map(str, args)]), mock.patch.object(sys, "stdin", given),
          contextlib.redirect_stdout(out), contextlib.redirect_stderr(err)):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    return Result(code, out.getvalue(), err.getvalue())

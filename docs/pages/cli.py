"""A page for each command, from the commands' own help."""

import re
import tomllib
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner

from stagelens.cli import app

CODES = """| exit code | what it means |
|---|---|
| 0 | done |
| 1 | an input or a file cannot be used; one sentence on standard error says why |
| 2 | the command was not understood |
| 3 | a batch is done, and some of its files gave no results |"""
EXAMPLES = Path(__file__).parent / "cli_examples.toml"


def commands() -> dict[str, Any]:
    """Return each command as it is typed, such as ``coding export``, and what typer knows of it."""
    return dict(_walk(typer.main.get_command(app), ()))


def _walk(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    for name, inner in getattr(command, "commands", {}).items():
        yield from _walk(inner, (*path, name))
    if not hasattr(command, "commands"):
        yield " ".join(path), command


def pages() -> dict[str, str]:
    """Return a page a command, and the list of them."""
    examples = tomllib.loads(EXAMPLES.read_text(encoding="utf-8"))
    found = commands()
    made = {f"{name.replace(' ', '-')}.md": _page(name, command, examples.get(name, "")) for name, command in found.items()}
    rows = "\n".join(f"| [`stagelens {name}`]({name.replace(' ', '-')}.md) | {_first(command.help)} |" for name, command in found.items())
    listed = "\n".join(name.replace(" ", "-") for name in found)
    made["index.md"] = (
        "# Command line\n\nMade from the commands' own help (`stagelens COMMAND --help`).\n\n"
        f"| command | what it does |\n|---|---|\n{rows}\n\n{CODES}\n\n```{{toctree}}\n:hidden:\n\n{listed}\n```\n")
    return made


def _page(name: str, command: Any, example: str) -> str:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option"]
    parts = [f"# stagelens {name}", _cell(command.help)]
    parts += [f"## For example\n\n```console\n{example.strip()}\n```"] if example else []
    parts += [f"## {title}\n\n| {kind} | what it says |\n|---|---|\n" + "\n".join(_row(p) for p in params)
              for title, kind, params in (("What it takes", "argument", arguments), ("Options", "option", options)) if params]
    parts += [f"## As the command tells it\n\n```text\n{helped(name)}\n```"]
    return "\n\n".join(parts) + "\n"


def helped(name: str) -> str:
    """Return what ``stagelens NAME --help`` prints."""
    printed = CliRunner().invoke(app, [*name.split(), "--help"], prog_name="stagelens", env={"COLUMNS": "110", "TERMINAL_WIDTH": "110"})
    return re.sub(r"\x1b\[[0-9;]*m", "", printed.output).strip()


def _row(param: Any) -> str:
    names = ", ".join(f"`{name}`" for name in (*param.opts, *param.secondary_opts)) if param.param_type_name == "option" else f"`{_metavar(param)}`"
    told = [_cell(param.help)]
    told += ["One of " + ", ".join(f"`{choice.value}`" for choice in type(param.default)) + "."] if isinstance(param.default, Enum) else []
    default = getattr(param.default, "value", param.default)
    told += [f"Default: `{default}`."] if isinstance(default, str | int | float) and not isinstance(default, bool) else []
    told += ["Needed."] if param.required else []
    return f"| {names} | {' '.join(told)} |"


def _metavar(param: Any) -> str:
    return (param.metavar or param.name.upper()).replace("|", " or ")


def _cell(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|").replace("<", "&lt;")


def _first(text: str | None) -> str:
    return _cell((text or "").strip().split("\n\n")[0])

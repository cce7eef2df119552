"""The commands for training programmes: a framework of one's own, and practice."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from .cli_research import FrameworkOption, some
from .errors import InputError

Folder = Annotated[Path, typer.Argument(help="The folder of the framework.", metavar="DIR")]

framework_app = typer.Typer(help="Write a framework of your own: stages, markers, patterns, explanations.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(framework_app, name="framework")
    app.command()(practise)


@framework_app.command()
def new(folder: Folder) -> None:
    """Write a small commented framework into a new folder, to begin from; it works at once."""
    from .authoring import new as write

    write(folder)
    typer.echo(f"A small framework is in {folder}. Its files say what is what. Try\n\n"
               f"  stagelens framework check {folder}\n"
               f"  echo 'Take all the time you need.' | stagelens tag - --framework {folder}")


@framework_app.command()
def check(folder: Folder) -> None:
    """Check a framework: every entry, and every pattern on its own examples; all that is wrong is listed."""
    from .authoring import check as examine

    found = examine(folder)
    for problem in found.problems:
        typer.echo(problem, err=True)
    if found.problems or found.framework is None:
        raise InputError(f"{folder} has {len(found.problems)} thing{'s' * (len(found.problems) != 1)} to mend, named above")
    framework = found.framework
    typer.echo(f"{framework.name}: {some(len(framework.stages), 'stage')}, {some(len(framework.markers), 'marker')}, {some(found.patterns, 'pattern')}, "
               f"{some(found.phrases, 'annotated phrase')}. Nothing to mend.")
    for note in found.notes:
        typer.echo(f"Note: {note}.")


def practise(
    number: Annotated[int, typer.Option("--number", "-n", help="How many statements.", min=1)] = 10,
    marker: Annotated[str | None, typer.Option("--marker", help="Only statements that make this move, or look as if they did.")] = None,
    stage: Annotated[int | None, typer.Option("--stage", help="Only the moves of this stage.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="The same seed gives the same statements.")] = None,
    source: Annotated[Path | None, typer.Option("--from", help="Annotated phrases of your own, a CSV file as for stagelens train.", metavar="DATA.csv")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write what was answered to this CSV file.")] = None,
    framework: FrameworkOption = None,
) -> None:
    """Practise: read a statement, say which move it makes, see what annotators marked and how else it may be read.

    Nothing is scored. Answer with a number, a marker's id or "none"; q ends it. Answers may also be piped in, one a line.
    """
    from rich.console import Console

    from . import practice
    from .render.practice import quiz

    if output and not output.absolute().parent.is_dir():
        raise InputError(f"{output} cannot be written (there is no folder {output.absolute().parent}); give a file in a folder you may write to")
    asked = practice.items(number=number, marker=marker, stage=stage, seed=seed, source=source, framework=framework)
    answers = list(quiz(asked, sys.stdin, Console()))
    typer.echo(practice.summary(answers))
    if output:
        _write_results(practice.results(answers).to_csv(index=False, lineterminator="\n"), output)


def _write_results(content: str, output: Path) -> None:
    try:
        output.write_text(content, encoding="utf-8", newline="")
    except OSError as error:
        raise InputError(f"{output} cannot be written ({error.strerror}); give a file in a folder you may write to") from None
    typer.echo(f"What was answered is in {output}.")

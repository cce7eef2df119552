"""The command line: each command calls one library function.

Exit codes: 0 done; 1 something in the input or a file cannot be used; 2 the command was not understood.
Heavy imports stand inside the commands, so that help comes quickly.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .cli_learning import register as register_learning
from .cli_research import FrameworkOption, Preset, register
from .errors import InputError, StagelensError

if TYPE_CHECKING:
    from .lens import Lens
    from .reading import Reading

app = typer.Typer(
    help="Highlight the words that may mark a stage of accountability. It describes wording; it never grades a person.",
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    epilog="Exit codes: 0 done, 1 an input or file cannot be used, 2 the command was not understood.")


class Format(StrEnum):
    """How a reading is written."""

    text = "text"
    html = "html"
    json = "json"
    csv = "csv"


class Speaker(StrEnum):
    """Who speaks in the text."""

    responding = "responding"
    harmed = "harmed"
    other = "other"
    unknown = "unknown"


Patterns = Annotated[list[Path] | None, typer.Option("--patterns", help="A file of your own patterns (repeat for more).")]
ModelOption = Annotated[Path | None, typer.Option("--model", help="The folder of a model of your own, written by stagelens train.")]
RulesOnly = Annotated[bool, typer.Option("--rules-only", help="Leave the trained model out.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file rather than to the terminal.")]


def _version(asked: bool) -> None:
    if asked:
        from .version import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _all(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Tell the version and end.")] = False) -> None:
    """Highlight the words that may mark a stage of accountability. It describes wording; it never grades a person."""


@app.command()
def tag(
    files: Annotated[list[str] | None, typer.Argument(help="Text files, or - for standard input.", metavar="[FILE|-]...")] = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to write what was found.")] = Format.text,
    output: Output = None,
    preset: Annotated[Preset, typer.Option(help="How sure a finding must be to be shown.")] = Preset.balanced,
    speaker: Annotated[Speaker, typer.Option(help="Who speaks; the words of harmed and other speakers carry no markers.")] = Speaker.responding,
    statement: Annotated[bool, typer.Option("--statement", help="The text is known to answer for harm: one faint finding may then stand alone.")] = False,
    why: Annotated[bool, typer.Option("--why", help="Also say which words led to each finding; json and html always tell.")] = False,
    patterns: Patterns = None,
    model: ModelOption = None,
    rules_only: RulesOnly = False,
    framework: FrameworkOption = None,
) -> None:
    """Read statements and show what their words do."""
    import stagelens
    from stagelens.settings import Settings

    texts = [(name, read_text(name)) for name in files or ["-"]]
    lens = stagelens.load(patterns=patterns or (), model=model or not rules_only,
                          settings=Settings(preset=preset.value, statement=statement, framework=framework))
    readings = [(name, lens.tag(text, speaker=speaker.value)) for name, text in texts]
    for name, text in texts:
        _hint_at_speakers(name, text)
    if format is Format.text and output is None:
        _print(readings, why=why)
    else:
        _write(_rendered(readings, format, why=why), output)


def _hint_at_speakers(name: str, text: str) -> None:
    """Say where to go with a talk of several people: here the words of all are read as one person's."""
    from .render.visible import visible_line
    from .transcripts.lines import read_lines

    named = [turn.speaker for turn in read_lines(text) if turn.speaker]
    people = [visible_line(speaker) for speaker in dict.fromkeys(named)]
    if len(people) > 1 and len(named) > 2:  # two lines with a colon are more often headings
        who, file = ", ".join(people[:4]) + (", \u2026" if len(people) > 4 else ""), "FILE" if name == "-" else visible_line(name)
        typer.echo(f"{'The text' if name == '-' else file} looks like a talk of several people ({who}), and the words of all of them were read: "
                   f"'stagelens transcript show {file}' shows who speaks, and "
                   f"'stagelens batch {file} --output FOLDER --responding NAME' reads one of them.", err=True)


def read_text(name: str) -> str:
    """Return the text of a file, or of standard input for ``-``; refuse what is not text in one sentence."""
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise InputError(f"{name} cannot be read ({error.strerror}); give a readable text file, or - for standard input") from None
    try:
        return _decoded(raw)
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not UTF-8 text (byte {error.start} is {raw[error.start]:#04x}); save it as UTF-8 text") from None


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16")
    return raw.decode("utf-8")


def _print(readings: list[tuple[str, Reading]], *, why: bool) -> None:
    from rich.console import Console
    from rich.text import Text

    from .render.terminal import to_terminal
    from .render.visible import visible_line

    console = Console()
    for number, (name, reading) in enumerate(readings, start=1):
        if len(readings) > 1:
            console.print()
            console.rule(Text(visible_line(name)))
        to_terminal(reading, console, why=why, about=number == len(readings))


def _rendered(readings: list[tuple[str, Reading]], format: Format, *, why: bool) -> str:
    from . import export
    from .render.pages import page, plain

    if format is Format.json:
        return export.to_json_many(readings)
    if format is Format.csv:
        return export.to_csv(readings)
    return page(readings) if format is Format.html else plain(readings, why=why)


def _write(content: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(content if content.endswith("\n") else content + "\n")
        return
    try:
        output.write_text(content, encoding="utf-8", newline="")
    except OSError as error:
        raise InputError(f"{output} cannot be written ({error.strerror}); give a file in a folder you may write to") from None


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on; only this computer can reach the default.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 for any that is free.")] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")] = True,
    let_others_in: Annotated[bool, typer.Option("--let-others-in", help="Allow an address that other computers can reach: what is sent there is not "
                                                                       "encrypted, and whoever opens the link first has the page.")] = False,
    framework: FrameworkOption = None,
) -> None:
    """Open a private page on this computer for reading a draft."""
    try:
        from .web.serve import serve as run
    except ImportError as error:
        raise InputError(f"the page needs {error.name}, which is not installed; install stagelens[web]") from None
    import webbrowser

    from .settings import Settings

    def ready(link: str) -> None:
        typer.echo(f"The page is at {link}\nThe link opens once. Nothing that is typed there is kept. Press Ctrl+C to end it.")
        sys.stdout.flush()
        if browser:
            webbrowser.open(link)

    run(host, port, let_others_in=let_others_in, settings=Settings(framework=framework), ready=ready)


@app.command()
def compare(
    before: Annotated[str, typer.Argument(help="The earlier draft, a text file, or - for standard input.")],
    after: Annotated[str, typer.Argument(help="The later draft, likewise.")],
    preset: Annotated[Preset, typer.Option(help="How sure a finding must be to be shown.")] = Preset.balanced,
    speaker: Annotated[Speaker, typer.Option(help="Who speaks; the words of harmed and other speakers carry no markers.")] = Speaker.responding,
    patterns: Patterns = None,
    model: ModelOption = None,
    rules_only: RulesOnly = False,
    framework: FrameworkOption = None,
) -> None:
    """Compare two drafts: what came, what went, what stayed or moved."""
    from rich.console import Console

    import stagelens

    from .render.compared import compared

    if before == after == "-":
        raise InputError("both drafts are standard input; give at least one of them as a file")
    first, second = read_text(before), read_text(after)
    lens = stagelens.load(patterns=patterns or (), model=model or not rules_only, preset=preset.value, framework=framework)
    compared(lens.compare(first, second, speaker=speaker.value), Console())


@app.command()
def markers(framework: FrameworkOption = None) -> None:
    """List the stages and the markers."""
    from rich.console import Console

    from .framework import load_framework
    from .render.catalogue import catalogue

    catalogue(load_framework(framework), Console())


@app.command()
def explain(
    marker: Annotated[str, typer.Argument(help="A marker's id, as in the list of markers.")],
    framework: FrameworkOption = None,
) -> None:
    """Explain one marker: what the words do, why it may matter, other readings."""
    from rich.console import Console

    from .framework import load_framework
    from .render.catalogue import entry

    entry(load_framework(framework), marker, Console())


@app.command()
def evaluate(
    gold: Annotated[list[Path], typer.Argument(help="Gold files, one JSON object a line.", metavar="GOLD...")],
    preset: Annotated[Preset, typer.Option(help="How sure a finding must be.")] = Preset.balanced,
    output: Output = None,
    disagreements: Annotated[bool, typer.Option(help="List where the findings and the gold differ, and who saw what.")] = False,
    patterns: Patterns = None,
    model: ModelOption = None,
    rules_only: RulesOnly = False,
    framework: FrameworkOption = None,
) -> None:
    """Measure findings against gold spans: presence, character overlap, pairs, false alarms."""
    import json

    from rich.console import Console

    import stagelens

    from .evaluation.gold import read_gold
    from .evaluation.run import measure, show

    lens: Lens = stagelens.load(patterns=patterns or (), model=model or not rules_only, preset=preset.value, framework=framework)
    golds = [(path, read_gold(path, lens.framework.markers)) for path in gold]
    closer = stagelens.load(patterns=patterns or (), model=model or not rules_only, preset="sensitive", framework=framework) if disagreements else None
    reports = {path.name: measure(lens, texts, closer=closer) for path, texts in golds}
    show(reports, Console(), disagreements=disagreements)
    if output:
        _write(json.dumps({name: report.to_dict() for name, report in reports.items()}, indent=1, ensure_ascii=False), output)


data_app = typer.Typer(help="Work with annotated phrases.", no_args_is_help=True)
app.add_typer(data_app, name="data")


@data_app.command()
def check(
    data: Annotated[Path, typer.Argument(help="A CSV file of annotated phrases.", metavar="DATA.csv")],
    framework: FrameworkOption = None,
) -> None:
    """Check a file of annotated phrases row by row, and count what is in it."""
    from rich.console import Console

    from .framework import load_framework
    from .training.phrases import check_phrases
    from .training.summary import show

    phrases, problems = check_phrases(data, load_framework(framework).markers)
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise InputError(f"{data} has {len(problems)} row{'s' * (len(problems) > 1)} or texts to mend, named above")
    show(phrases, Console())


@app.command()
def train(
    data: Annotated[Path | None, typer.Argument(help="A CSV file of annotated phrases; by default the phrases.csv of the framework's folder.",
                                                metavar="[DATA.csv]")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The folder to write the model to; by default the folder model inside the "
                                                                       "framework's, where it is used from then on.")] = None,
    seed: Annotated[int, typer.Option(help="The same data, seed and versions give the same model.")] = 0,
    framework: FrameworkOption = None,
) -> None:
    """Train a model on annotated phrases; writes the model, its metrics and its card."""
    try:
        from .training.run import train as run
    except ImportError as error:
        raise InputError(f"training needs {error.name}, which is not installed; install stagelens[train]") from None

    from .framework import MODEL, PHRASES

    if framework:
        data, output = data or framework / PHRASES, output or framework / MODEL
    if data is None or output is None:
        raise InputError("training needs annotated phrases and a folder for the model; give DATA.csv and --output DIR, or --framework DIR")
    run(data, output, seed=seed, say=lambda line: typer.echo(line, err=True), framework=framework)
    typer.echo(f"The model, its metrics and its card are in {output}.")


register(app)
register_learning(app)


@app.command(name="version")
def version() -> None:
    """Print the version."""
    from .version import __version__

    typer.echo(__version__)


def main() -> None:
    """Run the command line; errors are one sentence on standard error."""
    try:
        app()
    except StagelensError as error:
        typer.echo(f"stagelens: {error}", err=True)
        sys.exit(1)
    except MemoryError:
        typer.echo("stagelens: there is too little memory to go on; close other programs, or give less at once; what a batch has done is kept", err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)

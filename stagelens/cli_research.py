"""The commands for researchers: transcripts, batch, report, coding, agree."""

from __future__ import annotations

import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from .batch import Summary
    from .transcripts import Roles

NARROWEST = 100
"""Columns a table of measures needs."""
INCOMPLETE = 3
"""The exit code of a run that is done, with files that gave no results."""


class Preset(StrEnum):
    """How sure a finding must be to be shown."""

    precise = "precise"
    balanced = "balanced"
    sensitive = "sensitive"


class Table(StrEnum):
    """Further forms of the tables."""

    xlsx = "xlsx"
    parquet = "parquet"
    convokit = "convokit"


FrameworkOption = Annotated[Path | None, typer.Option("--framework", help="The folder of a framework of your own (stagelens framework new DIR).")]
Responding = Annotated[list[str] | None, typer.Option("--responding", help="A speaker who answers for harm (repeat for more); others are then other.")]
Harmed = Annotated[list[str] | None, typer.Option("--harmed", help="A speaker who was harmed: their words carry no markers (repeat for more).")]
Other = Annotated[list[str] | None, typer.Option("--other", help="Anybody else, such as a mediator (repeat for more).")]
SpeakerPattern = Annotated[str | None, typer.Option("--speaker-pattern", help="A regular expression for how a line names its speaker, with (?P<speaker>...).")]
Column = Annotated[list[str] | None, typer.Option("--column", help="For tables: text=TITLE, speaker=TITLE, role=, time= or document= (repeat).")]

transcript_app = typer.Typer(help="Work with transcripts.", no_args_is_help=True)
coding_app = typer.Typer(help="Work with the annotations of human coders.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(transcript_app, name="transcript")
    app.add_typer(coding_app, name="coding")
    app.command()(batch)
    app.command()(report)
    app.command()(agree)


def _roles(responding: list[str] | None, harmed: list[str] | None, other: list[str] | None) -> Roles:
    from .transcripts import Roles

    return Roles(tuple(responding or ()), tuple(harmed or ()), tuple(other or ()))


def _columns(given: list[str] | None) -> dict[str, str]:
    from .transcripts.tables import COLUMNS

    pairs = {kind: title for kind, _, title in (pair.partition("=") for pair in given or ())}
    for kind, title in pairs.items():
        if kind not in COLUMNS or not title:
            raise InputError(f"the column {kind!r} is not one we know; write it as KIND=TITLE, with KIND one of {', '.join(COLUMNS)}")
    return pairs


@transcript_app.command()
def show(
    file: Annotated[Path, typer.Argument(help="A transcript.", metavar="FILE")],
    responding: Responding = None,
    harmed: Harmed = None,
    other: Other = None,
    speaker_pattern: SpeakerPattern = None,
    column: Column = None,
    turns: Annotated[int, typer.Option(help="How many turns of each conversation to show; 0 for all.", min=0)] = 12,
) -> None:
    """Show the speakers and turns that are read from a transcript."""
    from rich.console import Console

    from .render.transcript import to_terminal
    from .transcripts import read_transcripts

    roles, console = _roles(responding, harmed, other), Console()
    for transcript in read_transcripts(file, speaker_pattern=speaker_pattern, columns=_columns(column)):
        to_terminal(roles.apply(transcript), console, turns=turns or None, strangers=roles.strangers(transcript))


def batch(
    paths: Annotated[list[Path], typer.Argument(help="Files, folders, ConvoKit corpora.", metavar="PATH...")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder for the results; a run that was broken off goes on where it was.")],
    preset: Annotated[Preset, typer.Option(help="How sure a finding must be.")] = Preset.balanced,
    responding: Responding = None,
    harmed: Harmed = None,
    other: Other = None,
    speaker_pattern: SpeakerPattern = None,
    column: Column = None,
    patterns: Annotated[list[Path] | None, typer.Option("--patterns", help="A file of your own patterns (repeat for more).")] = None,
    model: Annotated[Path | None, typer.Option("--model", help="The folder of a model of your own.")] = None,
    rules_only: Annotated[bool, typer.Option("--rules-only", help="Leave the trained model out.")] = False,
    framework: FrameworkOption = None,
    also: Annotated[list[Table] | None, typer.Option("--also", help="Write the tables in this form too (repeat for more).")] = None,
    no_text: Annotated[bool, typer.Option("--no-text", help="Write no word of a transcript, only offsets and hashes.")] = False,
    jobs: Annotated[int | None, typer.Option("--jobs", "-j", help="Processes; by default one for little text, else one a core.", min=1)] = None,
    scheduler: Annotated[str | None, typer.Option(help="Run on the Dask cluster at this address (tcp://...), which must see the same files.")] = None,
    retry_errors: Annotated[bool, typer.Option("--retry-errors", help="Try files again that failed in an earlier run.")] = False,
    log_json: Annotated[bool, typer.Option("--log-json", help="Report each file as a line of JSON on standard error, without a progress bar.")] = False,
) -> None:
    """Tag many transcripts; a file that cannot be read is recorded and stops nothing.

    Exit code 3: done, but some files gave no results.
    """
    from .batch import Job, run

    job = Job(preset=preset.value, patterns=tuple(map(str, patterns or ())), model=str(model) if model else not rules_only,
              roles=_roles(responding, harmed, other), speaker_pattern=speaker_pattern, columns=_columns(column), keep_text=not no_text,
              framework=str(framework) if framework else None)
    execute = None
    if scheduler:
        from .cluster import on_dask

        execute = on_dask(scheduler)
    began = time.perf_counter()
    with _told(paths, output, log_json=log_json) as tell:
        summary = run(paths, output, job, n_jobs=jobs, also=[table.value for table in also or ()], retry_errors=retry_errors, tell=tell, execute=execute)
    _say(summary, output, time.perf_counter() - began)
    if summary.failed:
        raise typer.Exit(INCOMPLETE)


class _Bar:
    """A bar over the bytes of all files, with words a second; what failed is printed above it."""

    def __init__(self, paths: list[Path], output: Path) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        from .batch.sources import gather

        sources = gather(paths, without=output)
        self._progress = Progress(TextColumn("reading"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TextColumn("{task.fields[files]}"),
                                  TextColumn("{task.fields[rate]}"), TimeRemainingColumn(), console=Console(stderr=True))
        self._all, self._done, self._words, self._began = len(sources), 0, 0, time.perf_counter()
        self._task = self._progress.add_task("", total=sum(s.size for s in sources) or 1, files=f"0/{self._all} files", rate="")

    def __enter__(self) -> Callable[[Any, Any], None]:
        self._progress.start()
        return self.tell

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def tell(self, outcome: Any, source: Any) -> None:
        """Move on by one file."""
        self._done += 1
        self._words += outcome.words if outcome.status == "done" else 0
        rate = self._words / max(time.perf_counter() - self._began, 1e-9)
        self._progress.update(self._task, advance=source.size, files=f"{self._done}/{self._all} files", rate=f"{rate:,.0f} words/s")
        if outcome.status == "failed":
            self._progress.console.print(f"{outcome.name}: {outcome.reason}", style="yellow", highlight=False, markup=False)


class _Lines:
    """A line of JSON a file on standard error."""

    def __enter__(self) -> Callable[[Any, Any], None]:
        from .batch.run import to_line

        return lambda outcome, source: typer.echo(to_line(outcome, source), err=True)

    def __exit__(self, *_: object) -> None:
        pass


def _told(paths: list[Path], output: Path, *, log_json: bool) -> _Bar | _Lines:
    return _Lines() if log_json else _Bar(paths, output)


def some(number: int, noun: str) -> str:
    """Return a number with its noun, such as ``1 span`` or ``1,200 words``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _say(summary: Summary, output: Path, seconds: float) -> None:
    kept = f", {summary.kept} of them from an earlier run" if summary.kept else ""
    typer.echo(f"{summary.files - summary.failed} of {summary.files} files read{kept}: {some(summary.documents, 'document')}, {some(summary.words, 'word')}, "
               f"{some(summary.spans, 'span')} in {seconds:.0f} s. The results are in {output}.")
    if summary.untagged:
        typer.echo(f"In {some(summary.untagged, 'document')} nobody speaks who was named as responding, so nothing there was tagged; "
                   "stagelens transcript show FILE shows the speakers of a file.")
    if summary.undivided:
        typer.echo(f"In {some(summary.undivided, 'document')} several people speak of whom no role is known, and the words of all of them were tagged; "
                   "--responding NAME or --harmed NAME says who is who.")
    if summary.failed:
        typer.echo(f"{summary.failed} gave no results; the reasons stand above and in {output / 'manifest.json'}. "
                   "Once they are mended, run the same command again (with --retry-errors where the file itself did not change).")


def report(
    folder: Annotated[Path, typer.Argument(help="The folder that stagelens batch wrote.", metavar="DIR")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where to write it; by default DIR/report.")] = None,
    order: Annotated[Path | None, typer.Option("--sessions", help="A CSV with the columns document, case, session, for the figure across sessions.")] = None,
    framework: FrameworkOption = None,
) -> None:
    """Write one self-contained HTML report about a batch, with its figures as CSV."""
    from .report import write_report

    try:
        path = write_report(folder, output or folder / "report", sessions=order, framework=framework)
    except ImportError as error:
        raise InputError(f"the report needs {error.name}, which is not installed; install stagelens[report]") from None
    typer.echo(f"The report is {path}.")


@coding_app.command(name="import")
def import_coding(
    source: Annotated[Path, typer.Argument(help="What a tool exported.", metavar="FILE|DIR")],
    output: Annotated[Path, typer.Option("--output", "-o", help="A CSV of annotations; the texts go into a folder beside it.")],
    format: Annotated[str | None, typer.Option("--format", "-f", help="The tool's format, where it cannot be told from the file.")] = None,
    coder: Annotated[str | None, typer.Option(help="The coder's name, where the file gives none.")] = None,
) -> None:
    """Bring in the annotations of human coders; what cannot be placed is listed."""
    from .annotations.formats import read_coding, write_coding

    coding = read_coding(source, format=format, coder=coder)
    write_coding(coding, output, format="csv")
    for lost in coding.unplaced:
        typer.echo(f"{lost.document}: {lost.marker} of {lost.coder} was not placed ({lost.reason}): {lost.quote[:60]!r}", err=True)
    typer.echo(f"{len(coding.annotations)} annotations of {len(coding.coders)} coders in {len(coding.documents)} documents; {len(coding.unplaced)} not placed.")


@coding_app.command(name="export")
def export_coding(
    source: Annotated[Path, typer.Argument(help="A folder written by stagelens batch, or annotations.", metavar="FILE|DIR")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write.")],
    format: Annotated[str, typer.Option("--format", "-f", help="The tool's format.")],
    newline: Annotated[str, typer.Option(help="The line ends of written texts: lf or crlf.")] = "lf",
    coder: Annotated[str | None, typer.Option(help="Only this coder's annotations.")] = None,
) -> None:
    """Write annotations for a tool; the machine's are always its own coder's.

    The formats phrases and gold are for stagelens train and stagelens evaluate.
    """
    from .annotations.formats import read_coding, write_coding
    from .annotations.machine import batch_coding, only

    if newline not in ("lf", "crlf"):
        raise InputError(f"the newline is {newline!r}; allowed are lf and crlf")
    coding = batch_coding(source) if (source / "documents.jsonl").exists() else read_coding(source)
    if coder:
        coding = only(coding, coder)
    write_coding(coding, output, format=format, newline="\n" if newline == "lf" else "\r\n")
    typer.echo(f"{len(coding.annotations)} annotations of {len(coding.documents)} documents are in {output}.")


def agree(
    sources: Annotated[list[Path], typer.Argument(help="Annotations of two coders or more, or folders written by stagelens batch.", metavar="A B...")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the measures (agreement.csv) and disagreements to this folder.")] = None,
    seed: Annotated[int, typer.Option(help="For the bootstrap intervals.")] = 0,
) -> None:
    """Measure how far coders agree: percent, kappa, alpha and span F1 a marker; people among themselves and with the machine apart."""
    from rich.console import Console

    from .agreement import agreement, write
    from .annotations.formats import read_coding
    from .annotations.machine import batch_coding, together
    from .render.agreement import to_terminal

    coding = together([batch_coding(path) if (path / "documents.jsonl").exists() else read_coding(path, coder=None) for path in sources])
    measured = agreement(coding, seed=seed)
    console = Console()
    to_terminal(measured, Console(width=max(console.width, NARROWEST)))
    if output:
        write(measured, output)
    sys.stdout.flush()

"""One self-contained page without script, and its figures as CSV and SVG beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..errors import InputError
from ..framework import Framework, load_framework
from ..render.html import report_page
from . import plots
from .tables import Tables, across_sessions, by_speaker, frequencies, read_tables, timelines

PAGE = "report.html"


@dataclass(frozen=True, slots=True)
class Plate:
    """A figure of the page: what it shows in words, the drawing, and the table behind it."""

    name: str
    title: str
    text: str
    svg: str
    table: pd.DataFrame


def write_report(folder: str | Path, output: str | Path, *, sessions: str | Path | None = None, framework: str | Path | None = None) -> Path:
    """Write a report about a batch.

    Parameters
    ----------
    folder : path
        What ``stagelens batch`` wrote.
    output : path
        The folder for ``report.html``, and for each figure as CSV and SVG.
    sessions : path, optional
        A CSV with the columns document, case and session, for the figure across sessions.
    framework : path, optional
        The folder of the framework that the batch was made with, where it no longer stands where the manifest says.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    InputError
        If the batch or the sessions cannot be read, or the folder cannot be written to.
    ResourceError
        If the framework of the batch cannot be read.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from stagelens.batch import run
    >>> from stagelens.report import write_report
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     here = pathlib.Path(folder)
    ...     _ = (here / "a.txt").write_text("I was wrong to read your letter out in class.")
    ...     _ = run([here / "a.txt"], here / "out")
    ...     write_report(here / "out", here / "report").name
    'report.html'
    """
    tables, output = read_tables(Path(folder)), Path(output)
    spoken = _framework_of(tables, framework)
    if not tables.documents:
        raise InputError(f"{folder} holds no documents; there is nothing to report about")
    plates = list(_plates(tables, spoken, Path(sessions) if sessions else None))
    page = report_page(tables=tables, framework=spoken, plates=plates, examples=_examples(tables, spoken))
    try:
        output.mkdir(parents=True, exist_ok=True)
        for plate in plates:
            plate.table.to_csv(output / f"{plate.name}.csv", index=False, lineterminator="\n")
            (output / f"{plate.name}.svg").write_text(plate.svg, encoding="utf-8")
        (output / PAGE).write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"{output} cannot be written to ({error.strerror}); give a folder you may write to") from None
    return output / PAGE


def _framework_of(tables: Tables, given: str | Path | None) -> Framework:
    """Return the framework that a batch was made with; refuse one of one's own that has changed since."""
    folder, made_with = given or tables.settings.get("framework"), tables.settings.get("framework_sha256")
    framework = load_framework(folder)
    if folder and made_with and framework.checksum != made_with:
        raise InputError(f"the framework in {folder} is not what the batch was made with (its SHA-256 begins with {framework.checksum[:12]}, and the "
                         f"manifest says {made_with[:12]}); run the batch again, or give the folder as it was with --framework")
    return framework


def _plates(tables: Tables, framework: Framework, sessions: Path | None) -> list[Plate]:
    speakers, often, places = by_speaker(tables, framework), frequencies(tables, framework), timelines(tables)
    documents = sorted(tables.turns["document"].unique(), key=lambda name: (-int((places["document"] == name).sum()), name))
    plates = [
        Plate("speakers", "What each speaker's words carry", "Findings per 1,000 words of each stage. Words of harmed and other speakers are not "
              "tagged and not shown. A long bar says that much was found in few words, not that a person is at a stage. "
              "A name that stands in several documents counts as one speaker.",
              plots.speakers(speakers, framework), speakers.rename(columns=plots.names(framework))),
        Plate("markers", "How often each marker stands in the words", "Findings per 1,000 tagged words. The line is the 95 % bootstrap interval, documents "
              "drawn with replacement; with few documents it is wide, and with one there is none.", plots.frequency(often, framework), often),
        Plate("timeline", "Where the stages stand", "Each mark is a finding, placed by the middle of its turn in the words of its document. Documents with "
              "most findings come first.", plots.timeline(places, documents, framework), places)]
    if sessions:
        across = across_sessions(tables, sessions)
        plates.append(Plate("sessions", "From session to session", "Findings per 1,000 tagged words of each stage, session by session.",
                            plots.sessions(across, framework), across))
    return plates


def _examples(tables: Tables, framework: Framework) -> list[dict[str, object]]:
    order = {marker: number for number, marker in enumerate(framework.markers)}
    rows = sorted(tables.examples.to_dict("records"), key=lambda row: (order[row["marker"]], -row["score"], row["document"]))
    return [{**row, "name": framework.markers[row["marker"]].name} for row in rows]

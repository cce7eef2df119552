"""The main path of a run: files in, parts made side by side, results put together in one order."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InputError
from .job import Job
from .results import assemble
from .sources import Source, gather
from .work import Outcome, work

PAYS = 2_000_000
"""Bytes of transcripts from which more than one process pays for its start of two seconds."""
RESTARTS = 3
"""How often a pool is made anew after one of its processes was ended from outside."""

Tell = Callable[[Outcome, Source], None]
Execute = Callable[[Sequence[Source], Job, Path, bool], Iterator[tuple[Source, Outcome]]]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run came to.

    Attributes
    ----------
    files, failed, kept : int
        Files in all, those that gave no results, and those whose results an earlier run had made.
    documents, words, spans : int
    failures : tuple of (str, str)
        File and reason.
    untagged, undivided : int
        Documents in which nobody whose words are to be tagged speaks, and those in which several speak of whom no role is known.

    Examples
    --------
    >>> from stagelens.batch import Summary
    >>> Summary(files=2, failed=0, kept=1, documents=2, words=310, spans=4, failures=()).failed
    0
    """

    files: int
    failed: int
    kept: int
    documents: int
    words: int
    spans: int
    failures: tuple[tuple[str, str], ...]
    untagged: int = 0
    undivided: int = 0


def run(paths: Iterable[str | Path], output: str | Path, job: Job | None = None, *, n_jobs: int | None = None, also: Sequence[str] = (),
        retry_errors: bool = False, tell: Tell | None = None, execute: Execute | None = None) -> Summary:
    """Tag all transcripts below some paths and write the results to a folder.

    Parameters
    ----------
    paths : iterable of path
        Files, folders, ConvoKit corpora.
    output : path
        A folder; results of an earlier, even a killed run in it are used where file, settings and version are the same.
    job : Job, optional
        The settings.
    n_jobs : int, optional
        Processes; by default one below 2 MB of transcripts, else one a core.
    also : sequence of {"xlsx", "parquet", "convokit"}
        Further forms of the tables.
    retry_errors : bool
        Try files again that failed in an earlier run.
    tell : callable, optional
        Is told of each file when it is done, in no set order.
    execute : callable, optional
        How the work is spread (see `stagelens.cluster`); processes on this machine unless given.

    Returns
    -------
    Summary

    Raises
    ------
    InputError
        If a path does not exist or the folder cannot be written to. What is wrong with one file is in the summary.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from stagelens.batch import run
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     letters = pathlib.Path(folder) / "letters"
    ...     letters.mkdir()
    ...     _ = (letters / "a.txt").write_text("I was wrong to read your letter out in class.")
    ...     summary = run([letters], pathlib.Path(folder) / "out")
    >>> summary.files, summary.words, summary.spans
    (1, 10, 1)
    """
    job, output = job or Job(), Path(output)
    sources = gather([Path(path) for path in paths], without=output)
    parts = output / "parts"
    spread = execute or _processes(n_jobs if n_jobs is not None else _fitting(sources))
    try:
        parts.mkdir(parents=True, exist_ok=True)
        outcomes: dict[str, Outcome] = {}
        for source, outcome in spread(sources, job, parts, retry_errors):
            outcomes[source.name] = outcome
            if tell:
                tell(outcome, source)
        ordered = [outcomes[source.name] for source in sources]
        assemble(ordered, job, output, also)
        _swept(parts)
    except OSError as error:
        raise InputError(f"{output} cannot be written to ({error.strerror}); mend that and run the same command again: what is done is kept") from None
    return _summary(ordered)


def _swept(parts: Path) -> None:
    """Take away what a killed run left half-written: it holds words of transcripts, and nobody would look for it."""
    for rough in parts.glob("*/.*"):
        rough.unlink(missing_ok=True)


def _summary(outcomes: Sequence[Outcome]) -> Summary:
    failures = tuple((o.name, o.reason or "") for o in outcomes if o.status == "failed")
    return Summary(len(outcomes), len(failures), sum(o.status == "kept" for o in outcomes), sum(o.documents for o in outcomes),
                   sum(o.words for o in outcomes), sum(o.spans for o in outcomes), failures, sum(o.untagged for o in outcomes),
                   sum(o.undivided for o in outcomes))


def _fitting(sources: Sequence[Source]) -> int:
    return 1 if sum(source.size for source in sources) < PAYS or len(sources) < 2 else os.cpu_count() or 1


def _processes(n_jobs: int) -> Execute:
    def execute(sources: Sequence[Source], job: Job, parts: Path, retry: bool) -> Iterator[tuple[Source, Outcome]]:
        if n_jobs == 1:
            yield from ((source, work(source, job, parts, retry=retry)) for source in sources)
        else:
            yield from _pooled(sources, job, parts, retry=retry, n_jobs=n_jobs)

    return execute


def _pooled(sources: Sequence[Source], job: Job, parts: Path, *, retry: bool, n_jobs: int) -> Iterator[tuple[Source, Outcome]]:
    """Yield outcomes from a pool; where one of its processes is ended from outside, go on with what is left in a new one."""
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    left = {source.name: source for source in sources}
    for _ in range(RESTARTS):
        try:
            pool = Parallel(n_jobs=n_jobs, return_as="generator_unordered", batch_size=1, pre_dispatch="4*n_jobs")
            for source, outcome in pool(delayed(_named)(source, job, parts, retry) for source in list(left.values())):
                del left[source.name]
                yield source, outcome
        except TerminatedWorkerError:
            continue
        return
    raise InputError(f"a working process was ended from outside {RESTARTS} times, perhaps because memory ran out; run again with fewer processes "
                     "(--jobs 1): what is done is kept")


def _named(source: Source, job: Job, parts: Path, retry: bool) -> tuple[Source, Outcome]:
    return source, work(source, job, parts, retry=retry)


def to_line(outcome: Outcome, source: Source) -> str:
    """Return an outcome as one JSON line, for logs."""
    plain: dict[str, Any] = {"file": outcome.name, "status": outcome.status, "documents": outcome.documents, "words": outcome.words,
                             "spans": outcome.spans, "bytes": source.size}
    return json.dumps(plain | ({"reason": outcome.reason} if outcome.reason else {}), ensure_ascii=True)

"""The same work on a cluster: whole files on Dask, frames of turns on Dask or Spark.

Nothing here tags anything itself: files go through `stagelens.batch.work`, frames through `stagelens.frames.tag_frame`, so the results
are those of one machine, row for row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .batch.job import Job
from .batch.run import Execute
from .batch.sources import Source
from .batch.work import Outcome, work
from .errors import InputError
from .frames import REAL, SPANS, WHOLE, empty, tag_frame

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["on_dask", "spark_schema", "tag_batches", "tag_dask"]

AHEAD = 64
"""Files handed to the scheduler before the first are done, a worker."""


def on_dask(scheduler: Any) -> Execute:
    """Return a way for `stagelens.batch.run` to spread its work over a Dask cluster.

    Parameters
    ----------
    scheduler : str, or distributed.Client
        The scheduler's address (``tcp://host:8786``). Its workers must see the same files under the same paths, and have the same
        version of stagelens. A worker that dies costs nothing but time: its files are given to another.

    Raises
    ------
    InputError
        If distributed is not installed, or nothing answers at the address.

    Returns
    -------
    callable
        For the argument ``execute`` of `stagelens.batch.run`.

    Examples
    --------
    With a scheduler at hand, ``run(["transcripts"], "out", execute=on_dask("tcp://host:8786"))`` gives what one machine gives. Nothing is asked of it
    before the run begins:

    >>> from stagelens.cluster import on_dask
    >>> callable(on_dask("tcp://host:8786"))
    True
    """
    def execute(sources: Sequence[Source], job: Job, parts: Path, retry: bool) -> Iterator[tuple[Source, Outcome]]:
        distributed = _distributed()
        client = _client(distributed, scheduler)
        waiting, by_key = list(reversed(sources)), dict[str, Source]()
        found = distributed.as_completed(with_results=True)
        workers = max(1, len(client.scheduler_info()["workers"]))
        for _ in range(min(len(waiting), workers * AHEAD)):
            _submit(client, found, by_key, waiting.pop(), (job, parts, retry))
        for future, outcome in found:
            yield by_key.pop(future.key), outcome
            if waiting:
                _submit(client, found, by_key, waiting.pop(), (job, parts, retry))

    return execute


def _submit(client: Any, found: Any, by_key: dict[str, Source], source: Source, rest: tuple[Job, Path, bool]) -> None:
    job, parts, retry = rest
    future = client.submit(work, source, job, parts.resolve(), retry=retry, pure=False, retries=3)
    by_key[future.key] = source
    found.add(future)


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        raise InputError("a Dask scheduler needs the package distributed, which is not installed; install stagelens[dask]") from None
    return distributed


def _client(distributed: Any, scheduler: Any) -> Any:
    if not isinstance(scheduler, str):
        return scheduler
    try:
        return distributed.Client(scheduler, timeout="10s", set_as_default=False)
    except (OSError, ValueError, TimeoutError):
        raise InputError(f"no Dask scheduler answers at {scheduler}; give an address such as tcp://host:8786") from None


# --- frames ------------------------------------------------------------------------------------------------------


def tag_dask(frame: Any) -> Any:
    """Tag a Dask frame of turns, partition by partition.

    Parameters
    ----------
    frame : dask.dataframe.DataFrame
        With columns as for `stagelens.frames.tag_frame`. Give ``turn`` explicitly: rows are only counted within a partition.

    Returns
    -------
    dask.dataframe.DataFrame
        With columns and types as in `stagelens.frames.SPANS`.

    Examples
    --------
    >>> import dask.dataframe, pandas
    >>> from stagelens.cluster import tag_dask
    >>> turns = pandas.DataFrame({"document": ["a"], "turn": [0], "text": ["I was wrong to read your letter out in class."]})
    >>> tag_dask(dask.dataframe.from_pandas(turns, npartitions=1)).compute(scheduler="synchronous")["marker"].tolist()
    ['ownership']
    """
    return frame.map_partitions(tag_frame, meta=empty())


def tag_batches(batches: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Tag frames of turns one after another: the function for Spark's ``mapInPandas``.

    Parameters
    ----------
    batches : iterable of DataFrame
        Each as for `stagelens.frames.tag_frame`.

    Yields
    ------
    DataFrame
        Columns and types as in `stagelens.frames.SPANS`.

    Examples
    --------
    In Spark: ``turns.mapInPandas(stagelens.cluster.tag_batches, schema=stagelens.cluster.spark_schema())``.

    >>> import pandas
    >>> from stagelens.cluster import tag_batches
    >>> batch = pandas.DataFrame({"text": ["I was wrong to read your letter out in class."]})
    >>> [len(spans) for spans in tag_batches([batch])]
    [1]
    """
    for batch in batches:
        yield tag_frame(batch)


def spark_schema() -> str:
    """Return the columns and types of `stagelens.frames.SPANS` as Spark writes them.

    Returns
    -------
    str

    Examples
    --------
    >>> from stagelens.cluster import spark_schema
    >>> spark_schema().split(", ")[:2]
    ['`document` string', '`turn` bigint']
    """
    kinds = {WHOLE: "bigint", REAL: "double"}
    return ", ".join(f"`{name}` {kinds.get(kind, 'string')}" for name, kind in SPANS.items())

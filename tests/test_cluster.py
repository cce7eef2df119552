"""On a cluster: the rows of one machine, whatever becomes of a worker."""

import os
import signal

import pandas as pd
import pytest
from distributed import Client, LocalCluster

from stagelens.batch import run
from stagelens.cluster import on_dask, spark_schema, tag_batches
from stagelens.frames import SPANS, tag_frame

LETTERS = ("I was wrong to read your diary. You lost a friend over it.", "I am sorry if you were offended.", "The bus was late.")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number:02}.txt").write_text(f"{LETTERS[number % 3]} That was on day {number}.\n")
    return folder


def test_two_workers_one_of_them_killed_half_way_write_the_bytes_of_one_machine(folder, tmp_path):
    run([folder], tmp_path / "alone", n_jobs=1)
    done = []
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        victim = next(iter(client.run(os.getpid).values()))

        def tell(outcome, source):
            done.append(outcome.name)
            if len(done) == 4:
                os.kill(victim, signal.SIGKILL)

        summary = run([folder], tmp_path / "cluster", tell=tell, execute=on_dask(client))
    assert (summary.documents, summary.failed) == (12, 0)
    assert sorted(done) == [f"{number:02}.txt" for number in range(12)]
    for name in ("documents.jsonl", "spans.csv", "documents.csv", "manifest.json"):
        assert (tmp_path / "cluster" / name).read_bytes() == (tmp_path / "alone" / name).read_bytes()


def test_batches_of_a_frame_give_the_rows_of_the_whole_frame():
    frame = pd.DataFrame({"document": ["a", "b", "c"], "text": LETTERS})
    parts = pd.concat(list(tag_batches([frame.iloc[:1], frame.iloc[1:]])), ignore_index=True)
    columns = [name for name in SPANS if name != "turn"]
    pd.testing.assert_frame_equal(parts[columns], tag_frame(frame)[columns])


def test_the_schema_for_spark_names_every_column():
    assert [entry.split("`")[1] for entry in spark_schema().split(", ")] == list(SPANS)

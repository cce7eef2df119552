"""Spark, local[2]: the rows of one machine, row for row. Needs Java and `pip install stagelens[spark]`.

    python benchmarks/spark.py
"""

import os
import sys
import time

import pandas as pd
from pyspark.sql import SparkSession

from stagelens.cluster import spark_schema, tag_batches
from stagelens.frames import tag_frame
from stagelens.training.phrases import read_phrases

os.environ.setdefault("PYSPARK_PYTHON", sys.executable)


def main(texts: int = 2000) -> None:
    from stagelens.framework import load_framework

    phrases = read_phrases("data/annotated_phrases.csv", tuple(load_framework().markers))[:texts]
    turns = pd.DataFrame({"document": [p.id for p in phrases], "turn": 0, "speaker": "a", "role": "unknown", "text": [p.text for p in phrases]})
    began = time.perf_counter()
    alone = tag_frame(turns)
    print(f"one process: {len(alone)} rows in {time.perf_counter() - began:.1f} s")
    spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    began = time.perf_counter()
    rows = spark.createDataFrame(turns).repartition(4).mapInPandas(tag_batches, schema=spark_schema()).toPandas()
    print(f"Spark local[2]: {len(rows)} rows in {time.perf_counter() - began:.1f} s")
    spark.stop()
    keys = ["document", "start", "end", "marker", "use"]
    left, right = (frame.sort_values(keys).reset_index(drop=True).astype(str) for frame in (alone, rows[list(alone.columns)]))
    if not left.equals(right):
        sys.exit(f"the rows differ:\n{left.compare(right) if left.shape == right.shape else (left.shape, right.shape)}")
    print("the rows are equal")


if __name__ == "__main__":
    main()

"""What stagelens is made of and what it touches: no network, no pickle, a wheel that comes out the same twice, bounds on every dependency."""

import ast
import hashlib
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NO_NAMESPACE = subprocess.run(["unshare", "--map-root-user", "--net", "true"], check=False, capture_output=True).returncode != 0
NETWORK = {"socket", "ssl", "http.client", "urllib.request", "ftplib", "smtplib", "requests", "httpx", "aiohttp", "urllib3"}
PICKLES = {"pickle", "_pickle", "dill", "cloudpickle", "marshal", "shelve", "jsonpickle"}


def trees():
    for path in sorted((ROOT / "stagelens").rglob("*.py")):
        yield path.relative_to(ROOT / "stagelens"), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def called(tree):
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def test_nothing_of_ours_unpickles_or_runs_what_a_file_says():
    for path, tree in trees():
        assert not PICKLES & set(imported(tree)), path
        assert not {"eval", "exec", "__import__", "joblib.load", "yaml.load", "pd.read_pickle", "pandas.read_pickle", "os.system"} & called(tree), path
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("np.load", "numpy.load"):
                assert {k.arg: ast.unparse(k.value) for k in node.keywords}["allow_pickle"] == "False", path


def test_only_the_page_opens_sockets_and_nothing_asks_another_computer():
    for path, tree in trees():
        found = NETWORK & set(imported(tree))
        assert not found or (path.parts[0] == "web" and found == {"socket"}), f"{path} imports {found}"


def test_a_text_is_read_and_tagged_without_a_single_unpickling():
    code = ("import pickle, _pickle, marshal, sys\n"
            "import stagelens, spacy, numpy, re2\n"
            "def refused(*_, **__):\n    raise RuntimeError('unpickled')\n"
            "for module in (pickle, _pickle):\n    module.load = module.loads = module.Unpickler = refused\n"
            "lens = stagelens.load()\n"
            "print(sorted({s.marker for s in lens.tag('I was wrong to read your diary.').spans}))")
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stdout.strip() == "['ownership']", run.stderr


@pytest.mark.skipif(NO_NAMESPACE, reason="this machine allows no network namespace")
def test_the_commands_work_where_there_is_no_network(tmp_path):
    letter = tmp_path / "a.txt"
    letter.write_text("I was wrong to read your diary.\n")
    for command in (["tag", letter], ["batch", letter, "--output", tmp_path / "out"], ["explain", "ownership"]):
        run = subprocess.run(["unshare", "--map-root-user", "--net", sys.executable, "-m", "stagelens", *map(str, command)], capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
    assert "ownership" in (tmp_path / "out" / "spans.csv").read_text()


def test_two_builds_of_the_wheel_are_the_same_bytes(tmp_path):
    sums = []
    for name in ("one", "two"):
        subprocess.run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path / name, ROOT], check=True, capture_output=True,
                       env=os.environ | {"SOURCE_DATE_EPOCH": "1700000000"})
        sums.append(hashlib.sha256(next((tmp_path / name).glob("*.whl")).read_bytes()).hexdigest())
    assert sums[0] == sums[1]


def test_every_dependency_of_the_program_has_a_lower_bound_and_an_upper_one():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    calendar = {"pyarrow", "distributed"}  # a new major number each year or quarter, without more breaking than others have between small ones
    for entry in (*project["dependencies"], *(e for extra in ("train", "office", "parquet", "coders", "report", "dask", "web") for e in project["optional-dependencies"][extra])):
        name = re.match(r"[\w-]+", entry)[0]
        assert ">=" in entry, entry
        assert "<" in entry or name in calendar, entry

"""The built wheel is whole: resources and model are inside, and it works away from the checkout."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)], check=True, capture_output=True)
    return next(out.glob("*.whl"))


def test_the_wheel_holds_resources_model_and_card(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    inside = {"model.json", "weights.npz", "card.md", "metrics.json"}
    assert {f"stagelens/models/stagelens-en/{name}" for name in inside} <= names
    on_disk = {f"stagelens/{p.relative_to(ROOT / 'stagelens').as_posix()}" for p in (ROOT / "stagelens" / "resources").rglob("*.toml")}
    assert on_disk <= names
    start = {path.relative_to(ROOT).as_posix() for path in (ROOT / "stagelens" / "resources" / "start").rglob("*") if path.is_file()}
    assert start <= names
    assert "stagelens/resources/practice/phrases.csv" in names
    page = {path.relative_to(ROOT).as_posix() for kind in ("templates", "static") for path in (ROOT / "stagelens" / "web" / kind).iterdir()}
    assert page <= names
    assert {f"stagelens/examples/{path.name}" for path in (ROOT / "examples").glob("*.txt")} <= names


def test_an_installed_wheel_reads_a_text_in_another_folder(wheel, tmp_path):
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    code = ("import stagelens, sys; "
            "print(stagelens.__file__); print(sorted(s.marker for s in stagelens.load().tag('I was wrong to read your diary.').spans))")
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": str(site), "PATH": "/usr/bin:/bin"},
                         capture_output=True, text=True, check=True)
    file, markers = run.stdout.splitlines()
    assert Path(file).is_relative_to(site)
    assert markers == "['ownership']"
    code = ("from stagelens import authoring, practice; print(len(practice.items(number=12))); "
            "print(authoring.check(authoring.new('ours')).problems)")
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": str(site), "PATH": "/usr/bin:/bin"},
                         capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["12", "()"]

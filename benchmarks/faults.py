"""What a batch run does when the machine fails it: killed, disk full, worker lost, file cut, clock moved, no home, no memory.

    python benchmarks/faults.py            # all, a table for docs/reliability.md (some need root or faketime, and say so)
    python benchmarks/faults.py kill clock

Each fault is followed by an undisturbed run in the same folder, whose files must be byte for byte those of a run that nothing disturbed:
nothing lost, nothing twice.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from stagelens.batch import Job, run

RESULTS = ("documents.jsonl", "spans.csv", "documents.csv", "manifest.json")
FILES, KILLS, SHORT = 40, 50, 64 << 20
SAID = ("I was wrong to read your diary, and I am sorry.", "I am sorry if you felt hurt, but you made me do it.", "The bus was late and then it rained.",
        "You stopped talking to all of us after that.", "\u00dcber das habe ich nichts gesagt; it won\u2019t happen again.", "Nobody is asking you to reply.")
BASE = Path(tempfile.mkdtemp(prefix="stagelens-faults-"))


def corpus(folder: Path, files: int = FILES) -> Path:
    """Write invented transcripts, no two alike."""
    chance = random.Random(7)
    folder.mkdir(parents=True)
    for number in range(files):
        lines = [f"{chance.choice(('Ama', 'Ben'))}: {chance.choice(SAID)} That was on day {chance.randrange(10_000)}." for _ in range(60)]
        (folder / f"{number:03}\u00e9.txt").write_text("\n".join(lines), encoding="utf-8")
    return folder


def written(output: Path) -> dict[str, bytes]:
    return {name: (output / name).read_bytes() for name in RESULTS}


def whole(output: Path) -> None:
    """Check that whatever stands under its final name is whole."""
    for path in (output / "parts").rglob("*.jsonl"):
        if not path.name.startswith("."):
            for line in path.read_text(encoding="utf-8").splitlines():
                json.loads(line)
    if (output / "documents.jsonl").exists():
        assert len((output / "documents.jsonl").read_text(encoding="utf-8").splitlines()) == FILES


def command(*options: object, before: Callable[[], None] | None = None, prefix: tuple[str, ...] = (), **environment: str | None) -> subprocess.CompletedProcess[str]:
    """Run the command line; an environment variable of None is taken away."""
    env = {key: value for key, value in (os.environ | environment).items() if value is not None}
    return subprocess.run([*prefix, sys.executable, "-m", "stagelens", "batch", *map(str, options)], capture_output=True, text=True, env=env, preexec_fn=before,
                          check=False, encoding="utf-8", errors="replace")


def again(output: Path, folder: Path, expected: dict[str, bytes], **options: object) -> None:
    """Run once more, undisturbed, and compare the bytes."""
    run([folder], output, n_jobs=1, **options)  # type: ignore[arg-type]
    assert written(output) == expected, "the bytes differ from those of an undisturbed run"
    assert not [p for p in output.rglob(".*") if p.is_file()], "something half-written was left behind"


# --- the faults --------------------------------------------------------------------------------------------------


def kill(folder: Path, expected: dict[str, bytes]) -> str:
    """SIGKILL at random moments."""
    Job().lens().tag(SAID[0])  # loaded once: the moments lie in the work, not in the start of Python
    begin = time.monotonic()
    run([folder], BASE / "timed", n_jobs=1)
    takes, chance = time.monotonic() - begin, random.Random(11)
    killed = ended = 0
    output = BASE / "killed-0"
    while killed < KILLS:
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            run([folder], output, n_jobs=1)
            os._exit(0)
        time.sleep(chance.uniform(0, takes * 1.1))
        os.kill(child, signal.SIGKILL)
        killed += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        whole(output)
        if (output / "manifest.json").exists() or chance.random() < 0.2:
            again(output, folder, expected)
            ended += 1
            output = BASE / f"killed-{ended}"
    if output.exists():
        again(output, folder, expected)
    return f"{killed} kills over {ended + 1} folders; whatever had its final name was whole"


def disk(folder: Path, expected: dict[str, bytes]) -> str:
    """A full disk."""
    place = BASE / "small"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(place)], capture_output=True, check=False).returncode:
        return "NOT TESTED: a small disk cannot be mounted here (needs root)"
    try:
        done = command(folder, "-o", place / "out", "--jobs", 1)
        assert done.returncode == 1, done
        assert "No space left on device" in done.stderr, done
        assert "Traceback" not in done.stderr, done.stderr
        kept = len(list((place / "out" / "parts").rglob("*.jsonl")))
        subprocess.run(["mount", "-o", "remount,size=60m", str(place)], check=True)
        again(place / "out", folder, expected)
    finally:
        subprocess.run(["umount", str(place)], check=False)
    return f"exit {done.returncode}: \u201c{_line(done.stderr)}\u201d; {kept} parts kept; with room again, the rest"


def joblib(folder: Path, expected: dict[str, bytes]) -> str:
    """A worker process killed under joblib."""
    killed: list[int] = []

    def tell(*_: object) -> None:
        children = [int(p) for p in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()]
        workers = [p for p in children if b"loky" in Path(f"/proc/{p}/cmdline").read_bytes() and b"resource_tracker" not in Path(f"/proc/{p}/cmdline").read_bytes()]
        if workers and not killed:
            killed.append(workers[0])
            os.kill(workers[0], signal.SIGKILL)

    run([folder], BASE / "joblib", n_jobs=2, tell=tell)
    assert killed
    assert written(BASE / "joblib") == expected
    return "the pool was made anew; the same run went on to its end"


def dask(folder: Path, expected: dict[str, bytes]) -> str:
    """A worker killed under Dask."""
    from distributed import Client, LocalCluster

    from stagelens.cluster import on_dask

    done: list[str] = []
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        victim = next(iter(client.run(os.getpid).values()))

        def tell(outcome: object, _: object) -> None:
            done.append(outcome.name)  # type: ignore[attr-defined]
            if len(done) == 5:
                os.kill(victim, signal.SIGKILL)

        run([folder], BASE / "dask", tell=tell, execute=on_dask(client))
    assert len(done) == len(set(done)) == FILES
    assert written(BASE / "dask") == expected
    return "its files were given to the other; each was told once"


def cut(folder: Path, expected: dict[str, bytes]) -> str:
    """A file truncated and written again while it is read."""
    mine = BASE / "cut"  # its files differ from the others'
    del expected
    shutil.copytree(folder, mine)
    victim = sorted(mine.iterdir())[3]
    content, stop = victim.read_bytes() * 50, threading.Event()

    def writer() -> None:
        while not stop.is_set():
            victim.write_bytes(content)
            with victim.open("r+b") as file:
                file.truncate(len(content) // 3)

    thread = threading.Thread(target=writer)
    thread.start()
    seen = []
    for _ in range(5):
        summary = run([mine], BASE / "cut-out", n_jobs=1)
        assert summary.failed <= 1
        seen += [reason.split(str(victim))[-1].split(";")[0].strip() for _, reason in summary.failures] or ["read as it stood"]
    stop.set()
    thread.join()
    run([mine], BASE / "cut-alone", n_jobs=1)
    again(BASE / "cut-out", mine, written(BASE / "cut-alone"), retry_errors=True)
    return "5 runs: " + ", ".join(f"{seen.count(s)} times \u201c{s}\u201d" for s in dict.fromkeys(seen)) + "; the other files unharmed"


def clock(folder: Path, expected: dict[str, bytes]) -> str:
    """A clock that is wrong, and file times from another age."""
    mine = BASE / "times" / "in"
    shutil.copytree(folder, mine)
    for number, path in enumerate(sorted(mine.iterdir())):
        stamp = (4_102_444_800, 0, 1_000_000_000)[number % 3]
        os.utime(path, (stamp, stamp))
    run([mine], BASE / "times-out", n_jobs=1)
    assert written(BASE / "times-out") == expected
    if not shutil.which("faketime"):
        return "file times of 1970 and 2100 change nothing; NOT TESTED with a moved clock: faketime is not installed"
    for stamp in ("1999-01-01 00:00:00", "2099-01-01 00:00:00"):
        done = command(mine, "-o", BASE / f"clock-{stamp[:4]}", "--jobs", 1, prefix=("faketime", stamp))
        assert done.returncode == 0, done.stderr
        assert written(BASE / f"clock-{stamp[:4]}") == expected
    return "in 1999, in 2099, and with file times of 1970 and 2100: the same bytes"


def home(folder: Path, expected: dict[str, bytes]) -> str:
    """A home that cannot be written to, none at all, and a plain locale."""
    said = []
    for name, env in (("read-only", {"HOME": "/proc"}), ("none", {"HOME": None, "USER": None}), ("C", {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})):
        done = command(folder, "-o", BASE / f"home-{name}", "--jobs", 2 if name == "read-only" else 1, **env)  # type: ignore[arg-type]
        assert done.returncode == 0, done.stderr
        assert written(BASE / f"home-{name}") == expected, name
        said.append(done.returncode)
    return f"exits {said}: the same bytes"


def memory(folder: Path, expected: dict[str, bytes]) -> str:
    """Too little memory, by 64 MB of address space."""
    measure = "import runpy, sys; sys.argv[0] = 'stagelens'\ntry: runpy.run_module('stagelens', run_name='__main__')\n" \
              "finally: print(open('/proc/self/status').read().split('VmPeak:')[1].split()[0], file=sys.stderr)"
    whole_run = subprocess.run([sys.executable, "-c", measure, "batch", str(folder), "-o", str(BASE / "memory-peak"), "--jobs", "1"], capture_output=True, text=True,
                               check=True)
    peak = int(whole_run.stderr.split()[-1]) << 10
    said = []
    for short in (SHORT, 2 * SHORT, 4 * SHORT):
        done = command(folder, "-o", BASE / "memory", "--jobs", 1, before=lambda most=peak - short: resource.setrlimit(resource.RLIMIT_AS, (most, most)))
        said.append(f"{short >> 20} MB short: exit {done.returncode}" + (f", \u201c{_line(done.stderr)}\u201d" if done.returncode else ""))
        assert done.returncode >= 0, done
    again(BASE / "memory", folder, expected, retry_errors=True)
    return f"peak {peak >> 20} MB; " + "; ".join(said) + "; with memory again, the rest"


def _line(said: str) -> str:
    lines = [line for line in said.strip().splitlines() if line.strip(" \u2502\u256d\u256e\u2570\u256f\u2500")]
    return " ".join(lines[-1].replace(str(BASE), "\u2026").split())[:160] if lines else ""


FAULTS: dict[str, Callable[[Path, dict[str, bytes]], str]] = {
    "kill": kill, "disk": disk, "joblib": joblib, "dask": dask, "cut": cut, "clock": clock, "home": home, "memory": memory}


def main() -> None:
    folder = corpus(BASE / "in")
    run([folder], BASE / "undisturbed", n_jobs=1)
    expected = written(BASE / "undisturbed")
    failed = 0
    print("| fault | what happened | after one more run |\n|---|---|---|", flush=True)
    for name in sys.argv[1:] or FAULTS:
        try:
            happened, after = FAULTS[name](folder, expected), "the same bytes"
        except AssertionError as error:
            happened, after, failed = f"FAILED: {str(error)[:1500]}", "", failed + 1
        print(f"| {(FAULTS[name].__doc__ or name).rstrip('.')} | {happened} | {'' if 'NOT TESTED' in happened[:10] else after} |", flush=True)
    shutil.rmtree(BASE, ignore_errors=True)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()

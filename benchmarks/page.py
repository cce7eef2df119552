"""The page's speed: from a pause in typing to the marks, in Chromium, and many clients at once.

    python benchmarks/page.py [--seconds 20] [--clients 200]
"""

import argparse
import asyncio
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import httpx
from batch import docstrings
from playwright.sync_api import sync_playwright

STATEMENTS = ("I was wrong to open your notebook. ", "I'm sorry if you felt watched. ", "We were three nurses short that night. ",
              "You stopped writing after that. ")


def draft(words: int) -> str:
    """Ordinary English with a statement every few sentences, none of it twice."""
    text = ""
    for at, part in enumerate(docstrings(4_000_000)):
        text += " ".join(part.split()[:40]) + ". " + STATEMENTS[at % 4]
        if len(text.split()) >= words:
            return text
    return text


def typed(link: str, text: str, times: int) -> tuple[str, list[float]]:
    """Return the page's address and, for each keystroke, milliseconds until the findings are replaced (the pause of 150 ms included)."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-background-networking"])
        page = browser.new_page()
        page.goto(link)
        page.fill("#text", text)
        page.wait_for_selector(".sw-card")
        page.wait_for_timeout(1500)
        page.locator("#text").press("Control+End")
        taken = []
        for letter in "and so it went on"[:times]:
            page.evaluate("() => { window.marked = new Promise(done => new MutationObserver(() => done(performance.now()))"
                          ".observe(document.getElementById('found'), {childList: true})); document.getElementById('text')"
                          ".addEventListener('input', () => { window.pressed = performance.now(); }, {once: true}); }")
            page.keyboard.type(letter)
            taken.append(page.evaluate("window.marked.then(at => at - window.pressed)"))
        address = page.url
        browser.close()
    return address, taken


async def load(address: str, seconds: float, clients: int, pid: int) -> tuple[list[float], dict[int | str, int], list[int]]:
    """Return seconds of each answer, how often each status came, and the program's memory in MB, taken twenty times on the way."""
    taken: list[float] = []
    codes: dict[int | str, int] = {}
    held: list[int] = []
    end = time.monotonic() + seconds

    async def watch() -> None:
        for _ in range(20):
            await asyncio.sleep(seconds / 20)
            held.append(memory(pid))

    async def one(client: httpx.AsyncClient, number: int) -> None:
        while time.monotonic() < end:
            began = time.monotonic()
            try:
                answer = await client.post(address, data={"text": f"I was wrong to open your notebook {number}. " * 5}, headers={"X-Stagelens-Part": "1"})
            except httpx.HTTPError as error:
                codes[type(error).__name__] = codes.get(type(error).__name__, 0) + 1
                continue
            codes[answer.status_code] = codes.get(answer.status_code, 0) + 1
            taken.append(time.monotonic() - began)

    async with httpx.AsyncClient(timeout=120, trust_env=False, limits=httpx.Limits(max_connections=clients)) as client:
        await asyncio.gather(watch(), *(one(client, number) for number in range(clients)))
    return taken, codes, held


def memory(pid: int) -> int:
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--clients", type=int, default=200)
    asked = parser.parse_args()
    process = subprocess.Popen([sys.executable, "-m", "stagelens", "serve", "--no-browser"], stdout=subprocess.PIPE, text=True)
    link = re.search(r"http\S+", process.stdout.readline())[0]
    text = draft(2000)
    address, taken = typed(link, text, 15)
    print(f"{len(text.split()):,} words: from the last keystroke to the marks "
          f"{statistics.median(taken):.0f} ms (median of {len(taken)}), at most {max(taken):.0f} ms")
    before = memory(process.pid)
    times, codes, held = asyncio.run(load(address, asked.seconds, asked.clients, process.pid))
    times.sort()
    print(f"{asked.clients} clients, {asked.seconds:.0f} s: {len(times) / asked.seconds:.0f} answers/s {codes}, median {statistics.median(times):.2f} s, "
          f"p99 {times[int(len(times) * .99)]:.2f} s; memory {before} MB before, "
          f"{held} MB on the way, {memory(process.pid)} MB after")
    process.terminate()


if __name__ == "__main__":
    main()

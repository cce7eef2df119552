"""Pictures of each view of the page, for the README and the docs: python benchmarks/screenshots.py [FOLDER]."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
ROOT = Path(__file__).parent.parent


def main(folder: Path) -> None:
    process = subprocess.Popen([sys.executable, "-m", "stagelens", "serve", "--no-browser"], stdout=subprocess.PIPE, text=True)
    link = re.search(r"http\S+", process.stdout.readline())[0]
    draft = (ROOT / "examples" / "mediation_draft.txt").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
        page.goto(link)
        base = page.url
        page.fill("#text", draft)
        page.wait_for_selector(".sw-card")
        page.locator(".sw-card summary").nth(2).click()
        page.mouse.move(0, 0)
        page.evaluate("document.querySelector('.sw-right').scrollTop = 0")
        page.evaluate("window.scrollTo(0, 0)")
        page.screenshot(path=folder / "page-draft.png")
        page.emulate_media(color_scheme="dark")
        page.screenshot(path=folder / "page-dark.png")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 390, "height": 860})
        page.screenshot(path=folder / "page-phone.png")
        page.set_viewport_size({"width": 1280, "height": 860})
        page.goto(base + "compare")
        page.fill("#text", draft)
        page.fill("#later", draft.replace("I never said you were a bad mother. You always twist my words when you're upset.\n\n", "").replace(
            "I suppose I'm just a terrible person and you'd all be happier without me.", "You need not answer this letter."))
        page.get_by_role("button", name="Compare").click()
        page.screenshot(path=folder / "page-compare.png", full_page=True)
        page.goto(base + "about")
        page.screenshot(path=folder / "page-about.png")
        browser.close()
    process.terminate()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images")

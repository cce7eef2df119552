"""The site: built without a warning, nothing from outside, every command, marker and public name on it, readable on a phone and in the dark."""

import re
import shutil
import subprocess
import sys
import zlib
from html.parser import HTMLParser
from pathlib import Path

import pytest

from stagelens.framework import load_framework

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
sys.path.insert(0, str(DOCS))

from pages import api, brought, cli  # noqa: E402

FETCHED = {"script": ("src",), "link": ("href",), "img": ("src", "srcset"), "iframe": ("src",), "source": ("src", "srcset"), "video": ("src", "poster"), "audio": ("src",),
           "object": ("data",), "embed": ("src",), "use": ("href", "xlink:href"), "image": ("href", "xlink:href"), "input": ("src",)}
"""What a browser fetches by itself; a link that somebody may follow is another thing."""
OUTSIDE = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
CSS_FETCHES = re.compile(r"""(?:url\(\s*|@import\s+)["']?(?:https?:)?//""", re.IGNORECASE)
CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The built site. A warning is an error."""
    out = tmp_path_factory.mktemp("site")
    run = subprocess.run([sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-d", str(tmp_path_factory.mktemp("doctrees")), str(DOCS), str(out)],
                         capture_output=True, text=True, check=False)
    assert run.returncode == 0, f"the site does not build without a warning:\n{run.stderr[-3000:]}"
    return out


class Fetches(HTMLParser):
    """The addresses that a page makes a browser fetch, and the styles written into it."""

    def __init__(self):
        super().__init__()
        self.addresses, self.styles = [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        rel = (given.get("rel") or "").split()
        if tag != "link" or not set(rel) <= {"canonical", "next", "prev", "search", "index", "author", "alternate", "license"}:
            self.addresses += [given[name] for name in FETCHED.get(tag, ()) if given.get(name)]
        self.styles.append(given.get("style") or "")

    def handle_data(self, data):
        if self.lasttag == "style":
            self.styles.append(data)


def _fetches(page):
    parser = Fetches()
    parser.feed(page)
    return parser


def _pages(site):
    return sorted(path for path in site.rglob("*.html") if "_static" not in path.relative_to(site).parts)


def _text(site, name):
    """The words of a page, without markup; spaces and quotation marks as plain ones."""
    html = (site / f"{name}.html").read_text(encoding="utf-8")
    words = re.sub(r"(?s)<script.*?</script>|<[^>]+>", "", html[html.index("<article"):html.index("</article>")])
    for entity, plain in {"&quot;": '"', "&#39;": "'", "&lt;": "<", "&gt;": ">", "&amp;": "&", "“": '"', "”": '"', "‘": "'", "’": "'", "…": "..."}.items():
        words = words.replace(entity, plain)
    return " ".join(words.split())


def test_no_page_makes_a_browser_fetch_anything_from_outside(site):
    assert len(_pages(site)) > 60
    for path in _pages(site):
        found = _fetches(path.read_text(encoding="utf-8"))
        assert not [address for address in found.addresses if OUTSIDE.match(address)], path
        assert not [style for style in found.styles if CSS_FETCHES.search(style)], path


def test_no_style_sheet_fetches_anything_from_outside(site):
    sheets = list(site.rglob("*.css"))
    assert sheets
    for path in sheets:
        assert not CSS_FETCHES.search(path.read_text(encoding="utf-8")), path


def test_an_outside_asset_would_be_noticed():
    page = '<link rel="stylesheet" href="https://x.example/a.css"><img src="//x.example/a.png"><script src="https://x.example/a.js"></script><a href="https://x.example">x</a>'
    assert len([address for address in _fetches(page).addresses if OUTSIDE.match(address)]) == 3
    assert CSS_FETCHES.search("@font-face { src: url('https://x.example/f.woff2') }")


@pytest.mark.parametrize("name", cli.commands())
def test_every_command_and_option_is_documented(site, name):
    text = _text(site, f"reference/cli/{name.replace(' ', '-')}")
    command = cli.commands()[name]
    assert command.help
    for param in command.params:
        assert param.help, f"{name}: {param.name} has no help"
        assert all(option in text for option in param.opts if option.startswith("--")), f"{name}: {param.opts} is not on its page"
    assert f"stagelens {name}" in _text(site, "reference/cli/index")


@pytest.mark.parametrize("marker", load_framework().markers.values(), ids=lambda marker: marker.id)
def test_every_marker_is_documented_with_example_explanation_other_readings_and_source(site, marker):
    text = _text(site, f"reference/markers/{marker.id}")
    for words in (marker.description, marker.example, marker.says, marker.why, *marker.other_readings, marker.question, marker.mediator_note, marker.source):
        assert " ".join(words.replace("“", '"').replace("”", '"').replace("’", "'").split()) in text
    assert "Wordings that the patterns find" in text
    assert marker.id in _text(site, "reference/markers/index")


def test_every_public_name_is_documented(site):
    inventory = zlib.decompress((site / "objects.inv").read_bytes().split(b"\n", 4)[4]).decode()
    there = {line.split()[0] for line in inventory.splitlines() if " py:" in line}
    for module, names in api.public().items():
        missing = {f"{module}.{name}" for name in names} - there
        assert not missing, f"not on the site: {missing}"
    assert {"stagelens.load", "stagelens.Lens.tag", "stagelens.Reading.to_html", "stagelens.batch.run", "stagelens.pandas.FrameMarkers.tag"} <= there


def test_every_guide_is_listed_among_the_guides_or_elsewhere(site):
    listed = (site / "howto" / "index.html").read_text(encoding="utf-8")
    for path in DOCS.glob("*.md"):
        if path.stem not in brought.ELSEWHERE:
            assert f'href="../{path.stem}.html"' in listed, f"{path.name} is in no list"


def test_a_new_guide_is_listed_by_itself(tmp_path):
    (tmp_path / "patterns.md").write_text("# Patterns\n", encoding="utf-8")
    (tmp_path / "frameworks.md").write_text("# Your own framework\n", encoding="utf-8")
    listed = brought.with_guides(f"- [Write patterns](../patterns.md)\n{brought.GUIDES}\n", tmp_path)
    assert "- [Your own framework](../frameworks.md)" in listed
    assert listed.index("../patterns\n") < listed.index("../frameworks\n```")


def test_what_it_must_not_be_used_for_stands_on_the_first_page_and_on_its_own(site):
    for page in ("index", "explanation/limits"):
        assert "not evidence about a person, and not for discipline, court or custody" in _text(site, page)
    assert "Stages of Accountability: Towards Healing" in _text(site, "index")


def test_links_between_files_lead_somewhere_on_a_code_host_too():
    made = {"docs/reference/markers", "docs/reference/cli", "docs/reference/api", "docs/project/from"}
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "data" / "README.md", *DOCS.glob("*.md"), *(DOCS / "decisions").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", path.read_text(encoding="utf-8")):
            file = (path.parent / target).resolve()
            on_site_only = any(file.is_relative_to(ROOT / folder) for folder in made) and path.parent == DOCS
            assert file.exists() or on_site_only, f"{path.relative_to(ROOT)} links to {target}, which is not there"
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert not [folder for folder in made if f"({folder}" in readme], "README links to a page that only the built site has"


def test_pages_that_are_made_are_not_kept():
    tracked = subprocess.run(["git", "ls-files", "docs"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    assert not [line for line in tracked.splitlines() if line.startswith(("docs/reference/api/", "docs/reference/cli/", "docs/reference/markers/", "docs/project/from/"))]


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed, so the site was NOT looked at in a browser; make test installs it where it can")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_a_phone_ask_nothing_of_others_and_have_enough_contrast(site, scheme):
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"])
        window = browser.new_context(viewport={"width": 390, "height": 800}, color_scheme=scheme).new_page()
        asked = []
        window.on("request", lambda request: asked.append(request.url))
        for name in ("index", "tutorial", "reference/markers/conditional_apology", "reference/cli/tag", "reference/api/stagelens", "explanation/limits", "notebooks/01_first_look"):
            window.goto((site / f"{name}.html").as_uri())
            assert window.evaluate("document.documentElement.scrollWidth") <= 390, f"{name} is wider than a phone"
            found = Axe().run(window, options={"runOnly": ["color-contrast", "image-alt", "link-name", "document-title"]}).response["violations"]
            assert not found, f"{name}, {scheme}: {[(v['id'], [n['html'][:120] for n in v['nodes'][:3]]) for v in found]}"
        browser.close()
    assert not [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]

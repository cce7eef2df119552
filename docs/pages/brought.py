"""What stands outside docs/ and belongs on the site too; and links, which lead to a file on a code host and to a page here."""

import os
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BROUGHT = {"CHANGELOG.md": "changelog", "CONTRIBUTING.md": "contributing", "data/README.md": "phrases", "models/stagelens-en/card.md": "model"}
"""File of the repository, and its page below project/from."""
PLACES = {**{file: f"docs/project/from/{name}.md" for file, name in BROUGHT.items()}, "README.md": "docs/index.md"}
ELSEWHERE = {"index", "tutorial", "format", "quality", "speed", "scale"}
"""Pages right below docs/ that are no how-to guides; every other one is listed among the guides by itself."""
GUIDES = "<!-- guides that have no line above -->"
LINK = re.compile(r"(\]\()([^)#:\s]+\.(?:md|ipynb))(#[^)\s]*)?(\))")


def pages() -> dict[str, str]:
    """Return what is brought in, with its links mended."""
    return {f"{name}.md": mended((ROOT / file).read_text(encoding="utf-8"), ROOT / file, ROOT / "docs/project/from") for file, name in BROUGHT.items()}


def mended(text: str, origin: Path, home: Path) -> str:
    """Return Markdown whose links between files lead to pages of the site."""
    def place(match: re.Match[str]) -> str:
        target = (origin.parent / match[2]).resolve()
        inside = target.relative_to(ROOT).as_posix() if target.is_relative_to(ROOT) else ""
        page = ROOT / PLACES.get(inside, f"docs/{inside}" if inside.startswith("notebooks/") else inside)
        return f"{match[1]}{Path(os.path.relpath(page, home)).as_posix()}{match[3] or ''}{match[4]}"

    return LINK.sub(place, text)


def read(app: Any, name: str, source: list[str]) -> None:
    """Mend what Sphinx reads: links out of docs/, the list of decisions, guides that nobody has listed yet."""
    file = Path(app.env.doc2path(name))
    if file.suffix == ".md" and not name.startswith("project/from/"):
        source[0] = mended(source[0], file, file.parent)
    if name == "decisions/README":
        source[0] += "\n```{toctree}\n:hidden:\n:glob:\n\n0*\n```\n"
    if name == "howto/index":
        source[0] = with_guides(source[0], file.parent.parent)


def with_guides(text: str, docs: Path) -> str:
    """List every guide: those named in the text keep their place, others follow with their title."""
    named = re.findall(r"\]\(\.\./([\w-]+)\.md\)", text)
    others = sorted({path.stem for path in docs.glob("*.md")} - ELSEWHERE - set(named))
    lines = "".join(f"- [{(docs / f'{stem}.md').read_text(encoding='utf-8').splitlines()[0].lstrip('# ')}](../{stem}.md)\n" for stem in others)
    listed = "\n".join(f"../{stem}" for stem in dict.fromkeys([*named, *others]) if stem not in ELSEWHERE)
    return text.replace(GUIDES, lines) + f"\n```{{toctree}}\n:hidden:\n\n{listed}\n```\n"

"""A page for each marker, from the framework's data and the patterns' own examples."""

from collections.abc import Iterable

from stagelens.framework import Framework, load_framework
from stagelens.patterns import load_patterns
from stagelens.records import Marker, Pattern

SHOWN = 4
"""Wordings shown on a marker's page, one a pattern."""


def pages() -> dict[str, str]:
    """Return a page a marker, and the list of them by stage."""
    framework = load_framework()
    patterns = load_patterns(framework.markers, ())
    made = {f"{marker.id}.md": _page(marker, framework, [p for p in patterns if p.marker == marker.id]) for marker in framework.markers.values()}
    return made | {"index.md": _index(framework)}


def _index(framework: Framework) -> str:
    parts = [
        "# Markers and stages",
        "A marker is a move that words can make. Each belongs to a stage; a text can carry markers of several stages at once, and the words can be "
        "right in one situation and hurt in another. None of this is a grade, of a text or of a person.", framework.source]
    for number, stage in framework.stages.items():
        mine = [m for m in framework.markers.values() if m.stage == number]
        rows = "\n".join(f"| [{m.name}]({m.id}.md) | `{m.id}` | {_quote(m.example)} |" for m in mine)
        parts.append(f"## Stage {_number(number)}: {stage.name}\n\n{stage.summary}\n\n| marker | id | as in |\n|---|---|---|\n{rows}")
        questions = "\n".join(f"- {question}" for question in stage.questions)
        parts.append(f":::{{dropdown}} What may help from here\n{stage.next_step}\n\n{questions}\n\n*For mediators:* {stage.mediator_note}\n:::")
    listed = "\n".join(framework.markers)
    gaps = "\n".join(f"| {gap.name} | {', '.join(f'[{framework.markers[m].name}]({m}.md)' for m in gap.markers)} | {gap.question} |" for gap in framework.gaps)
    parts.append("## What a statement may not name yet\n\nNothing here is owed. A thing counts as named when any of its markers is found.\n\n"
                 f"| what | named by | a question |\n|---|---|---|\n{gaps}")
    return "\n\n".join(parts) + f"\n\n```{{toctree}}\n:hidden:\n\n{listed}\n```\n"


def _page(marker: Marker, framework: Framework, patterns: list[Pattern]) -> str:
    stage = framework.stages[marker.stage]
    surest = sorted(patterns, key=lambda p: -p.weight)[:SHOWN]
    parts = [
        f"# {marker.name[0].upper()}{marker.name[1:]}",
        f"`{marker.id}` · [stage {_number(marker.stage)}, {stage.name[0].lower()}{stage.name[1:]}](index.md)",
        marker.description,
        f"> {_text(marker.example)}",
        f"## What it may be heard as\n\n{marker.says}\n\n**Why it may matter.** {marker.why}",
        "## Other readings\n\n" + _list(marker.other_readings),
        f"## A question\n\n{marker.question}"]
    if surest:
        parts.append("## In other words\n\nWordings that the patterns find:\n\n" + _list(_quote(p.fires[0]) for p in surest))
        alike = dict.fromkeys(_quote(p.quiet[0]) for p in surest if p.quiet)
        parts.append(f"Wordings that sound alike, and that these patterns leave alone:\n\n{_list(alike)}")
    parts += [f"## For mediators\n\n{marker.mediator_note}", f"## Where it comes from\n\n{marker.source}.",
              f"It speaks of {_and(marker.dimension)}. {len(patterns)} patterns look for it, and the model beside them."]
    return "\n\n".join(parts) + "\n"


def _number(stage: int) -> str:
    return str(stage).replace("-", "\u2212")


def _text(words: str) -> str:
    return words.replace("<", "&lt;").replace("*", "\\*")


def _quote(words: str) -> str:
    return f"“{_text(words)}”"


def _list(entries: Iterable[str]) -> str:
    return "\n".join(f"- {entry}" for entry in entries)


def _and(words: Iterable[str]) -> str:
    *rest, last = (word for word in words)
    return f"{', '.join(rest)} and {last}" if rest else last

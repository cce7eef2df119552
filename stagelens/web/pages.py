"""From what was read to the page: records for the templates, nothing escaped but by them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from ..compare import Comparison
from ..errors import InputError
from ..framework import Framework
from ..reading import Reading
from ..render import words
from ..render.palette import DARK, LIGHT, UNDERLINES
from ..render.view import Entry, ReadingView, view
from ..render.visible import visible_line
from .asked import AUDIENCES, LARGEST, LONGEST, Asked, key

EXAMPLES = {"clinician_letter": "A clinician's letter", "manager_statement": "A manager's statement", "mediation_draft": "A draft before a mediation"}
SPEAKERS = {"responding": "the person who answers for harm", "harmed": "the person who was harmed", "other": "someone else", "unknown": "not known"}
PRESETS = {"precise": "only what is clear", "balanced": "what is likelier than not", "sensitive": "faint possibilities too"}


@dataclass(frozen=True, slots=True)
class Card:
    """One finding on the page: the entry, what it is set aside by, and the note for mediators."""

    entry: Entry
    key: str
    mention: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A stage or marker that can be shown or hidden."""

    value: str
    label: str
    shown: bool


def draft(asked: Asked, reading: Reading | None = None, aside: tuple[str, ...] = ()) -> str:
    """Render the page for one draft."""
    return _page("draft.html.j2", asked=asked, examples=EXAMPLES, **_found(asked, reading, aside))


def part(asked: Asked, reading: Reading, aside: tuple[str, ...] = ()) -> str:
    """Render what was found alone, for the page's script."""
    return _page("part.html.j2", asked=asked, **_found(asked, reading, aside))


def compare(asked: Asked, comparison: Comparison | None = None) -> str:
    """Render the page for two drafts."""
    found: dict[str, Any] = {"both": None}
    if comparison:
        sides = [view(reading, prefix=prefix) for reading, prefix in ((comparison.before, "a-"), (comparison.after, "b-"))]
        before, after = (dict(zip(reading.spans, side.entries, strict=False))
                         for reading, side in zip((comparison.before, comparison.after), sides, strict=True))
        kept = [(before[pair.before], after[pair.after], pair) for pair in comparison.kept]
        found = {"both": comparison, "sides": sides, "gone": [before[span] for span in comparison.gone], "new": [after[span] for span in comparison.new],
                 "changed": [triple for triple in kept if triple[2].reworded or triple[2].moved],
                 "same": [triple for triple in kept if not (triple[2].reworded or triple[2].moved)]}
    return _page("compare.html.j2", asked=asked, **found)


def about(framework: Framework) -> str:
    """Render the page on what this is and is not."""
    return _page("what.html.j2", framework=framework, source=framework.source)


def refusal(error: Exception) -> str:
    """Render a refusal: one sentence, and the way back."""
    return _page("refusal.html.j2", sentence=sentence(error))


def sentence(error: Exception) -> str:
    """Return what an error says as a sentence of its own."""
    said = str(error).rstrip(".")
    return f"{said[:1].upper()}{said[1:]}."


@cache
def styles() -> str:
    """Return the styles of the page."""
    return _environment().get_template("site.css.j2").render(**_shared())


def example(name: str) -> str:
    """Return an invented statement by its name."""
    if name not in EXAMPLES:
        raise InputError(f"there is no example {name[:40]!r}; the examples are {', '.join(EXAMPLES)}")
    inside = Path(str(resources.files("stagelens"))) / "examples"
    folder = inside if inside.exists() else inside.parents[1] / "examples"
    return (folder / f"{name}.txt").read_text(encoding="utf-8")


def is_example(text: str) -> bool:
    """Tell whether a text is an example as it stands, so that nobody misses it."""
    return any(" ".join(text.split()) == " ".join(example(name).split()) for name in EXAMPLES)


def _found(asked: Asked, reading: Reading | None, aside: tuple[str, ...]) -> dict[str, Any]:
    if reading is None or not reading.text.strip():
        return {"r": None, "cards": [], "mentions": [], "choices": [], "aside": []}
    both = (*reading.spans, *reading.mentions)
    hidden = [i for i, span in enumerate(both) if {f"stage:{span.stage}", f"marker:{span.marker}"} & asked.hidden]
    shown = view(reading, hidden=hidden)
    cards = [Card(entry, key(span), span.use != "own") for entry, span in zip((*shown.entries, *shown.mentions), both, strict=True)]
    return {"r": shown, "cards": [c for c in cards if not c.mention], "mentions": [c for c in cards if c.mention],
            "choices": _choices(reading, shown, asked), "aside": [_aside(name, reading) for name in aside]}


def _choices(reading: Reading, shown: ReadingView, asked: Asked) -> list[tuple[str, list[Choice]]]:
    """Return what can be shown or hidden, stages and then markers, as far as they were found."""
    both = (*reading.spans, *reading.mentions)
    labels = {entry.link.number - 1: entry for entry in (*shown.entries, *shown.mentions)}
    stages = {f"stage:{span.stage}": f"Stage {labels[i].stage.number}: {labels[i].stage.name}" for i, span in sorted(enumerate(both), key=lambda p: p[1].stage)}
    markers = {f"marker:{span.marker}": labels[i].explanation.name for i, span in sorted(enumerate(both), key=lambda p: p[1].stage)}
    return [(title, [Choice(value, label, value not in asked.hidden) for value, label in some.items()])
            for title, some in (("Stages", stages), ("What the words do", markers)) if len(some) > 1]


def _aside(name: str, reading: Reading) -> tuple[str, str, str]:
    marker, _, said = name.partition(" ")
    return name, reading.framework.marker(marker).name, visible_line(said)


def _page(template: str, **context: Any) -> str:
    refused = getattr(context.get("asked"), "refused", None)
    context["refused"] = sentence(refused) if refused else ""
    return _environment().get_template(template).render(**_shared(), **context)


def _shared() -> dict[str, Any]:
    return {"light": LIGHT, "dark": DARK, "underlines": UNDERLINES, "words": words, "speakers": SPEAKERS, "presets": PRESETS, "audiences": AUDIENCES,
            "longest": LONGEST, "largest": LARGEST}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("stagelens.web"), PackageLoader("stagelens.render")]), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True)
    environment.filters["visible"] = visible_line
    return environment

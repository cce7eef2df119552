"""The colours, in one place, so that a test can measure every pair.

Backgrounds are from Paul Tol's pale, light and dark qualitative schemes (SRON/EPS/TN/09-002, 2021), which suit any colour
vision. Red and green are left out, since they say "bad" and "good" to many; the underline and the number tell the stage without colour.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

UNDERLINES = ("dotted", "dashed", "solid", "wavy", "double", "thick")
"""One pattern a stage, from the first stage on. Wavy stands in the middle: at an end it would look like a spelling mistake."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """The colours of one mode."""

    paper: str
    panel: str
    ink: str
    quiet: str
    rule: str
    link: str
    badge: str
    badge_ink: str
    marks: tuple[str, ...]
    lines: tuple[str, ...]

    def pairs(self) -> Iterator[tuple[str, str, str]]:
        """Yield every foreground that stands on a background: a name, the foreground, the background."""
        for ground in ("paper", "panel"):
            for ink in ("ink", "quiet", "link"):
                yield f"{ink} on {ground}", getattr(self, ink), getattr(self, ground)
        yield "badge", self.badge_ink, self.badge
        for number, (mark, line) in enumerate(zip(self.marks, self.lines, strict=True)):
            yield f"ink on mark {number}", self.ink, mark
            yield f"badge beside mark {number}", self.badge, mark
            for under in (mark, self.paper, self.panel, *self.marks):
                yield f"underline {number} on {under}", line, under


LIGHT = Scheme(
    paper="#faf8f4", panel="#ffffff", ink="#23211e", quiet="#5b5751", rule="#dcd7cd", link="#234a78", badge="#35322d", badge_ink="#ffffff",
    marks=("#dddddd", "#eeeebb", "#cceeff", "#eedd88", "#bbccee", "#99ddff"),
    lines=("#3d3d3d", "#4d4d12", "#1b4f63", "#5c4300", "#222255", "#0b3d5c"))

DARK = Scheme(
    paper="#1b1a19", panel="#232120", ink="#f3efe8", quiet="#b9b3a8", rule="#45413c", link="#9cc4f2", badge="#eae5db", badge_ink="#1b1a19",
    marks=("#555555", "#55552b", "#225555", "#5a3f00", "#222266", "#174a70"),
    lines=("#eeeeee", "#eeeebb", "#cceeff", "#f3e19a", "#d3defa", "#b5e6ff"))

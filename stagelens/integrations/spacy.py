"""A spaCy component: ``nlp.add_pipe("stagelens")``.

It is registered as an entry point, so it is there once stagelens is installed, without an import. Findings stand in
``doc.spans["stagelens"]`` (overlaps kept), mentions in ``doc.spans["stagelens_mentions"]``; ``doc._.stagelens`` is the whole
`stagelens.Reading`. spaCy's spans run over whole tokens; the exact characters, stages and scores stand in the group's ``attrs``, in the order of its spans.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

from ..framework import Framework, load_framework
from ..lens import Lens, load
from ..reading import Reading
from ..records import Span
from ..render.palette import LIGHT
from ..settings import Settings

__all__ = ["COLORS", "CONFIG", "StagelensPipe", "make", "reading_of"]

NAME = "stagelens"
CONFIG = {"preset": "balanced", "speaker": "responding", "statement": False, "patterns": [], "model": True, "framework": None, "spans_key": NAME}
"""The settings of the component and their defaults, all plain JSON."""


class StagelensPipe:
    """The component. Made by ``nlp.add_pipe("stagelens", config={...})``.

    Parameters
    ----------
    name : str
        What the component is called in its pipeline.
    preset, speaker, statement
        As in `stagelens.Settings`.
    patterns, model, framework
        As in `stagelens.load`.
    spans_key : str
        Where the findings go in ``doc.spans``; mentions go to ``{spans_key}_mentions``.

    Examples
    --------
    >>> import spacy
    >>> nlp = spacy.blank("en")
    >>> _ = nlp.add_pipe("stagelens", config={"preset": "precise"})
    >>> doc = nlp("I was wrong to read your letter out in class.")
    >>> [span.label_ for span in doc.spans["stagelens"]]
    ['ownership']
    """

    def __init__(self, name: str = NAME, *, preset: str = "balanced", speaker: str = "responding", statement: bool = False,
                 patterns: Sequence[str] = (), model: bool | str = True, framework: str | None = None, spans_key: str = NAME) -> None:
        self.name, self.spans_key = name, spans_key
        self.config = {"preset": preset, "speaker": speaker, "statement": statement, "patterns": list(map(str, patterns)), "model": model,
                       "framework": str(framework) if framework else None}
        self._lens = _lens(preset, speaker, statement, tuple(map(str, patterns)), model, self.config["framework"])

    def __call__(self, doc: Doc) -> Doc:
        """Read one document."""
        reading = self._lens.tag(doc.text)
        doc.user_data[NAME] = self.config
        doc.spans[self.spans_key] = _group(doc, self.spans_key, reading.spans)
        doc.spans[f"{self.spans_key}_mentions"] = _group(doc, f"{self.spans_key}_mentions", reading.mentions)
        return doc

    def pipe(self, docs: Iterable[Doc], batch_size: int = 64) -> Iterator[Doc]:
        """Read many documents, lazily and in order.

        Parameters
        ----------
        docs : iterable of Doc
        batch_size : int, default 64
            Changes nothing, since each document is read by itself.

        Returns
        -------
        iterator of Doc

        Examples
        --------
        >>> import spacy
        >>> nlp = spacy.blank("en")
        >>> _ = nlp.add_pipe("stagelens")
        >>> [len(doc.spans["stagelens"]) for doc in nlp.pipe(["I was wrong to read your letter.", "We had tea."])]
        [1, 0]
        """
        return map(self, docs)


# spaCy before 3.8 reads these annotations as they stand, and takes the first of two kinds that fits: so no postponed ones, and bool before str
@Language.factory(NAME, default_config=CONFIG, assigns=["doc.spans", "doc._.stagelens"])
def make(nlp: Language, name: str, preset: str, speaker: str, statement: bool, patterns: list[str], model: bool | str,
         framework: str | None, spans_key: str) -> StagelensPipe:
    """Make the component for a pipeline; what ``nlp.add_pipe("stagelens")`` calls.

    Parameters
    ----------
    nlp : Language
    name : str
    preset, speaker, statement, patterns, model, framework, spans_key
        As for `StagelensPipe`.

    Returns
    -------
    StagelensPipe

    Examples
    --------
    >>> import spacy
    >>> spacy.blank("en").add_pipe("stagelens").name
    'stagelens'
    """
    return StagelensPipe(name, preset=preset, speaker=speaker, statement=statement, patterns=patterns, model=model,
                         framework=framework, spans_key=spans_key)


def reading_of(doc: Doc) -> Reading | None:
    """Return the reading of a document that went through the component; None for others. It is what ``doc._.stagelens`` gives.

    It is read again from the text when asked for, with the same settings, and so is the same; thus a document stays small, and its reading
    is there after a round trip through bytes, a `DocBin` with user data, or another process.

    Parameters
    ----------
    doc : Doc

    Returns
    -------
    Reading or None

    Examples
    --------
    >>> import spacy
    >>> from stagelens.integrations.spacy import reading_of
    >>> nlp = spacy.blank("en")
    >>> reading_of(nlp("We had tea.")) is None
    True
    >>> _ = nlp.add_pipe("stagelens")
    >>> reading_of(nlp("I was wrong to read your letter.")).spans[0].marker
    'ownership'
    """
    config = doc.user_data.get(NAME)
    if config is None:
        return None
    return _lens(config["preset"], config["speaker"], config["statement"], tuple(config["patterns"]), config["model"],
                 config.get("framework")).tag(doc.text)


@lru_cache(maxsize=8)
def _lens(preset: str, speaker: str, statement: bool, patterns: tuple[str, ...], model: bool | str, framework: str | None) -> Lens:
    return load(patterns=patterns, model=model, framework=framework, settings=Settings(preset=preset, speaker=speaker, statement=statement))


def _group(doc: Doc, key: str, spans: Sequence[Span]) -> SpanGroup:
    aligned = [(doc.char_span(s.start, s.end, label=s.marker, alignment_mode="expand"), s) for s in spans]
    kept = [(span, s) for span, s in aligned if span is not None]
    attrs: dict[str, Any] = {"start_char": [s.start for _, s in kept], "end_char": [s.end for _, s in kept], "stage": [s.stage for _, s in kept],
                             "score": [s.score for _, s in kept], "certainty": [s.certainty for _, s in kept], "use": [s.use for _, s in kept]}
    return SpanGroup(doc, name=key, spans=[span for span, _ in kept], attrs=attrs)


def colours(framework: Framework) -> dict[str, str]:
    """Return a colour for each marker, that of its stage, for displaCy's option ``colors``."""
    looks = {number: LIGHT.marks[place % len(LIGHT.marks)] for place, number in enumerate(framework.stages)}
    return {marker.id: looks[marker.stage] for marker in framework.markers.values()}


COLORS = colours(load_framework())
"""Marker of the built-in framework to colour; displaCy takes them by itself, since they are registered."""

if not Doc.has_extension(NAME):
    Doc.set_extension(NAME, getter=reading_of)

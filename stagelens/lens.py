"""The main path: one text in, one reading out. Each step stands in the module of its name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib import resources
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .compare import Comparison, compare
from .context import Context, Labels, load_context
from .errors import InputError
from .framework import MODEL as OWN_MODEL
from .framework import Framework, load_framework
from .merge import merge
from .patterns import load_patterns
from .profile import missing, next_step, profile
from .reading import Reading
from .records import SPEAKERS, Document, Hit, Pattern, Seen, Span
from .rules import Rules
from .segment import segment
from .settings import Settings
from .to_speaker import to_speaker
from .turns import Turns

if TYPE_CHECKING:
    from .model import Model

MODEL = "stagelens-en"
"""The built-in model."""
POINTS_AT_ONCE = 200_000
"""Code points from which no further texts are read at once: what is gained by it is gained, and memory stays bounded."""
SILENT = ("harmed", "other")
"""Speakers whose words carry no markers: the harmed person may use every one of these phrases rightly."""


class Lens:
    """Reads texts and tags the words that may mark a stage of accountability. Made by `stagelens.load`.

    Attributes
    ----------
    framework : Framework
        Its stages and markers, with their texts.
    settings : Settings
        What was asked for.

    Notes
    -----
    A lens keeps nothing between texts and may be used from several threads; it travels to other processes.

    Examples
    --------
    >>> import stagelens
    >>> lens = stagelens.load()
    >>> [span.marker for span in lens.tag("I'm sorry if you felt hurt by what I said.").spans]
    ['conditional_apology']
    """

    def __init__(self, framework: Framework, rules: Rules, model: Model | None, context: Context, turns: Turns,
                 settings: Settings) -> None:
        self.framework = framework
        self.settings = settings
        self._model = model
        self._rules = rules
        self._context = context
        self._turns = turns

    def __reduce__(self) -> tuple[Any, ...]:
        # compiled automata do not travel between processes; patterns do
        return _made, (self.framework, self._rules.patterns, self._model.folder if self._model else None, self.settings)

    @property
    def model_checksum(self) -> str | None:
        """The SHA-256 of the model's weights; None for rules alone."""
        return self._model.checksum if self._model else None

    def tag(self, text: str, *, speaker: str | None = None) -> Reading:
        """Read one text.

        Parameters
        ----------
        text : str
            The text, as it is; any length up to ``settings.max_chars`` code points.
        speaker : {"responding", "harmed", "other", "unknown"}, optional
            Who speaks. Words of ``harmed`` and ``other`` speakers carry no markers.

        Returns
        -------
        Reading

        Raises
        ------
        InputError
            If ``text`` is not a string or too long, or ``speaker`` is unknown.

        Examples
        --------
        >>> import stagelens
        >>> lens = stagelens.load()
        >>> text = "I was wrong to read your letter out in class."
        >>> [(span.start, span.end, span.marker) for span in lens.tag(text).spans]
        [(0, 44, 'ownership')]
        >>> lens.tag(text, speaker="harmed").spans
        ()
        """
        return self._read([text], self._checked(text, speaker))[0]

    def _read(self, texts: Sequence[str], speaker: str) -> list[Reading]:
        """Go the main path with some texts: cut them, look with rules and model, tell the uses, join and weigh, say what it comes to."""
        if speaker in SILENT:
            return [self._reading(text, (), (), speaker) for text in texts]
        ruled = self._ruled(texts)
        seen = self._seen_by_model(ruled)
        return [self._merged(labels.document, hits, one, speaker) for (labels, hits), one in zip(ruled, seen, strict=True)]

    def _ruled(self, texts: Sequence[str]) -> list[tuple[Labels, list[Hit]]]:
        documents = [segment(text) for text in texts]
        labels = [self._context.of(document) for document in documents]
        labelled = [(one, one.label(hits)) for one, hits in zip(labels, self._rules.find(documents), strict=True)]
        return [(one, self._turns.read(one.document, hits)) for one, hits in labelled]

    def _seen_by_model(self, ruled: Sequence[tuple[Labels, Sequence[Hit]]]) -> list[Seen | None]:
        """Return for each text what the model sees in its clauses, each hit with its use; None without a model."""
        if self._model is None:
            return [None] * len(ruled)
        asked = self._model.header.thresholds[self.settings.preset]
        all_seen = self._model.find([(labels.document, hits) for labels, hits in ruled], asked, statement=self.settings.statement)
        return [replace(seen, hits=_labelled(labels, seen.hits, asked.lowest)) for (labels, _), seen in zip(ruled, all_seen, strict=True)]

    def _merged(self, document: Document, hits: Sequence[Hit], seen: Seen | None, speaker: str) -> Reading:
        spans, mentions = merge(document, hits, seen, self.framework, self.settings)
        if self._model and seen:
            spans, mentions = (tuple(self._model.carried(document, span, seen.thresholds.lowest) for span in some) for some in (spans, mentions))
        return self._reading(document.text, spans, mentions, speaker)

    def _reading(self, text: str, spans: tuple[Span, ...], mentions: tuple[Span, ...], speaker: str, framework: Framework | None = None) -> Reading:
        framework = framework or self.framework
        return Reading(
            text, spans, mentions,
            profile(text, spans, framework, self.settings),
            missing(spans, framework) if speaker not in SILENT else (),
            next_step(spans, framework, self.settings),
            speaker, framework)

    def to_speaker(self, reading: Reading) -> Reading:
        """Say the same to the person who wrote the words: explanations, questions and the next step speak of "you" instead of "the speaker".

        Parameters
        ----------
        reading : Reading

        Returns
        -------
        Reading
            With the same findings; only what is said of them differs.

        Examples
        --------
        >>> import stagelens
        >>> lens = stagelens.load()
        >>> reading = lens.tag("I was wrong to read your letter out in class.")
        >>> lens.to_speaker(reading).spans == reading.spans
        True
        """
        return self._reading(reading.text, reading.spans, reading.mentions, reading.speaker, to_speaker(reading.framework))

    def without(self, reading: Reading, spans: Collection[Span]) -> Reading:
        """Leave out findings that a person says do not fit; what the rest does together is told anew.

        Parameters
        ----------
        reading : Reading
        spans : collection of Span
            Findings or mentions of it.

        Returns
        -------
        Reading

        Examples
        --------
        >>> import stagelens
        >>> lens = stagelens.load()
        >>> reading = lens.tag("I was wrong to read your letter out in class. I am sorry if you were upset by it.")
        >>> rest = lens.without(reading, [span for span in reading.spans if span.marker == "conditional_apology"])
        >>> [span.marker for span in rest.spans]
        ['ownership']
        """
        kept, mentions = (tuple(span for span in some if span not in spans) for some in (reading.spans, reading.mentions))
        return self._reading(reading.text, kept, mentions, reading.speaker, reading.framework)

    def compare(self, before: str, after: str, *, speaker: str | None = None) -> Comparison:
        """Read two drafts and tell what came, what went and what stayed or moved.

        Parameters
        ----------
        before, after : str
            The earlier and the later draft.
        speaker : str, optional
            As for `tag`.

        Returns
        -------
        Comparison
            See `stagelens.compare`.

        Raises
        ------
        InputError
            As for `tag`.

        Examples
        --------
        >>> import stagelens
        >>> both = stagelens.load().compare("I am sorry if you were upset by it.", "I was wrong to read your letter out.")
        >>> [span.marker for span in both.gone], [span.marker for span in both.new]
        (['conditional_apology'], ['ownership'])
        """
        return compare(self.tag(before, speaker=speaker), self.tag(after, speaker=speaker))

    def found_by_rules(self, text: str) -> tuple[Document, list[Hit]]:
        """Return the parts of a text and the rules' hits in it, each with its use: what the model is shown.

        Parameters
        ----------
        text : str

        Returns
        -------
        document : Document
            The text, its sentences, clauses and quotations.
        hits : list of Hit
            In text order, before rules and model are weighed together.

        Examples
        --------
        >>> import stagelens
        >>> document, hits = stagelens.load().found_by_rules("I was wrong to read your letter out in class.")
        >>> len(document.sentences), {hit.marker for hit in hits}
        (1, {'ownership'})
        """
        return self.found_by_rules_in([text])[0]

    def found_by_rules_in(self, texts: Sequence[str]) -> list[tuple[Document, list[Hit]]]:
        """Return for each text what `found_by_rules` returns, sooner than one by one.

        Parameters
        ----------
        texts : sequence of str

        Returns
        -------
        list of (Document, list of Hit)

        Examples
        --------
        >>> import stagelens
        >>> both = stagelens.load().found_by_rules_in(["I was wrong to read your letter out.", "We had tea."])
        >>> [len(hits) for document, hits in both]
        [1, 0]
        """
        return [(labels.document, hits) for labels, hits in self._ruled(texts)]

    def tag_many(self, texts: Iterable[str], *, speaker: str | None = None, n_jobs: int = 1, batch_size: int = 64) -> Iterator[Reading]:
        """Read many texts, lazily and in order.

        Parameters
        ----------
        texts : iterable of str
            Read as needed, ``batch_size`` at a time a process.
        speaker : str, optional
            As for `tag`.
        n_jobs : int, default 1
            Processes; -1 for one a core.
        batch_size : int, default 64
            Texts handed to a process at once.

        Returns
        -------
        iterator of Reading

        Raises
        ------
        InputError
            As for `tag`, when the text in question is reached.

        Examples
        --------
        >>> import stagelens
        >>> readings = stagelens.load().tag_many(["I was wrong to read your letter.", "We had tea."])
        >>> [len(reading.spans) for reading in readings]
        [1, 0]
        """
        batches = self._batches(texts, speaker, batch_size)
        if n_jobs == 1:
            return chain.from_iterable(self._read(*batch) for batch in batches)
        return self._in_processes(batches, n_jobs)

    def _in_processes(self, batches: Iterator[tuple[list[str], str]], n_jobs: int) -> Iterator[Reading]:
        from joblib import Parallel, delayed

        wrong: list[Exception] = []  # held back until what was given before it is read: a pool would stop at once, and lose that

        def given() -> Iterator[Any]:
            try:
                yield from (delayed(self._read)(*batch) for batch in batches)
            except Exception as error:
                wrong.append(error)

        parallel = Parallel(n_jobs=n_jobs, return_as="generator", batch_size=1)
        yield from chain.from_iterable(parallel(given()))
        if wrong:
            raise wrong[0]

    def _batches(self, texts: Iterable[str], speaker: str | None, batch_size: int) -> Iterator[tuple[list[str], str]]:
        """Yield checked texts some at a time; what is wrong with a text, or with where they come from, is raised when those before it are through."""
        speaker = speaker or self.settings.speaker
        batch: list[str] = []
        points = 0
        try:
            for text in texts:
                self._checked(text, speaker)
                batch.append(text)
                points += len(text)
                if len(batch) >= batch_size or points >= POINTS_AT_ONCE:
                    yield batch, speaker
                    batch, points = [], 0
        except Exception:
            if batch:
                yield batch, speaker
            raise
        if batch:
            yield batch, speaker

    def _checked(self, text: str, speaker: str | None) -> str:
        speaker = speaker or self.settings.speaker
        if not isinstance(text, str):
            raise InputError(f"the text is of type {type(text).__name__}; give a str")
        if len(text) > self.settings.max_chars:
            raise InputError(f"the text has {len(text)} code points; at most {self.settings.max_chars} are read in one piece")
        if speaker not in SPEAKERS:
            raise InputError(f"speaker is {speaker!r}; allowed are {', '.join(SPEAKERS)}")
        return speaker


def _labelled(labels: Labels, seen: Sequence[Hit], lowest: float) -> tuple[Hit, ...]:
    """Return the model's hits with their use; what is too faint to be shown by itself comes first, and as it is."""
    faint = [hit for hit in seen if hit.weight < lowest]
    return (*faint, *labels.label([hit for hit in seen if hit.weight >= lowest]))


def load(*, patterns: Iterable[str | Path] = (), model: str | Path | bool = True, settings: Settings | None = None, preset: str | None = None,
         framework: str | Path | None = None) -> Lens:
    """Make a lens: from the built-in framework, patterns and model, or from a framework of your own.

    Parameters
    ----------
    patterns : iterable of path
        Further pattern files (see ``docs/patterns.md``).
    model : path or bool, default True
        The folder of a model of your own (written by ``stagelens train``); True for the one that comes with the framework, False for rules
        alone. A framework of your own may have its model in its folder ``model``; without, True gives rules alone.
    settings : Settings, optional
        All settings at once.
    preset : {"precise", "balanced", "sensitive"}, optional
        How sure a finding must be to be shown.
    framework : path, optional
        The folder of a framework of your own (see ``docs/frameworks.md``).

    Returns
    -------
    Lens

    Raises
    ------
    ResourceError
        If the framework, a pattern file or the model breaks its format, or the model speaks of other markers; the message names the entry
        and the remedy.
    SettingsError
        If a setting is outside what is allowed.

    Examples
    --------
    >>> import stagelens
    >>> lens = stagelens.load(preset="precise")
    >>> lens.tag("").spans
    ()
    """
    settings = settings or Settings()
    settings = settings.but(preset=preset) if preset else settings
    settings = settings.but(framework=framework) if framework else settings
    chosen = load_framework(settings.framework)
    folder = (_model_of(chosen) if model else None) if isinstance(model, bool) else Path(model)
    return _made(chosen, load_patterns(chosen.markers, patterns, folder=chosen.folder), folder, settings)


def _model_of(framework: Framework) -> Path | None:
    """Return the folder of the model that comes with a framework, if there is one."""
    if framework.folder is None:
        return _built_in()
    folder = framework.folder / OWN_MODEL
    return folder if folder.is_dir() else None


def _built_in() -> Path:
    """Return the folder of the model that comes with the package: inside an installed one, beside a checked-out one."""
    inside = Path(str(resources.files("stagelens"))) / "models" / MODEL
    return inside if inside.exists() else inside.parents[2] / "models" / MODEL


@lru_cache(maxsize=4)
def _made(framework: Framework, patterns: tuple[Pattern, ...], folder: Path | None, settings: Settings) -> Lens:
    from .modelfile import load_model  # brings in numpy, which takes a while

    model = load_model(folder, tuple(framework.markers)) if folder else None
    return Lens(framework, _rules(patterns), model, _context(framework), Turns(framework), settings)


@lru_cache(maxsize=4)
def _rules(patterns: tuple[Pattern, ...]) -> Rules:
    """Return the rules; lenses of other settings share them, and what is compiled for them."""
    return Rules(patterns)


@lru_cache(maxsize=4)
def _context(framework: Framework) -> Context:
    return load_context(framework)

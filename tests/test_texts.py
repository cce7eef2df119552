"""Everything the library says to people is plain and kind."""

import re
from importlib import resources

import pytest

from stagelens.framework import load_framework
from stagelens.patterns import read_toml
from stagelens.to_speaker import to_speaker

FRAMEWORK = load_framework()
TO_SPEAKER = to_speaker(FRAMEWORK)

JUDGING = re.compile(
    r"\b(?:liar|lies|lying|lied|manipulat\w+|toxic|narcissis\w+|abuser|abusive|gasligh\w+|guilty|insincer\w+|fake|dishonest\w*|deceit\w*|hypocri\w+|coward\w*|"
    r"shameless|excuses?|obviously|clearly (?:wants|means|feels)|refuses|fails to|failed to|sociopath\w*|psychopath\w*|disorder\w*|pathological|diagnos\w+|"
    r"stupid|evil|villain|perpetrator|offender|perp|verdict|grade[sd]?|score[sd]?|really (?:wants|means|feels)|trying to (?:avoid|escape|control)|"
    r"wants to (?:hurt|control|avoid)|is defensive|attention.seeking|victim.playing|crazy|hysterical|selfish|cruel|heartless)\b", re.IGNORECASE)
LONGEST_SENTENCE = 28
READING_LEVEL = 8.0


def _shown():
    yield from _texts(FRAMEWORK)
    plain = {text for _, text in _texts(FRAMEWORK)}
    yield from ((f"{where}, to the speaker", text) for where, text in _texts(TO_SPEAKER) if text not in plain)


def _texts(framework):
    for stage in framework.stages.values():
        yield f"stage {stage.number} summary", stage.summary
        yield f"stage {stage.number} next step", stage.next_step
        yield f"stage {stage.number} note", stage.mediator_note
        for question in stage.questions:
            yield f"stage {stage.number} question", question
    for marker in framework.markers.values():
        for name in ("description", "says", "why", "question", "mediator_note"):
            yield f"{marker.id} {name}", getattr(marker, name)
        for other in marker.other_readings:
            yield f"{marker.id} other reading", other
    for gap in framework.gaps:
        yield f"missing {gap.id}", gap.text
        yield f"missing {gap.id} question", gap.question


SHOWN = list(_shown())


def _sentences(text):
    return [s for s in re.split(r"(?<=[.!?])\s+", text) if s]


def _words(text):
    return re.findall(r"[A-Za-z]+(?:'[a-z]+)?", text)


def _syllables(word):
    """Count vowel groups, less a silent final e: near enough for a reading level."""
    word = word.lower()
    groups = len(re.findall(r"[aeiouy]+", word))
    if word.endswith("e") and not word.endswith("le") and groups > 1:
        groups -= 1
    if re.search(r"[^td]ed$", word) and groups > 1:
        groups -= 1
    return max(1, groups)


def reading_level(text):
    """Flesch-Kincaid grade level (Kincaid and others, 1975)."""
    words, sentences = _words(text), _sentences(text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59


@pytest.mark.parametrize(("where", "text"), SHOWN, ids=[where for where, _ in SHOWN])
def test_no_text_judges_diagnoses_or_reads_minds(where, text):
    assert not JUDGING.search(text), f"{where}: {JUDGING.search(text)[0]!r}"


@pytest.mark.parametrize(("where", "text"), SHOWN, ids=[where for where, _ in SHOWN])
def test_sentences_are_short(where, text):
    assert max(len(_words(s)) for s in _sentences(text)) <= LONGEST_SENTENCE


@pytest.mark.parametrize(("where", "text"), SHOWN, ids=[where for where, _ in SHOWN])
def test_texts_read_easily(where, text):
    assert reading_level(text) <= READING_LEVEL, f"{where} reads at grade {reading_level(text):.1f}"


def test_the_measure_of_reading_level_tells_plain_from_hard():
    assert reading_level("The words name what was done.") < 4
    assert reading_level("Institutional accountability necessitates comprehensive acknowledgement of differential responsibility.") > 14


def test_what_is_said_to_the_speaker_does_not_speak_about_them():
    for where, text in _texts(TO_SPEAKER):
        if not where.endswith(("note", "description")):
            assert "speaker" not in text, where


def test_the_same_is_asked_of_the_speaker_as_about_them():
    said = read_toml(resources.files("stagelens") / "resources" / "to_speaker.toml")
    assert set(said["question"]) == set(FRAMEWORK.markers)
    assert set(said["missing"]) == {gap.id for gap in FRAMEWORK.gaps}
    assert set(said["stage"]) == set(map(str, FRAMEWORK.stages))
    assert list(TO_SPEAKER.markers) == list(FRAMEWORK.markers)
    for number, stage in FRAMEWORK.stages.items():
        assert len(TO_SPEAKER.stages[number].questions) == len(stage.questions)
        assert TO_SPEAKER.stages[number].levels == stage.levels


def test_every_marker_has_another_reading_and_a_question():
    for marker in (*FRAMEWORK.markers.values(), *TO_SPEAKER.markers.values()):
        assert marker.other_readings
        assert marker.question.endswith("?")
        assert marker.says.startswith("This phrase")


def test_early_stages_are_worded_as_readings_not_facts():
    for marker in (*FRAMEWORK.markers.values(), *TO_SPEAKER.markers.values()):
        if marker.stage <= 1:
            assert re.search(r"\bmay\b|\bcan\b", marker.says), marker.id


def test_the_markers_are_those_of_the_codebook_by_stage():
    stages = {number: [m.id for m in FRAMEWORK.markers.values() if m.stage == number] for number in FRAMEWORK.stages}
    assert stages == {
        -1: ["event_denial", "blame_reversal", "reassurance_pull", "consequence_burden"],
        0: ["request_attribution", "misunderstanding_claim", "character_defence", "boundary_as_favour", "minimisation"],
        1: ["intention_focus", "circumstance_focus", "qualified_acknowledgement", "conditional_apology"],
        2: ["impact_acknowledgement", "impact_over_intention", "openness_to_listen"],
        3: ["ownership", "pattern_acknowledgement", "power_acknowledgement", "validation"],
        4: ["restorative_invitation", "repair_commitment", "freedom_to_decline"],
    }

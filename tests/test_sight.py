"""How far a finding is to be believed: what the model says of a stretch, of an answer near it, and when a wording stands by itself."""

import pytest

from stagelens.records import NEARBY, Evidence, Hit, Joint, Seen, Span, Thresholds
from stagelens.settings import Settings
from stagelens.sight import Found, Sight, stays

ASKED, TOGETHER = 0.8, 0.6


def hit(start, end, weight, *, sentence=0, use="own", marker="ownership"):
    return Hit(marker, start, end, start, end, sentence, weight, (Evidence("model", "m", start, end, weight),), use=use)


def sight(*hits, answers=None, statement=False):
    return Sight(Seen(hits, {0: 1.0} if answers is None else answers, Thresholds({"ownership": 0.6}, ASKED, TOGETHER), Joint(1.0, 1.0, 0.0)), statement=statement)


def found(score, *, alone=0.0, use="own"):
    return Found(Span(0, 5, "words", "ownership", 3, score, "likely", use, ()), 0, alone)


def test_the_model_speaks_of_a_stretch_by_its_surest_clause_that_the_stretch_touches():
    seen = sight(hit(0, 10, 0.7), hit(12, 20, 0.9), hit(20, 30, 0.95, use="quoted"))
    assert seen.over([hit(0, 20, 0.5)]).weight == 0.9
    assert seen.alone("ownership", 0, 0, 20).weight == 0.9
    assert seen.alone("ownership", 0, 0, 12).weight == 0.7
    assert seen.alone("ownership", 0, 10, 12) is None  # between the two
    assert seen.over([hit(10, 12, 0.5)]) is None


def test_the_model_finds_alone_only_what_is_the_speakers_own_and_as_sure_as_is_asked():
    seen = sight(hit(0, 10, 0.6), hit(12, 20, 0.59), hit(22, 30, 0.95, use="quoted"))
    assert seen.alone("ownership", 0, 0, 10).weight == 0.6
    assert seen.alone("ownership", 0, 12, 30) is None
    assert seen.alone("validation", 0, 0, 10) is None


@pytest.mark.parametrize(("answer", "statement", "hides"), [(ASKED, False, True), (ASKED - 0.001, False, False), (0.0, True, True)])
def test_what_could_not_be_shown_hides_nothing(answer, statement, hides):
    assert sight(hit(0, 10, 0.7), answers={0: answer}, statement=statement).surest["ownership"] == (0.7 if hides else 0.0)


def test_an_answer_is_as_likely_as_the_likeliest_sentence_nearby():
    seen = sight(answers={0: 0.9, 2: 0.4})
    assert seen.answer(NEARBY) == 0.9
    assert seen.answer(NEARBY + 1) == 0.4
    assert seen.answer(NEARBY + 3) == 0.0


def test_what_the_rules_find_stays_where_both_are_sure_or_the_wording_is_and_neither_finds_it_too_unlikely():
    settings, seen = Settings(), sight()
    assert stays(found(TOGETHER), seen, settings)
    assert not stays(found(TOGETHER - 0.001), seen, settings)
    assert stays(found(settings.doubted, alone=settings.stands), seen, settings)
    assert not stays(found(settings.doubted, alone=settings.stands - 0.001), seen, settings)
    assert not stays(found(settings.doubted - 0.001, alone=settings.stands), seen, settings)


def test_a_mention_stays_where_it_is_as_sure_as_the_preset_asks():
    settings = Settings()
    assert stays(found(settings.threshold, use="quoted"), sight(), settings)
    assert not stays(found(settings.threshold - 0.001, use="quoted"), sight(), settings)

"""What a cue reaches, what stops it, what only looks like it, and what a quotation does to it: with cues made for it."""

import pytest
import re2

from stagelens.context import Context, Cue, _cue_faults
from stagelens.framework import load_framework
from stagelens.records import Evidence, Hit
from stagelens.segment import segment

TAIL = " What else there is to say stands here, so that no quotation is the whole of it."


def cue(expression="not", *, use="negated", reach="after", stop=None, unless=(), only=None, exempt=()):
    return Cue("test", use, re2.compile(expression), reach, re2.compile(stop) if stop else None, tuple(map(re2.compile, unless)),
               frozenset(only) if only is not None else None, frozenset(exempt))


def use(text, words, *cues, marker="ownership"):
    """The use of a hit on some words of a text."""
    document = segment(text)
    start = text.index(words)
    end = start + len(words)
    number = next(n for n, sentence in enumerate(document.sentences) if sentence.start <= start < sentence.end)
    hit = Hit(marker, start, end, start, end, number, 0.9, (Evidence("rule", "x", start, end, 0.9),))
    labelled, = Context(cues).label(document, [hit])
    return labelled.use


@pytest.mark.parametrize(("reach", "text", "reached"), [
    ("after", "not aaa", True), ("after", "notaaa", True), ("after", "aaa not", False), ("after", "not. aaa", False), ("after", "aaa. Not", False),
    ("before", "aaa not", True), ("before", "aaanot", True), ("before", "not aaa", False), ("before", "Aa. aaa. not", False),
    ("sentence", "not aaa", True), ("sentence", "aaa not", True), ("sentence", "aaa. But not", False), ("sentence", "Not. But aaa", False),
    ("back", "aaa. But not", True), ("back", "aaa not", True), ("back", "aaanot", True), ("back", "not aaa", False), ("back", "aaa. So. Not", True), ("back", "aaa. So we went. Not", False), ("back", "Not. But aaa", False),
])
def test_a_cue_reaches_as_far_as_it_says(reach, text, reached):
    assert use(text, "aaa", cue(reach=reach)) == ("negated" if reached else "own")


@pytest.mark.parametrize(("reach", "text", "words", "stop", "reached"), [
    ("after", "not xx / aaa", "aaa", "/", False), ("after", "not aaa / bb", "aaa", "/", True), ("after", "not /aaa", "/aaa", "/", True),
    ("after", "not xx, but i own", "i own", ", but i", False), ("after", "not / xx", "xx", "/", False),
    ("before", "aaa / not", "aaa", "/", False), ("before", "/ aaa not", "aaa", "/", True), ("before", "aaa not /", "aaa", "/", True),
    ("sentence", "not / aaa", "aaa", "/", True)])
def test_a_stop_between_cue_and_hit_ends_the_reach_and_may_run_on_into_the_hit(reach, text, words, stop, reached):
    assert use(text, words, cue(reach=reach, stop=stop)) == ("negated" if reached else "own")


@pytest.mark.parametrize(("text", "reached"), [
    ("not only aaa", True), ("notonly aaa", True), ("onlynot aaa", True), ("not that aaa", False), ("only not that aaa", False), ("not that, not aaa", True)])
def test_what_only_looks_like_a_cue_is_none_but_only_where_they_overlap(text, reached):
    assert use(text, "aaa", cue(unless=["only", "not that"])) == ("negated" if reached else "own")


def test_a_cue_speaks_of_the_markers_it_names():
    for given, reached in (({"only": ["ownership"]}, True), ({"only": ["validation"]}, False), ({"exempt": ["ownership"]}, False), ({"exempt": ["validation"]}, True),
                           ({"only": ["ownership"], "exempt": ["ownership"]}, False), ({"only": []}, False)):
        assert use("not aaa", "aaa", cue(**given)) == ("negated" if reached else "own"), given


def test_the_first_cue_that_reaches_a_hit_counts():
    assert use("not aaa", "aaa", cue(), cue(use="reported")) == "negated"
    assert use("not aaa", "aaa", cue(use="reported"), cue()) == "reported"


@pytest.mark.parametrize(("text", "words", "expected"), [
    ('He said "xx aaa yy" then.', "aaa", "quoted"), ('He said "aaa yy" then.', "aaa", "quoted"), ('He said "xx aaa" then.', "aaa", "quoted"),
    ('He said "xx a" bbb then.', 'a" bbb', "quoted"), ('He said "xx" bbb then.', '" bbb', "own"), ('He said "xx" aaa then.', "aaa", "own"),
    ('Oh aaa, he said "xx".', "aaa", "own")])
def test_a_hit_is_quoted_where_its_first_letter_stands_in_a_closed_quotation(text, words, expected):
    assert use(text + TAIL, words) == expected


def test_a_hit_in_a_quotation_that_is_never_closed_is_unclear():
    assert use("Oh well, there is much to tell of it all and of what was. " + 'He said "xx aaa yy', "aaa") == "unclear"


@pytest.mark.parametrize(("text", "expression", "reached"), [
    ('"xx not" aaa.', "not", False), ('"xx not" aaa.', 'not"', False), ('"xx not" so aaa.', 'not" so', True), ('"xx" not aaa.', "not", True)])
def test_a_cue_in_a_closed_quotation_says_nothing_of_the_words_around_it(text, expression, reached):
    assert use(text + TAIL, "aaa", cue(expression)) == ("negated" if reached else "own")


def test_a_cue_in_a_quotation_that_is_never_closed_counts():
    assert use("There is much to tell of it all, and so on and on and on, and aaa. " + 'Oh "xx not that.', "aaa", cue(reach="back")) == "negated"


def test_a_quoted_hit_stays_quoted_whatever_else_is_said_of_it():
    assert use('Not so: "aaa bb" was said.' + TAIL, "aaa", cue("not so")) == "quoted"


@pytest.mark.parametrize("before", ["", "\n" * 60])
def test_white_space_before_a_text_is_no_part_of_it(before):
    inside = f'{before}"{"aaa".ljust(88, "b")}" Bye then.'
    assert use(inside, "aaa") == "own"


@pytest.mark.parametrize(("change", "named"), [({"use": "shouted"}, "shouted"), ({"reach": "far"}, "far"), ({"use": None}, "use"), ({"reach": None}, "reach")])
def test_a_cue_of_an_unknown_use_or_reach_is_told(change, named):
    good = {"id": "mine", "use": "negated", "reach": "after", "expression": "not"}
    framework = load_framework()
    assert _cue_faults(good, "cue mine", {}, framework) == []
    fault, = _cue_faults(good | change, "cue mine", {}, framework)
    assert "cue mine" in fault
    assert named in fault

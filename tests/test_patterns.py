"""Patterns prove themselves: every example fires or stays quiet, and a bad entry is refused by name."""

import re
from collections import Counter

import pytest

import stagelens
from stagelens.context import load_context
from stagelens.errors import ResourceError
from stagelens.framework import load_framework
from stagelens.patterns import expand, load_macros, load_patterns, parse_patterns
from stagelens.rules import Rules
from stagelens.scan import AnyOf
from stagelens.segment import segment

MARKERS = list(load_framework().markers)
PATTERNS = load_patterns(MARKERS)
RULES, CONTEXT = Rules(PATTERNS), load_context()
FIRES = [(p.id, p.marker, text) for p in PATTERNS for text in p.fires]
QUIET = [(p.id, p.marker, text) for p in PATTERNS for text in p.quiet]
GOOD = {"id": "mine.one", "marker": "ownership", "expression": "i own it", "weight": 0.9,
        "fires": ["I own it.", "Yes, I own it.", "i own it all"], "quiet": ["You own it.", "I owned it."]}


@pytest.fixture(scope="module")
def balanced():
    """The rules as users meet them: a near miss may be seen, but must not be shown."""
    return stagelens.load(model=False)


def carriers(reading):
    return {e.id for span in (*reading.spans, *reading.mentions) for e in span.evidence}


@pytest.mark.parametrize(("name", "marker", "text"), FIRES, ids=[f"{n}-{i}" for i, (n, _, _) in enumerate(FIRES)])
def test_every_pattern_fires_where_it_says_and_context_takes_it_as_the_speakers_own(name, marker, text):
    document = segment(text)
    hits = CONTEXT.label(document, RULES.find([document])[0])
    assert name in {e.id for hit in hits if hit.marker == marker and hit.use == "own" for e in hit.evidence}, [(h.evidence[0].id, h.use) for h in hits]


@pytest.mark.parametrize(("name", "marker", "text"), QUIET, ids=[f"{n}-{i}" for i, (n, _, _) in enumerate(QUIET)])
def test_every_pattern_is_quiet_where_it_says(balanced, name, marker, text):
    assert name not in {e.id for span in balanced.tag(text).spans for e in span.evidence}


def test_there_are_many_patterns_and_enough_for_every_marker():
    counts = Counter(p.marker for p in PATTERNS)
    assert len(PATTERNS) >= 400
    assert {m for m in MARKERS if counts[m] < 15} == set()


def test_ids_begin_with_their_marker():
    assert [p.id for p in PATTERNS if not p.id.startswith(f"{p.marker}.")] == []


def test_no_text_stands_twice_among_the_examples_of_a_pattern():
    for p in PATTERNS:
        assert len({*p.fires, *p.quiet}) == len(p.fires) + len(p.quiet), p.id


def refused(entry):
    with pytest.raises(ResourceError) as error:
        parse_patterns({"format": 1, "pattern": [entry]}, "mine.toml", load_macros(), MARKERS)
    return str(error.value)


@pytest.mark.parametrize(("change", "words"), [
    ({"marker": "onwership"}, "unknown marker 'onwership'"),
    ({"weight": 2}, "weight 2"),
    ({"weight": True}, "weight True"),
    ({"weight": "high"}, "weight 'high'"),
    ({"fires": ["I own it."]}, "1 fires"),
    ({"extent": "page"}, "extent 'page'"),
    ({"needs": ["sorrow"]}, "needs the unknown marker 'sorrow'"),
    ({"expression": "(i own"}, "RE2 cannot read"),
    ({"expression": "(?=i own)"}, "RE2 cannot read"),
    ({"expression": "{nobody} owns"}, "unknown macro {nobody}"),
    ({"colour": "red"}, "unknown key 'colour'"),
    ({"fires": "I own it."}, "fires"),
    ({"id": 3}, "id"),
])
def test_a_bad_entry_is_refused_by_name_with_the_remedy(change, words):
    message = refused({**GOOD, **change})
    assert "mine.toml" in message
    assert words in message
    assert "\n" not in message


def test_a_missing_key_is_named():
    assert "lacks quiet" in refused({k: v for k, v in GOOD.items() if k != "quiet"})


def test_another_format_number_is_refused():
    with pytest.raises(ResourceError, match="format 7"):
        parse_patterns({"format": 7}, "mine.toml", load_macros(), MARKERS)


def test_users_add_their_own_patterns(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('format = 1\n[[pattern]]\nid = "mine.ball"\nmarker = "ownership"\nexpression = "i dropped the ball"\nweight = 0.9\n'
                    'fires = ["I dropped the ball.", "We know I dropped the ball.", "i dropped the ball"]\nquiet = ["You dropped the ball.", "He dropped it."]\n')
    lens = stagelens.load(patterns=[file])
    assert "mine.ball" in carriers(lens.tag("I dropped the ball on your case."))


@pytest.mark.parametrize(("content", "words"), [(b"format = 1\n[[pattern", "not valid TOML"), (b"\xff\xfe\x00", "not UTF-8")])
def test_a_file_that_is_no_pattern_file_is_refused(tmp_path, content, words):
    file = tmp_path / "mine.toml"
    file.write_bytes(content)
    with pytest.raises(ResourceError, match=words):
        stagelens.load(patterns=[file])


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ResourceError, match="cannot be read"):
        stagelens.load(patterns=[tmp_path / "none.toml"])


def test_an_id_that_stands_twice_is_refused(tmp_path):
    file = tmp_path / "mine.toml"
    entry = ('[[pattern]]\nid = "mine.x"\nmarker = "ownership"\nexpression = "x y"\nweight = 0.9\n'
             'fires = ["x y a", "x y b", "x y c"]\nquiet = ["x", "y"]\n')
    file.write_text("format = 1\n" + entry + entry)
    with pytest.raises(ResourceError, match="'mine.x' stands twice"):
        stagelens.load(patterns=[file])


def test_expressions_match_with_and_without_apostrophe():
    import re2

    expression = re2.compile(expand("i don't", load_macros()))
    assert expression.search("i don't")
    assert expression.search("i dont")


def test_no_expression_holds_upper_case_or_curly_marks_which_folded_text_never_has():
    for p in PATTERNS:
        assert not re.search("[\u2018\u2019\u201c\u201d\u2013]", p.expression), p.id
        assert not re.search(r"(?<!\\)[A-Z]", re.sub(r"\(\?P<\w+>", "", p.expression)), p.id


def test_no_expression_wants_a_space_before_a_contraction():
    """ "i 've" is never written: such an alternative would be dead."""
    for expression in (*(p.expression for p in PATTERNS), *CONTEXT.expressions):
        groups = re.findall(r" \(\?:([^()]*)\)", expression)
        assert not [a for group in groups for a in group.split("|") if re.match(r"'\??(?:ve|d|ll|m|re|s)\b", a)], expression


def test_no_expressions_at_all_find_nothing():
    assert list(AnyOf([]).places(["anything"])) == []
    assert list(AnyOf(["thing", "any"]).places(["anything"])) == [(0, 0, 3, 8), (0, 1, 0, 3)]

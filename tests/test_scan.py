"""The quick ways to what is slow to find: required words, prepared resources, sentence ends without spaCy."""

import tomllib
from importlib import resources

import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from stagelens import prepared
from stagelens.context import load_context
from stagelens.framework import load_framework
from stagelens.patterns import load_patterns, parse_patterns
from stagelens.required import required
from stagelens.scan import AnyOf

WORDS = ["a", "i", "it", "its", "sorry", "sorr", "not", "was", "b_1", "is", "ab", "abc", "x"]
SIMPLE = st.sampled_from([*WORDS, " ", "'", r"\b", r"\w", r"\w+", r"\W", r"\s", r"\.", ".", "[ab]", "[^a]", "[ ,]", "[a-c]", r"[\w'-]+", "-", r"\x27", "é", "^", "$"])
SIGNS = st.sampled_from(["", "", "", "?", "*", "+", "{2}", "{0,2}", "{1,}", "??", "+?", "{1,2}?"])


def _signed(inner):
    return st.builds(lambda part, sign: f"(?:{part}){sign}", inner, SIGNS)


EXPRESSIONS = st.recursive(SIMPLE, lambda inner: st.one_of(
    st.lists(inner, min_size=1, max_size=4).map("".join), st.lists(inner, min_size=1, max_size=3).map(lambda some: f"(?:{'|'.join(some)})"), _signed(inner)), max_leaves=8)
TEXTS = st.lists(st.sampled_from([*WORDS, " ", " ", " ", "'", ".", ", ", "-", "é", "B", "\t"]), max_size=12).map("".join)


@settings(max_examples=400, deadline=None)
@given(st.lists(EXPRESSIONS, min_size=1, max_size=4), st.lists(TEXTS, min_size=1, max_size=8), st.booleans())
def test_expressions_are_found_together_wherever_each_is_found_alone(expressions, texts, edged):
    expressions = [rf"\b(?:{e})(?:\b|$)" if edged else e for e in expressions]
    found = AnyOf(expressions)
    assert found.occurring(texts) == [(i, n) for i, text in enumerate(texts) for n, e in enumerate(expressions) if re2.search(e, text)]
    for text in texts:
        assert found.occurring([text]) == [(0, n) for n, e in enumerate(expressions) if re2.search(e, text)]


def test_what_is_written_in_an_unknown_way_is_always_tried():
    for expression in (r"(?i)sorry", r"(?P<who>i) am", r"\pL", r"[[:alpha:]]x", r"\Asorry"):
        assert required(expression) == ((),)


def test_an_alternative_asks_for_its_seldom_words():
    (one, other) = required(r"\b(?:i (?:really )?apologised|so sorry)(?:\b|$)")
    assert frozenset(["|i|apologised|", "|really|apologised|"]) in one
    assert frozenset(["|so|sorry|"]) in other


def test_two_words_that_must_stand_together_are_asked_for_as_a_pair():
    found = AnyOf([r"\b(?:no (?:real )?harm|my own, very own fault)(?:\b|$)"])
    assert list(found._possible(["no harm in it", "harm? no!", "no, harm!", "no real harm", "my own fault"])) == [(0, [0, 2, 3])]


def test_every_built_in_pattern_asks_for_words_so_that_none_is_tried_on_every_sentence():
    for pattern in load_patterns(load_framework().markers):
        assert all(prepared.ways(pattern.expression)), pattern.id


def test_what_was_prepared_is_what_the_resources_give_else_run_make_resources():
    folder = resources.files("stagelens") / "resources"
    files = [*(folder / "patterns").iterdir(), *(folder / "framework").iterdir(), folder / "context.toml"]
    for file in files:
        if file.name.endswith(".toml"):
            assert prepared.table(file.read_bytes()) == tomllib.loads(file.read_text(encoding="utf-8")), file.name
    expressions = [pattern.expression for pattern in load_patterns(load_framework().markers)] + [*load_context().expressions]
    for expression in expressions:
        assert prepared.ways(expression) == tuple(way[:prepared.GROUPS] for way in required(expression)), expression[:80]


def test_built_in_expressions_are_ones_that_re2_reads():
    for pattern in load_patterns(load_framework().markers):
        re2.compile(pattern.expression)


def test_a_table_that_was_changed_is_read_anew():
    assert prepared.table(b"format = 1") is None
    assert parse_patterns({"format": 1, "pattern": []}, "x.toml", {}, ()) == []


def test_the_end_of_a_text_is_that_of_each_text_though_many_are_read_at_once():
    texts = ["i am sorry", "sorry, i am", "i am sorry", "sorry sorry i"]
    for expression in (r"sorry\z", r"sorry$", r"(?-m)sorry$"):
        assert list(AnyOf([expression]).places(texts)) == [(0, 0, 5, 10), (2, 0, 5, 10)], expression
    for expression in (r"\Asorry", r"^sorry", r"(?-m)^sorry"):
        assert list(AnyOf([expression]).places(texts)) == [(1, 0, 0, 5), (3, 0, 0, 5)], expression

"""HTML, the terminal and what they share, on readings built by hand: no pattern decides what is tested here."""

import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup
from rich.console import Console

from stagelens.explain import CERTAINTY
from stagelens.framework import load_framework
from stagelens.profile import missing, next_step, profile
from stagelens.reading import Reading
from stagelens.records import Evidence, Link, Span
from stagelens.render.html import to_html
from stagelens.render.pages import page, plain
from stagelens.render.palette import DARK, LIGHT, UNDERLINES
from stagelens.render.pieces import cut, lanes
from stagelens.render.terminal import to_terminal
from stagelens.render.visible import visible, visible_part
from stagelens.settings import Settings

FRAMEWORK = load_framework()
MARKERS = sorted(FRAMEWORK.markers)
VOID = {"meta", "br", "link", "hr", "img", "input"}
LETTER = (
    "Dear Ms Okafor,\r\n\r\nI was wrong to end our work by email. "
    "I can see that it was hard for you, but you did say that you were fine with a break.\r\n\r\n"
    "I told them that you were \"too sensitive\". If you would like to tell me what would help, I would be glad to hear it.\r\n")


def found(text, words, marker, use="own", score=0.9):
    start = text.index(words)
    end = start + len(words)
    evidence = (Evidence("rule", f"{marker}.test", start, end, score),)
    return Span(start, end, words, marker, FRAMEWORK.markers[marker].stage, score, "clear", use, evidence, (Link("effect", start, end),))


def reading(text, spans=(), mentions=(), speaker="responding"):
    spans, mentions = (tuple(sorted(group, key=lambda s: (s.start, -s.end, s.stage, s.marker))) for group in (spans, mentions))
    chosen = Settings()
    return Reading(text, spans, mentions, profile(text, spans, FRAMEWORK, chosen), missing(spans, FRAMEWORK),
                   next_step(spans, FRAMEWORK, chosen), speaker, FRAMEWORK)


def letter():
    return reading(LETTER, [
        found(LETTER, "I was wrong to end our work by email", "ownership"),
        found(LETTER, "I can see that it was hard for you, but you did say that you were fine with a break", "qualified_acknowledgement"),
        found(LETTER, "you did say that you were fine with a break", "request_attribution"),
        found(LETTER, "If you would like to tell me what would help, I would be glad to hear it", "restorative_invitation"),
        found(LETTER, "I would be glad to hear it", "openness_to_listen"),
        found(LETTER, "I was wrong", "ownership", score=0.7),
    ], [found(LETTER, "it was hard for you", "impact_acknowledgement", "taken_back"),
        found(LETTER, "too sensitive", "blame_reversal", "quoted")])


class Page(HTMLParser):
    """What a browser would see: ids, links, headings, the text without its numbers, and whether every element is closed."""

    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.ids, self.links, self.headings, self.tags = [], [], [], []
        self.open, self.text, self.said = [], [], []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if "href" in attrs:
            self.links.append(attrs["href"])
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append((tag, attrs.get("class") or ""))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop()[0] == tag, f"</{tag}> closes another element"

    def handle_data(self, data):
        classes = [c for _, names in self.open for c in names.split()]
        self.said.append(data)
        if "sl-text" in classes and "sl-n" not in classes:
            self.text.append(data.replace("\u2060", ""))


def shown_text(source):
    return "".join(Page(source).text)


# --- pieces ------------------------------------------------------------------------------------------------------------

ranges = st.lists(st.builds(lambda a, b: range(min(a, b), max(a, b)), st.integers(-3, 60), st.integers(-3, 60)), max_size=8)


class Stretch:
    def __init__(self, r):
        self.start, self.end = r.start, r.stop


@given(st.text(max_size=50), ranges)
def test_pieces_laid_end_to_end_are_the_text_and_know_their_spans(text, places):
    spans = [Stretch(r) for r in places]
    pieces = cut(text, spans)
    assert "".join(text[p.start:p.end] for p in pieces) == text
    for piece in pieces:
        assert piece.start < piece.end
        for at in range(piece.start, piece.end):
            assert set(piece.spans) == {i for i, s in enumerate(spans) if s.start <= at < s.end}


@given(st.text(max_size=50), ranges)
def test_every_span_that_has_text_opens_once_and_closes_once(text, places):
    pieces = cut(text, [Stretch(r) for r in places])
    alive = sorted({i for p in pieces for i in p.spans})
    assert sorted(i for p in pieces for i in p.opens) == alive
    assert sorted(i for p in pieces for i in p.closes) == alive


@given(ranges)
def test_spans_that_overlap_get_lines_of_their_own(places):
    rows = lanes([Stretch(r) for r in places])
    for i, a in enumerate(places):
        for j, b in enumerate(places[:i]):
            if max(a.start, b.start) < min(a.stop, b.stop):
                assert rows[i] != rows[j]


def test_the_outer_span_comes_first():
    pieces = cut("abcdef", [Stretch(range(2, 4)), Stretch(range(0, 6))])
    assert [p.spans for p in pieces] == [(1,), (1, 0), (1,)]


# --- visible -----------------------------------------------------------------------------------------------------------

NASTY = "<>&\"'`=/\r\n\t\0\x1b\x07\x7f\x85\x9b\u2028\u202e\u2066\ud800\udfff\ufffe{}%#[]:"
hostile = st.text(st.one_of(st.sampled_from(list(NASTY)), st.characters()), max_size=60)


@given(hostile)
def test_what_is_shown_encodes_and_holds_no_control_character(text):
    shown = visible(text)
    assert isinstance(shown.encode("utf-8"), bytes)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]", shown)


@given(hostile, st.integers(0, 60))
def test_a_text_shown_in_two_parts_is_the_text_shown_at_once(text, at):
    at = min(at, len(text))
    assert visible_part(text, 0, at) + visible_part(text, at, len(text)) == visible(text)


def test_every_kind_of_line_break_is_kept_as_one():
    assert visible("a\r\nb\rc\nd\u2028e\x85f\x0cg") == "a\nb\nc\nd\ne\nf\ng"


# --- html --------------------------------------------------------------------------------------------------------------

@st.composite
def readings(draw):
    text = draw(hostile)
    spans, mentions = [], []
    for _ in range(draw(st.integers(0, 5)) if text else 0):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        use = draw(st.sampled_from(["own", "own", "quoted", "unclear"]))
        (spans if use == "own" else mentions).append(found_at(text, start, end, draw(st.sampled_from(MARKERS)), use))
    return reading(text, spans, mentions)


def found_at(text, start, end, marker, use):
    evidence = (Evidence("rule", "x", start, end, 0.9),)
    return Span(start, end, text[start:end], marker, FRAMEWORK.markers[marker].stage, 0.9, "clear", use, evidence)


@settings(max_examples=60, deadline=None)
@given(readings(), hostile, st.booleans())
def test_hostile_texts_stay_text_and_every_anchor_resolves(made, title, full):
    source = to_html(made, title=title, full=full)
    assert source.encode("utf-8")
    parsed = Page(source)
    assert not parsed.open
    assert shown_text(source) == visible(made.text).replace("\u2060", "")
    assert len(parsed.ids) == len(set(parsed.ids))
    assert all(link.startswith("#") and link[1:] in parsed.ids for link in parsed.links)
    assert {tag for tag, _ in parsed.tags} <= {tag for tag, _ in Page(to_html(letter(), full=full)).tags}


@pytest.mark.parametrize("text", [
    "<script>alert(1)</script>", "</style><img src=x onerror=y>", "&amp; &lt;b&gt;", "]]> <!-- \"'", "{{ 7 * 7 }} {% raw %}"])
def test_everything_is_escaped_exactly_once(text):
    made = reading(text, [found_at(text, 0, len(text), "ownership", "own")])
    source = to_html(made, title=text)
    parsed = Page(source)
    assert shown_text(source) == text
    assert not {"script", "img", "b"} & {tag for tag, _ in parsed.tags}
    assert sum(text in said for said in parsed.said) >= 4  # title, heading, text, the words of the finding


def test_a_text_that_claims_to_be_safe_markup_is_escaped_all_the_same():
    text = Markup("<b>I was wrong</b>")
    assert "<b>" not in to_html(reading(text, [found_at(text, 0, len(text), "ownership", "own")]), title=Markup("<b>x</b>"))


def test_the_page_stands_alone_without_script_or_outside_reference():
    source = to_html(letter())
    assert source.startswith("<!doctype html>")
    assert '<html lang="en">' in source
    assert not re.search(r"<script|<link|<img|<iframe|@import|url\(|https?:|//\w|\son\w+=|javascript:", source)


def test_highlights_and_entries_point_at_each_other():
    parsed = Page(to_html(letter()))
    for number in range(1, 9):
        assert {f"m{number}", f"s{number}"} <= set(parsed.ids)
        assert {f"#m{number}", f"#s{number}"} <= set(parsed.links)


def test_overlapping_findings_carry_one_underline_each():
    source = to_html(letter())
    inner = re.search(r"<mark[^>]*>((?:<span[^>]*>)+)you did say", source)[1]
    looks = re.findall(r"sl-u sl-k(\d) sl-l(\d)", inner)
    assert [look for look, _ in looks] == ["2", "1"]  # stages 1 and 0: the outer first
    assert len({lane for _, lane in looks}) == 2


def test_headings_never_skip_a_level():
    for source in (to_html(letter()), to_html(letter(), full=False), page([("a", letter()), ("b", letter())])):
        levels = Page(source).headings
        assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert Page(to_html(letter())).headings.count(1) == 1


def test_the_page_has_its_landmarks_and_labels_resolve():
    parsed = Page(to_html(letter()))
    tags = [tag for tag, _ in parsed.tags]
    assert tags.count("main") == 1
    assert {"header", "footer", "section", "article"} <= set(tags)
    labels = [attrs["aria-labelledby"] for _, attrs in parsed.tags if "aria-labelledby" in attrs]
    assert labels
    assert set(labels) <= set(parsed.ids)


def test_the_page_says_all_that_a_finding_carries():
    said = re.sub(r"\s+", " ", " ".join(Page(to_html(letter())).said))
    marker = FRAMEWORK.markers["request_attribution"]
    for words in (marker.says, marker.why, *marker.other_readings, marker.question, "Mentioned, not said", "Not named yet",
                  "A next step that may help", "These words are quoted, so they are shown apart.",
                  "never a grade", "All Neurotypes", "These words carried it"):
        assert words in said


def test_no_number_of_certainty_or_weight_is_shown():
    body = to_html(letter()).partition("<body>")[2]
    assert not re.search(r"\d\.\d|\d ?%", " ".join(Page(body.replace("</html>", "").replace("</body>", "")).said))


def test_a_marker_that_comes_again_is_explained_once_and_then_folded():
    source = to_html(letter())
    assert source.count("<details>") == 1
    assert "as at 1</summary>" in source


def test_a_reading_without_findings_says_so_kindly():
    said = " ".join(Page(to_html(reading("Thank you for lunch."))).said)
    assert "No markers were found in these words, and that is all right." in said
    assert "there are no words here to read" in to_html(reading(""))


def test_the_words_of_a_harmed_person_are_introduced_as_such():
    assert "the person who was harmed" in to_html(reading("You lied to me.", speaker="harmed"))


def test_a_fragment_is_scoped_and_brings_no_second_page():
    source = to_html(letter(), full=False)
    assert not re.search(r"<(?:html|head|body|main|title)\b", source)
    style = re.search(r"<style>(.*?)</style>", source, re.DOTALL)[1]
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    for selector in re.findall(r"(?:^|[{}])\s*([^{}@;]+)\{", style):
        for part in re.sub(r"\([^()]*\)", "", selector).split(","):
            assert part.strip().startswith(".stagelens"), part


def test_two_fragments_can_share_a_notebook():
    first, second = Page(to_html(letter(), full=False)), Page(to_html(reading("Other."), full=False))
    assert not set(first.ids) & set(second.ids)
    assert to_html(letter(), full=False) == to_html(letter(), full=False)


def test_several_readings_share_one_page():
    parsed = Page(page([("one.txt", letter()), ("<two>", letter()), ("one.txt", reading(""))]))
    assert len(parsed.ids) == len(set(parsed.ids))
    assert all(link[1:] in parsed.ids for link in parsed.links)
    assert not parsed.open


# --- colours -----------------------------------------------------------------------------------------------------------

def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


PAIRS = [pytest.param(fore, back, id=f"{mode}: {name}")
         for mode, scheme in (("light", LIGHT), ("dark", DARK)) for name, fore, back in scheme.pairs()]


@pytest.mark.parametrize(("fore", "back"), PAIRS)
def test_every_pair_of_colours_has_contrast(fore, back):
    assert contrast(fore, back) >= 4.5


def test_the_measure_of_contrast_is_the_known_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_each_stage_has_its_own_underline_and_colour():
    assert len(set(UNDERLINES)) == len(set(LIGHT.marks)) == len(set(DARK.marks)) == len(FRAMEWORK.stages)


def test_the_page_uses_no_colour_that_the_palette_does_not_know():
    known = {value for scheme in (LIGHT, DARK) for name in scheme.__slots__
             for value in ([getattr(scheme, name)] if isinstance(getattr(scheme, name), str) else getattr(scheme, name))}
    style = re.search(r"<style>(.*?)</style>", to_html(letter()), re.DOTALL)[1]
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", style)) <= known


# --- terminal ----------------------------------------------------------------------------------------------------------

def printed(made, *, why=False, **options):
    out = io.StringIO()
    to_terminal(made, Console(file=out, **{"width": 90, "color_system": None, **options}), why=why)
    return out.getvalue()


def test_findings_stand_between_numbers_that_need_no_colour():
    shown = re.sub(r"\s+", " ", printed(letter()))
    assert "[1 [2 I was wrong 2] to end our work by email 1]" in shown
    assert "[3 I can see that [7 it was hard for you 7], but [4 you did say that you were fine with a break 4] 3]" in shown
    assert "[8 too sensitive 8]" in shown


@pytest.mark.parametrize("width", range(30, 100, 7))
def test_no_line_ends_between_a_number_and_its_words(width):
    lines = printed(letter(), width=width).splitlines()
    shown = lines[:lines.index("What was found")]
    assert not [line for line in shown if re.search(r"\[\d+$", line) or re.match(r" *\d+\]", line)]
    assert max(map(len, shown)) <= width
    assert "\ufdd0" not in "".join(lines)


def test_the_terminal_says_all_that_the_page_says():
    shown = re.sub(r"\s+", " ", printed(letter()))
    for words in ("What was found", "Mentioned, not said", "What the words do together", "A next step that may help", "Not named yet",
                  "never a grade", FRAMEWORK.markers["ownership"].why, "explained at [1]", "These words are quoted"):
        assert words in shown


def test_each_finding_is_listed_with_its_words_its_stage_and_how_sure_it_is():
    made = letter()
    shown = re.sub(r"\s+", " ", printed(made))
    for number, span in enumerate(made.spans, start=1):
        assert re.search(rf"\[{number}\] {re.escape(FRAMEWORK.markers[span.marker].name)} \((explained at \[\d\]; )?stage {span.stage}[^)]*; clear\) \u201c{re.escape(span.text)}", shown)
    assert re.search(r"\[8\] places the cause with the harmed person \(stage \N{MINUS SIGN}1 Harm reversal\) \u201ctoo sensitive\u201d These words are quoted", shown)


def test_what_a_marker_does_what_a_stage_is_called_and_how_sure_clear_is_are_said_once_in_the_list():
    shown = re.sub(r"\s+", " ", printed(letter()))
    listed = shown[shown.index("What was found"):shown.index("What the words do together")]
    for span in letter().spans:
        marker = FRAMEWORK.markers[span.marker]
        assert listed.count(marker.other_readings[0]) == sum(other.marker == span.marker for other in letter().spans)  # what comes first is said at each
        for words in (marker.says, marker.why, *marker.other_readings[1:], marker.question, f"stage {span.stage} {FRAMEWORK.stages[span.stage].name}"):
            assert listed.count(words) == 1
    assert "[2] names an act as one's own (explained at [1]; stage 3; clear)" in listed
    assert listed.count(CERTAINTY["clear"]) == 1
    assert CERTAINTY["possible"] not in listed


def test_a_marker_is_explained_where_it_is_surest():
    text = "I was wrong. I shouted at you."
    faint, clear = found_at(text, 0, 11, "ownership", "own"), found_at(text, 13, 29, "ownership", "own")
    shown = re.sub(r"\s+", " ", printed(reading(text, [replace(faint, score=0.3, certainty="possible"), replace(clear, score=0.9, certainty="clear")])))
    assert "[1] names an act as one's own (explained at [2]; stage 3" in shown
    assert shown.index(FRAMEWORK.markers["ownership"].why) > shown.index("[2] names an act as one's own (stage 3; clear)")


def test_numbers_that_go_on_in_a_new_line_do_not_look_like_the_head_of_a_finding():
    text = "I was wrong. " * 30
    made = reading(text, [found_at(text, start, start + 11, "ownership", "own") for start in range(0, len(text), 13)])
    shown = printed(made, width=60)
    listed = shown[shown.index("What was found"):]
    assert len(re.findall(r"^  \[\d+\]", listed, re.MULTILINE)) == len(made.spans)


def test_which_words_led_to_a_finding_is_told_where_it_is_asked_for():
    plainly, closely = printed(letter()), printed(letter(), why=True)
    assert "These words carried it" not in plainly
    assert "Add --why" in plainly
    assert closely.count("These words carried it") == len(letter().spans)
    assert "Add --why" not in closely
    assert "Add --why" not in printed(reading("Thank you for lunch."))


def test_what_a_reading_can_tell_and_what_not_is_said_once_for_several():
    for shown in (plain([("one.txt", letter())]), plain([("one.txt", letter()), ("two.txt", letter())])):
        assert shown.count("About this") == 1
        assert shown.index("About this") > shown.rindex("Not named yet")


def test_markup_in_the_text_is_never_interpreted():
    text = "[bold red]I was wrong[/] [link=https://x]x[/link] :smile:"
    assert text in re.sub(r"\s+", " ", printed(reading(text)))
    assert printed(reading("[/not open]"))


@settings(max_examples=40, deadline=None)
@given(readings())
def test_no_control_character_reaches_the_terminal(made):
    shown = printed(made)
    assert shown.encode("utf-8")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", shown)


def test_with_colour_only_our_own_styles_are_sent():
    text = "I was wrong \x1b[31mred\x1b]0;title\x07"
    shown = printed(reading(text, [found(text, "I was wrong", "ownership")]), color_system="truecolor", force_terminal=True)
    assert set(re.findall(r"\x1b(.)", shown)) == {"["}
    assert "\x1b[31m" not in shown
    assert "\x07" not in shown


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1"])
def test_a_terminal_with_few_characters_gets_what_it_can_show(encoding):
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    text = "I was wrong \u2014 \u4f60\u597d \x00"
    to_terminal(reading(text, [found(text, "I was wrong", "event_denial")]), Console(file=stream, width=80))
    stream.flush()
    assert b"I was wrong" in raw.getvalue()


def test_a_narrow_terminal_still_works():
    assert "wrong" in printed(letter(), width=12)
    assert printed(letter(), width=1)


def test_lines_carry_no_trailing_spaces():
    assert not [line for line in printed(letter()).splitlines() if line != line.rstrip()]


def test_several_readings_as_plain_text_keep_their_names():
    shown = plain([("one.txt", letter()), ("[red]two", letter())])
    assert "=== one.txt ===" in shown
    assert "=== [red]two ===" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize(("marker", "named"), [
    ("blame_reversal", []),
    ("minimisation", []),
    ("conditional_apology", ["an effect on the harmed person", "a readiness to listen"]),
    ("intention_focus", ["an effect on the harmed person", "weighing more than what was meant", "a readiness to listen"]),
])
def test_nobody_is_pushed_past_the_next_step_by_what_is_not_named_yet(marker, named):
    made = reading("What a day.", [found("What a day.", "What a day", marker)])
    assert len(made.missing) >= len([gap for gap in FRAMEWORK.gaps if not gap.beside])  # who asks for it gets all of it
    for shown in (printed(made), " ".join(Page(to_html(made)).said)):
        told = re.sub(r"\s+", " ", shown)
        assert told.count("do not yet name") == len(named)
        assert all(words in told for words in named)


def test_what_is_not_named_yet_is_told_as_far_as_the_words_themselves_go():
    made = reading("What a day. Do tell me.", [found("What a day. Do tell me.", "What a day", "blame_reversal"),
                                               found("What a day. Do tell me.", "Do tell me", "restorative_invitation")])
    assert "a clear step of repair" in re.sub(r"\s+", " ", printed(made))

"""The page: what it shows, what it refuses, and that it keeps and tells nothing."""

import asyncio
import io
import logging
import os
import re
import socket
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import docx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.testclient import TestClient

import stagelens.web
from stagelens.settings import Settings
from stagelens.web import asked as asking
from stagelens.web import pages
from stagelens.web.guard import HEADERS, PATIENCE, Door, Quiet, names
from stagelens.web.serve import serve

DRAFT = "I was wrong to open your notebook. I'm sorry if you felt watched. My sister says \"it was your own fault\"."
PART = {"x-stagelens-part": "1"}
PATHS = ("/", "/compare", "/about", "/page.css", "/page.js", "/icon.svg", "/nowhere")


@pytest.fixture(scope="module")
def client():
    return TestClient(stagelens.web.app())


def posted(client, path="/", headers=None, **fields):
    return client.post(path, data=fields, headers=headers)


# --- what it shows -----------------------------------------------------------------------------------------------


def test_a_draft_comes_back_with_its_words_marked_and_a_card_for_each_finding(client):
    page = posted(client, text=DRAFT)
    assert page.status_code == 200
    assert page.text.count('class="sl-entry sw-card"') == 2
    assert page.text.count('class="sl-entry sw-card sl-aside"') == 1
    for said in ("Names an act as one&#39;s own", "Why it may matter", "Other reading", "A question", "How sure", "Mentioned, not said"):
        assert said in page.text, said


def test_an_empty_draft_is_no_finding_and_no_error(client):
    assert "Nothing has been read yet" in posted(client, text="  \n ").text


def test_the_script_gets_the_findings_alone(client):
    part = posted(client, headers=PART, text=DRAFT).text
    assert "<html" not in part
    assert '<template id="marks">' in part


def test_the_backdrop_of_the_text_field_holds_the_letters_of_the_draft_and_nothing_else(client):
    text = "I was wrong, <b>Ann</b> & \U0001f600.\n\nI\u202em sorry if\tyou felt hurt.\n"
    part = posted(client, headers=PART, text=text).text
    backdrop = re.search(r'<template id="marks">(.*?)</template>', part, re.S)[1]
    letters = re.sub(r"<[^>]+>", "", backdrop).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert len(letters) == len(text)
    assert letters.replace("\ufffd", "\u202e") == text


def test_what_does_not_fit_is_set_aside_and_brought_back_and_what_the_rest_does_is_told_anew(client):
    key = "conditional_apology I'm sorry if you felt watched"
    without = posted(client, text=DRAFT, aside=key)
    assert without.text.count('class="sl-entry sw-card"') == 1
    assert "Set aside as not fitting" in without.text
    assert "belongs to one stage: 3" in without.text
    again = client.post("/", data={"text": DRAFT, "aside": key, "back": key})
    assert again.text.count('class="sl-entry sw-card"') == 2
    assert "Set aside" not in again.text


def test_a_stage_that_is_not_to_be_shown_leaves_the_cards_and_the_text_but_not_the_profile(client):
    page = client.post("/", data={"text": DRAFT, "offered": ["stage:1", "stage:3"], "show": "stage:3"}).text
    assert len(re.findall(r'class="sl-entry sw-card"[^>]* hidden', page)) == 1
    assert "I&#39;m sorry if you felt watched</span></mark>" not in page
    assert "belongs to 2 stages" in page


def test_notes_for_the_mediator_are_in_the_mediators_view_alone(client):
    mediator, speaker = (posted(client, text=DRAFT, audience=who).text for who in ("mediator", "speaker"))
    assert "not to be read out" in mediator
    assert "not to be read out" not in speaker
    assert "Questions to ask yourself" in speaker
    assert "Questions to ask yourself" not in mediator


def test_the_writer_is_spoken_to_and_the_mediator_told_of_the_speaker(client):
    text = "I was wrong to open your notebook. I was just following orders that week. I'm the worst person alive and you must despise me."
    mediator, speaker = (posted(client, text=text, audience=who).text for who in ("mediator", "speaker"))
    assert "which choices were open to the speaker?" in mediator
    assert "which choices were open to you?" in speaker
    assert "as the speaker&#39;s own" in mediator
    assert "as your own" in speaker
    assert "the speaker" not in re.sub(r"the speaker does not seem to say them", "", speaker)
    assert "a crisis line can be reached today" in speaker


def test_what_the_writer_saves_speaks_to_them(client):
    assert "as your own" in posted(client, "/draft.html", text=DRAFT, audience="speaker").text
    raw = posted(client, "/draft.docx", text=DRAFT, audience="speaker").content
    assert "as your own" in " ".join(comment.text for comment in docx.Document(io.BytesIO(raw)).comments)


def test_lines_quoted_from_an_earlier_mail_are_only_mentioned(client):
    page = posted(client, text="You wrote:\n> You said it was only a joke.\n> I'm sorry you feel that way, you said.\n\nI was wrong to say it.").text
    assert page.count('class="sl-entry sw-card"') == 1
    assert page.count('class="sl-entry sw-card sl-aside"') >= 1


def test_a_marker_that_is_not_to_be_shown_leaves_the_cards_but_not_the_profile(client):
    page = client.post("/", data={"text": DRAFT, "offered": ["marker:ownership", "marker:conditional_apology"], "show": "marker:ownership"}).text
    hidden, = re.findall(r'class="sl-entry sw-card" data-number="(\d+)"[^>]* hidden', page)
    assert hidden == "2"
    assert "belongs to 2 stages" in page


def test_a_draft_that_an_example_or_a_file_takes_the_place_of_can_be_brought_back(client):
    loaded = posted(client, text=DRAFT, example="manager_statement").text
    assert "is put aside" in loaded
    kept = re.search(r'<textarea name="replaced"[^>]*>\n(.*?)</textarea>', loaded, re.S)[1]
    assert "I was wrong to open your notebook" in kept
    example = pages.example("manager_statement")
    again = posted(client, text=example, replaced=DRAFT, example="clinician_letter").text
    assert "I was wrong to open your notebook" in re.search(r'name="replaced"[^>]*>\n(.*?)</textarea>', again, re.S)[1], "an example as it stands takes no place"
    opened = client.post("/", data={"text": DRAFT}, files={"file": ("a.txt", b"You stopped writing.")}).text
    assert "is put aside" in opened
    back = posted(client, text=example, replaced=DRAFT, restore="yes").text
    assert "is put aside" not in back
    assert "I was wrong to open your notebook" in re.search(r'<textarea id="text"[^>]*>\n(.*?)</textarea>', back, re.S)[1]
    assert "is put aside" not in posted(client, text="  ", example="manager_statement").text


def test_what_is_refused_leaves_the_draft_where_it_stood(client):
    broken = client.post("/", data={"text": DRAFT}, files={"file": ("a.docx", b"PK\x03\x04broken")})
    assert broken.status_code == 400
    assert "The file cannot be opened" in broken.text
    assert "I was wrong to open your notebook" in broken.text
    for path, fields in (("/", {"text": "y" * (asking.LONGEST + 1)}), ("/compare", {"text": DRAFT, "later": "y" * (asking.LONGEST + 1)})):
        longer = posted(client, path, **fields)
        assert longer.status_code == 413
        assert "y" * (asking.LONGEST + 1) in longer.text


def test_the_words_of_the_harmed_person_carry_no_findings(client):
    page = posted(client, text=DRAFT, speaker="harmed").text
    assert 'class="sl-entry sw-card"' not in page
    assert "Read as the words of the person who was harmed" in page


def test_two_drafts_are_compared_without_a_verdict(client):
    page = posted(client, "/compare", text="I'm sorry if you felt watched. I was wrong to open your notebook.",
                  later="I was wrong to open your notebook. I have put it back in your room.").text
    earlier, later, both = (part for part in re.split(r'<h3 id="c\d">', page)[1:4])
    assert "watched" in earlier
    assert "put it back" in later
    assert "in the same words" in both
    assert not re.search(r"\b(better|worse|improved|score)\b", page.replace("Whether it is better", ""))


def test_what_stayed_as_it_was_is_folded_and_what_moved_or_was_reworded_is_not(client):
    page = posted(client, "/compare", text="I was wrong to open your notebook. You stopped writing after that. I had no right to read it out to Dan.",
                  later="You stopped writing after that. I was wrong to open your notebook. I had no right to read it out to Dan and Eve.").text
    changed, same = re.search(r'<h3 id="c3">(.*?)<details>(.*?)</details>', page, re.S).groups()
    assert "at another place" in changed
    assert "before:</span> I had no right to read it out to Dan</blockquote>" in changed
    assert "in other words" not in same


def test_one_draft_alone_is_not_compared_but_the_other_is_asked_for(client):
    page = posted(client, "/compare", text=DRAFT).text
    assert "Paste the later draft as well" in page
    assert "What changed" not in page
    assert "I was wrong to open your notebook" in page


def test_the_later_of_two_drafts_can_be_read_by_itself(client):
    page = posted(client, text="You stopped writing.", later=DRAFT, alone="later").text
    assert "I was wrong to open your notebook" in re.search(r'<textarea id="text"[^>]*>\n(.*?)</textarea>', page, re.S)[1]


def test_every_example_loads_and_has_findings(client):
    for name in pages.EXAMPLES:
        assert "sw-card" in posted(client, example=name).text


def test_the_page_about_itself_names_its_limits_in_figures_of_the_quality_page(client):
    page = client.get("/about").text
    told = Path(__file__).parent.parent.joinpath("docs", "quality.md").read_text(encoding="utf-8").splitlines()
    row = next(line for line in told if line.startswith("| unread half |"))
    precision, recall, _ = map(float, row.split("|")[2].split("/"))
    assert "more than nine in ten" in page
    assert "about four in five" in page
    assert 0.9 < precision < 0.97
    assert abs(recall - 4 / 5) < 0.03
    oblique = next(line for line in told if line.startswith("| with model, balanced |"))
    precision, recall, _ = map(float, oblique.split("|")[2].split("/"))
    assert "about half of what was there, and a fifth of its findings" in page
    assert abs(precision - 4 / 5) < 0.03
    assert abs(recall - 1 / 2) < 0.05
    real = next(line for line in told if line.startswith("| real passages, balanced |"))
    precision, recall, _ = map(float, real.split("|")[2].split("/"))
    assert "it found four in ten, and a third of what it showed" in page
    assert abs(precision - 2 / 3) < 0.03
    assert abs(recall - 4 / 10) < 0.03


def test_what_only_one_draft_names_is_listed_in_words(client):
    page = posted(client, "/compare", text="I was wrong to open your notebook.", later="I was wrong to open your notebook. You need not answer.").text
    assert "Named in the later draft, not in the earlier one" in page
    assert "<li>that the harmed person owes no reply, meeting or pardon</li>" in page
    assert "do not yet" not in page


# --- files -------------------------------------------------------------------------------------------------------


def test_a_text_file_is_read_in_any_encoding(client):
    page = client.post("/", files={"file": ("a.txt", "Es tut … I was wrong to open your notebook, Zoë.".encode("utf-16"))})
    assert "Zoë" in page.text
    assert "sw-card" in page.text


def test_a_docx_file_is_read_and_one_comes_back_with_a_comment_on_each_finding(client):
    out = posted(client, "/draft.docx", text=DRAFT)
    document = docx.Document(io.BytesIO(out.content))
    assert "\n".join(p.text for p in document.paragraphs).startswith(DRAFT)
    comments = [comment.text for comment in document.comments]
    assert len(comments) == 2
    assert "Names an act" in comments[0] or "names an act" in comments[0]
    read = client.post("/", files={"file": ("back.docx", out.content)})
    assert "I was wrong to open your notebook" in read.text


def test_each_comment_of_a_saved_document_holds_the_very_words_of_its_finding(client):
    text = pages.example("mediation_draft")
    document = docx.Document(io.BytesIO(posted(client, "/draft.docx", text=text).content))
    name = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    held, open_now = {}, {}
    for element in document.element.body.iter():
        kind, number = element.tag.removeprefix(name), element.get(f"{name}id")
        if kind == "commentRangeStart":
            open_now[number] = True
        elif kind == "commentRangeEnd":
            open_now.pop(number)
        elif kind == "t":
            for at in open_now:
                held[at] = held.get(at, "") + element.text
    said = {str(comment.comment_id): comment.text for comment in document.comments}
    reading = stagelens.load(settings=Settings(statement=True)).tag(text)
    assert list(held.values()) == [span.text for span in reading.spans]
    assert all(f"Stage {span.stage} " in said[at] for at, span in zip(held, reading.spans, strict=True))


def test_a_saved_document_underlines_each_stage_in_its_own_pattern(client):
    document = docx.Document(io.BytesIO(posted(client, "/draft.docx", text=DRAFT).content))
    patterns = {run.text: run.underline for paragraph in document.paragraphs for run in paragraph.runs}
    assert patterns["I was wrong to open your notebook"] != patterns["I'm sorry if you felt watched"]
    assert not patterns[". "]


def test_a_draft_is_saved_as_a_page_without_script_or_outside_reference(client):
    page = posted(client, "/draft.html", text=DRAFT)
    assert "attachment" in page.headers["content-disposition"]
    assert "<script" not in page.text
    assert not re.search(r'(?:src|href)="(?!#)', page.text)


def test_what_the_writer_saves_holds_no_note_for_the_mediator(client):
    for path, note in (("/draft.html", "not to be read out"), ("/draft.docx", "not to be read out")):
        found = {}
        for audience in ("mediator", "speaker"):
            raw = posted(client, path, text=DRAFT, audience=audience).content
            found[audience] = raw.decode() if path.endswith("html") else " ".join(c.text for c in docx.Document(io.BytesIO(raw)).comments)
        assert note in found["mediator"]
        assert note not in found["speaker"]


@pytest.mark.parametrize(("name", "raw"), [("a.docx", b"PK\x03\x04broken"), ("a.zip", b"PK\x05\x06" + bytes(18)), ("a.txt", bytes(range(128, 256)) * 3)])
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence_without_its_name(client, name, raw):
    answer = client.post("/", files={"file": (f"secret-{name}", raw)})
    assert answer.status_code in (200, 400)
    assert "secret-" not in answer.text
    assert "Traceback" not in answer.text


def test_a_packed_bomb_is_refused(client):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", bytes(asking.UNPACKED + 1))
    answer = client.post("/", files={"file": ("a.docx", out.getvalue())})
    assert answer.status_code == 400
    assert "no .docx file that can be opened here" in answer.text


# --- any text is only text ---------------------------------------------------------------------------------------

HOSTILE = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{ 7 * 7 }}{% raw %}", "</textarea><b>", "</template><b id=out>", "javascript:alert(1)",
           "I'm sorry if </template><script>1</script> you felt hurt", "\0 I was wrong \x1b[31m", "ع אני I am sorry", "Z\u0351\u036b\u0343\u036a\u0302 so wrong of me", "\ud83d"]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("path", ["/", "/compare", "/draft.html"])
def test_any_text_is_only_text(client, text, path):
    page = client.post(path, data={"text": text.encode("utf-8", "replace").decode(), "later": text.encode("utf-8", "replace").decode()}).text
    assert "<script>" not in page
    assert "<img" not in page
    assert "<b>" not in page
    assert "<b id" not in page
    assert "49" not in page or "{{ 7" in page


@given(st.text(max_size=120), st.sampled_from(["text", "later", "aside", "show", "offered", "back", "example", "preset", "speaker", "audience"]))
@tries(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_form_is_answered_or_refused_in_a_sentence(client, value, field):
    answer = client.post("/", data={"text": DRAFT, field: value.encode("utf-8", "replace").decode()})
    assert answer.status_code in (200, 400)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"--x\r\nnonsense", b"text=%zz&=&&&"])
@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/plain"])
def test_a_broken_form_is_refused_or_empty(client, body, kind):
    assert client.post("/", content=body, headers={"content-type": kind}).status_code in (200, 400)


def test_a_paste_that_is_too_long_is_refused_plainly_and_quickly(client):
    answer = posted(client, headers=PART, text="I was wrong. " * 400_000)
    assert answer.status_code == 413
    assert "more than is read here" in answer.text
    longer = posted(client, text="x" * (asking.LONGEST + 1))
    assert longer.status_code == 413
    assert f"the draft has {asking.LONGEST + 1:,} letters" in longer.text.replace("The draft", "the draft")


# --- private -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_forbids_keeping_framing_and_outside_content(client, path):
    answer = client.get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "set-cookie" not in answer.headers


def test_pages_hold_no_style_or_script_of_their_own_and_name_no_other_address(client):
    for page in (client.get("/"), posted(client, text=DRAFT), posted(client, "/compare", text=DRAFT, later=DRAFT), client.get("/about")):
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! type=\"module\" src=\"page.js\"></script>)", page.text)
        assert not re.search(r"https?://|//[a-z]", page.text)
    styles = client.get("/page.css").text
    assert not re.search(r"@import|url\(", styles)


def test_an_error_in_the_program_tells_and_logs_nothing_of_the_draft(monkeypatch, caplog, capfd):
    def fail(*_):
        raise ValueError(DRAFT)

    monkeypatch.setattr("stagelens.web.site.Site._read", fail)
    with caplog.at_level(logging.DEBUG):
        answer = posted(TestClient(stagelens.web.app()), text=DRAFT)
    assert answer.status_code == 500
    assert "Nothing was kept" in answer.text
    told = answer.text + caplog.text + "".join(capfd.readouterr())
    assert "notebook" not in told


def test_a_request_that_never_ends_is_told_so(monkeypatch):
    monkeypatch.setattr("stagelens.web.site.WHOLE", 0.05)
    site = stagelens.web.app()
    sent = []

    async def slowly():
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"text=I", "more_body": True}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "raw_path": b"/", "query_string": b"", "root_path": "", "scheme": "http", "http_version": "1.1",
             "headers": [(b"content-type", b"application/x-www-form-urlencoded")], "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1)}
    asyncio.run(site(scope, slowly, send))
    assert sent[0]["status"] == 408


def test_it_opens_no_file_for_writing_while_drafts_are_read_and_files_made(client, tmp_path):
    written, watching = [], [True]

    def watch(event, args):
        if watching[0] and event == "open" and (args[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            written.append(args[0])

    sys.addaudithook(watch)
    try:
        for path in ("/", "/compare", "/draft.html", "/draft.docx"):
            assert posted(client, path, text=DRAFT * 20, later=DRAFT).status_code == 200
        out = posted(client, "/draft.docx", text=DRAFT).content
        for name, raw in (("a.txt", ("\U0001f600" * 290_000).encode()), ("a.docx", out)):  # over a megabyte, from where on forms are put on disk elsewhere
            assert client.post("/", files={"file": (name, raw)}).status_code == 200
    finally:
        watching[0] = False
    assert not written


def test_it_can_be_mounted_behind_a_login_and_a_proxy_under_a_path():
    class Login:
        def __init__(self, app):
            self.app = app

        async def __call__(self, scope, receive, send):
            known = b"authorization" in dict(scope["headers"])
            await (self.app if known else PlainTextResponse("Please log in.", 401))(scope, receive, send)

    site = TestClient(Starlette(routes=[Mount("/tools/stagelens", app=Login(stagelens.web.app()))]), root_path="/behind")
    place = "/behind/tools/stagelens/"
    assert site.get(place).status_code == 401
    site.headers["authorization"] = "yes"
    links = re.findall(r'(?:href|src|action|formaction)="([^"#]+)"', site.get(place).text)
    assert len(links) > 5
    for link in links:
        assert not link.startswith("/"), "each link holds at any path"
        if "draft." not in link:
            assert site.get(urljoin(place, link)).status_code == 200
    assert "sw-card" in site.post(place, data={"text": DRAFT}).text
    assert "was found only there" in site.post(place + "compare", data={"text": DRAFT, "later": DRAFT}).text


def test_it_can_be_mounted_in_another_site_with_other_settings():
    site = TestClient(Starlette(routes=[Mount("/inside", app=stagelens.web.app(Settings(preset="sensitive")))]))
    page = site.get("/inside/")
    assert page.status_code == 200
    assert '<option value="sensitive" selected>' in page.text
    assert site.get("/inside/page.css").status_code == 200
    assert "sw-card" in site.post("/inside/", data={"text": DRAFT}).text


# --- the door ----------------------------------------------------------------------------------------------------


@pytest.fixture
def door():
    return Door(stagelens.web.app(), names(["127.0.0.1", "localhost", "::1"], 80))


def knock(door, path, **headers):
    client = TestClient(Quiet(door), base_url="http://127.0.0.1", follow_redirects=False)
    return client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()} | {"host": headers.get("host", "127.0.0.1:80")})


def test_the_link_opens_once(door):
    first = knock(door, door.path)
    assert first.status_code == 303
    assert knock(door, first.headers["location"]).status_code == 200
    again = knock(door, door.path)
    assert again.status_code == 403
    assert "opens only once" in again.text


def test_a_browser_that_fetches_ahead_does_not_use_the_link_up(door):
    assert knock(door, door.path, sec_purpose="prefetch").status_code == 503
    assert knock(door, door.path).status_code == 303


@pytest.mark.parametrize("path", ["/", "/open/", "/open/x", "/page.css", "/x/", "//", "/open"])
def test_without_the_link_there_is_nothing(door, path):
    assert knock(door, path).status_code in (403, 404)


@pytest.mark.parametrize("headers", [
    {"host": "evil.example:80"}, {"host": "127.0.0.1.evil.example"}, {"host": ""}, {"origin": "http://evil.example"}, {"origin": "null"},
    {"origin": "null", "sec_fetch_site": "cross-site"}, {"sec_fetch_site": "cross-site"}, {"sec_fetch_site": "same-site"}, {"origin": "http://127.0.0.1:81"},
])
def test_what_another_site_asks_is_refused_even_with_the_session(door, headers):
    assert knock(door, f"/{door.session}/", **headers).status_code == 403


@pytest.mark.parametrize("headers", [{}, {"origin": "http://127.0.0.1:80"}, {"origin": "null", "sec_fetch_site": "same-origin"}, {"sec_fetch_site": "none"},
                                     {"host": "localhost:80"}, {"host": "[::1]:80"}])
def test_what_the_page_itself_asks_is_answered(door, headers):
    assert knock(door, f"/{door.session}/", **headers).status_code == 200


def test_an_address_that_others_can_reach_needs_a_word():
    with pytest.raises(stagelens.InputError, match="can be reached from other computers"):
        serve("0.0.0.0")
    with pytest.raises(stagelens.InputError, match="cannot listen on"):
        serve("127.0.0.1", 99999)


# --- the program itself ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """The program, started as a user would, in a folder of its own."""
    home = tmp_path_factory.mktemp("home")
    process = subprocess.Popen([sys.executable, "-m", "stagelens", "serve", "--no-browser"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               cwd=home, env={"HOME": str(home), "TMPDIR": str(home), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"})
    link = re.search(r"http://127\.0\.0\.1:\d+/open/\S+", process.stdout.readline())[0]
    yield process, link, home
    process.terminate()
    process.wait(10)
    told = process.stdout.read()
    assert "notebook" not in told
    assert "GET" not in told


@pytest.fixture(scope="module")
def session(running):
    import httpx

    _, link, _ = running
    with httpx.Client(timeout=60, trust_env=False) as client:
        answer = client.get(link, follow_redirects=True)
        yield client, str(answer.url)


def test_the_program_serves_the_page_and_leaves_nothing_on_disk(running, session):
    client, page = session
    for path in ("", "compare", "draft.html", "draft.docx"):
        assert client.post(page + path, data={"text": DRAFT, "later": DRAFT}).status_code == 200
    assert client.post(page, files={"file": ("a.txt", DRAFT.encode() * 2500)}).status_code == 200
    _, _, home = running
    for file in home.rglob("*"):
        assert not file.is_file() or b"notebook" not in file.read_bytes(), file


def test_the_program_opens_no_file_for_writing_while_drafts_are_read(running, session):
    process, _, _ = running
    client, page = session
    client.post(page, data={"text": DRAFT})
    flags = [line.split()[1] for file in Path(f"/proc/{process.pid}/fdinfo").iterdir() for line in file.read_text().splitlines() if line.startswith("flags")]
    targets = [link.resolve() for link in Path(f"/proc/{process.pid}/fd").iterdir()]
    writable = [str(target) for target, flag in zip(targets, flags, strict=False) if int(flag, 8) & 3 and target.is_file()]
    assert not writable


def test_two_hundred_at_once_get_the_right_answer_or_a_plain_refusal(session):
    import httpx

    _, page = session
    texts = [f"I was wrong to open your notebook number {n}." for n in range(200)]

    async def all_at_once():
        limits = httpx.Limits(max_connections=200)
        async with httpx.AsyncClient(timeout=120, limits=limits, trust_env=False) as client:
            return await asyncio.gather(*(client.post(page, data={"text": text}, headers=PART) for text in texts))

    answers = asyncio.run(all_at_once())
    for text, answer in zip(texts, answers, strict=True):
        assert answer.status_code in (200, 503)
        if answer.status_code == 200:
            assert f"number {text.split()[-1].rstrip('.')}" in answer.text
    assert sum(answer.status_code == 200 for answer in answers) >= 100


def test_half_open_requests_keep_nobody_waiting(running, session):
    _, link, _ = running
    client, page = session
    port, path = int(re.search(r":(\d+)/", link)[1]), urlsplit(page).path
    held = []
    for number in range(100):
        half = socket.create_connection(("127.0.0.1", port))
        length = (100, 100_000, 3_000_000)[number % 3]  # small ones, and large ones that wait for a place
        half.sendall(f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\ntext=I".encode())
        held.append(half)
    began = time.monotonic()
    assert client.post(page, data={"text": DRAFT}).status_code == 200
    assert time.monotonic() - began < PATIENCE, "nobody waits until the half-open ones are given up"
    for half in held:
        half.close()


@pytest.mark.parametrize("kind", ["form", "multipart"])
def test_a_paste_of_five_megabytes_is_refused_plainly_by_the_program(session, kind):
    client, page = session
    text = "x" * 5_000_000
    answer = client.post(page, data={"text": text}, headers=PART) if kind == "form" else client.post(page, files={"text": (None, text)}, headers=PART)
    assert answer.status_code == 413
    assert answer.text.startswith("This is more than 4 MB")


def test_threads_that_read_at_the_same_time_read_the_same(lens):
    texts = [f"I was wrong to open your notebook {n}; it hurt you, quokka{n}." for n in range(40)]
    alone = [lens.tag(text) for text in texts]
    found = {}
    threads = [threading.Thread(target=lambda n=n: found.update({n: [lens.tag(text) for text in texts]})) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(found[n] == alone for n in range(4))


ALONE = """
import fcntl, re, socket, struct, subprocess, sys, urllib.parse, urllib.request
lo = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(lo, 0x8914, struct.pack('16sh22x', b'lo', 0x41))  # raise the loopback interface, the only one there is
program = subprocess.Popen([sys.executable, '-m', 'stagelens', 'serve', '--no-browser'], stdout=subprocess.PIPE, text=True)
try:
    link = re.search(r'http\\S+', program.stdout.readline())[0]
    ask = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
    page = ask(link).geturl()
    body = urllib.parse.urlencode({'text': 'I was wrong to open your notebook.'}).encode()
    print('sw-card' in ask(page, body).read().decode())
finally:
    program.kill()
"""


@pytest.mark.skipif(subprocess.run(["unshare", "--map-root-user", "--net", "true"], check=False, capture_output=True).returncode != 0, reason="this machine allows no network namespace")
def test_it_works_where_there_is_no_network_at_all():
    run = subprocess.run(["unshare", "--map-root-user", "--net", sys.executable, "-c", ALONE], check=False, capture_output=True, text=True,
                         timeout=120)
    assert run.stdout.strip() == "True", run.stderr

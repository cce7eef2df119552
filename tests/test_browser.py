"""The page in a real browser (Debian's chromium): typing, keyboard, filters, comparing, saving, no script, accessibility, nothing asked of others."""

import re
import shutil
import subprocess
import sys

import docx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
DRAFT = "I was wrong to open your notebook. I'm sorry if you felt watched.\n\nMy sister says \"it was your own fault\"."
VIEWS = ("", "compare", "about")

expect.set_options(timeout=60_000)  # a machine with much else to do is slow, not wrong

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed, so the page was NOT tested in a browser; make test installs it where it can")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The address of the page, opened once, as the link allows."""
    import httpx

    process = subprocess.Popen([sys.executable, "-m", "stagelens", "serve", "--no-browser"], stdout=subprocess.PIPE, text=True, cwd=tmp_path_factory.mktemp("run"))
    link = re.search(r"http\S+", process.stdout.readline())[0]
    address = str(httpx.get(link, follow_redirects=True, timeout=60, trust_env=False).url)
    httpx.post(address, data={"text": DRAFT}, timeout=120, trust_env=False)  # what reading needs is loaded
    yield address
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, address):
    """A new window that notes what it asks for and what its console says; both are checked when the test ends."""
    context = chromium.new_context(accept_downloads=True, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(120_000)
    window = context.new_page()
    asked, said = [], []
    window.on("request", lambda request: asked.append(request.url))
    window.on("console", lambda message: said.append(message.text))
    window.on("pageerror", lambda error: said.append(str(error)))
    window.goto(address)
    window.expected = set()
    yield window
    assert all(url.startswith(address) for url in asked), "the page asked something of another address"
    assert not set(said) - window.expected
    assert window.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]
    context.close()


def write(page, text=DRAFT):
    page.fill("#text", text)
    page.wait_for_selector(".sw-card")


def cards(page):
    return page.locator(".sw-card:visible")


# --- one draft ---------------------------------------------------------------------------------------------------


def test_findings_follow_while_a_draft_is_typed(page):
    page.locator("#text").press_sequentially("I was wrong to open your notebook.", delay=5)
    expect(cards(page)).to_have_count(1)
    page.locator("#text").press_sequentially(" I'm sorry if you felt watched.", delay=5)
    expect(cards(page)).to_have_count(2)
    expect(page.locator("#text")).to_be_focused()


def test_the_marks_lie_under_the_very_words(page):
    write(page, DRAFT + "\n" * 3 + "A long line " * 40 + "\nI was wrong to read it.")
    places = page.evaluate("""() => {
        const field = document.getElementById('text'), under = document.getElementById('backdrop');
        const [a, b] = [field.getBoundingClientRect(), under.getBoundingClientRect()];
        return {words: [...under.querySelectorAll('mark')].map(m => m.textContent), whole: under.textContent.slice(0, -1) === field.value,
                apart: [a.x - b.x, a.y - b.y, a.width - b.width, a.height - b.height], scrolls: field.scrollHeight - field.clientHeight};
    }""")
    assert places["whole"]
    assert places["apart"] == [0, 0, 0, 0]
    assert places["scrolls"] <= 1
    assert "I was wrong to open your notebook" in places["words"]


def test_marks_keep_their_words_while_something_is_typed_before_them(page):
    write(page)
    page.route("**/*", lambda route: None)  # no answer comes: what stands there is the script's own
    page.locator("#text").press("Control+Home")
    page.keyboard.type("Dear Ann, ")
    assert page.evaluate("[...document.querySelectorAll('#backdrop mark')].map(m => m.textContent)")[0] == "I was wrong to open your notebook"
    assert page.evaluate("document.getElementById('backdrop').textContent.slice(0, -1) === document.getElementById('text').value")
    page.unroute_all(behavior="ignoreErrors")


def test_a_card_opens_by_keyboard_alone_and_tells_all(page):
    write(page)
    page.locator(".sw-card summary").first.focus()
    page.keyboard.press("Enter")
    card = cards(page).first
    for said in ("What the words do", "Why it may matter", "Other reading", "A question", "How sure", "These words carried it"):
        expect(card).to_contain_text(said)
    assert page.locator("#backdrop mark.sw-on").count() >= 1
    page.keyboard.press("Tab")
    expect(page.locator(".sw-card a.sw-intext").first).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".sw-card button").first).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".sw-card summary").nth(1)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Escape")
    expect(card.locator("details")).not_to_have_attribute("open", "")
    expect(card.locator("summary")).to_be_focused()


def test_the_focus_walks_from_the_words_to_the_cards_in_order_and_is_always_seen(page):
    write(page)
    page.locator("#text").focus()
    names = []
    for _ in range(14):
        page.keyboard.press("Tab")
        names.append(page.evaluate("""() => {
            const e = document.activeElement, s = getComputedStyle(e);
            return [e.matches(':focus-visible') && s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1, e.tagName + ' ' + (e.value || e.name || e.textContent).trim().slice(0, 30)];
        }"""))
    assert all(seen for seen, _ in names), names
    order = [name for _, name in names]
    assert next(i for i, name in enumerate(order) if "Read the draft" in name) < next(i for i, name in enumerate(order) if "Show only some" in name) < len(order) - 3
    assert [name[8:9] for name in order if name.startswith("SUMMARY") and name[8:9].isdigit()][:3] == ["1", "2", "3"]


def test_a_card_is_named_for_those_who_hear_the_page(page):
    write(page)
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    names = [node["name"]["value"] for node in tree if node.get("role", {}).get("value") == "DisclosureTriangle"]
    assert any(re.match(r"1 Names an act as one's own I was wrong to open your notebook Stage 3", name) for name in names), names
    page.locator(".sw-card summary").first.click()
    expect(page.get_by_role("button", name=re.compile("This doesn't fit here ?: I was wrong to open your notebook"))).to_be_visible()
    expect(page.get_by_role("status")).to_have_count(1)
    assert page.locator("#backdrop").get_attribute("aria-hidden") == "true"


def test_pointing_at_words_opens_their_card_and_pressing_them_opens_it_in_the_list(page):
    write(page)
    box = page.locator("#backdrop mark").first.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 8)
    for said in ("This phrase names an act", "Why it may matter", "Other readings", "A question", "How sure"):
        expect(page.locator("#peek")).to_contain_text(said)
    expect(page.locator("#peek")).not_to_contain_text("not to be read out")
    inside = page.locator("#peek").bounding_box()
    page.mouse.move(inside["x"] + 30, inside["y"] + 30, steps=5)
    page.wait_for_timeout(600)
    expect(page.locator("#peek")).to_be_visible()
    assert not problems(page)
    page.keyboard.press("Escape")
    expect(page.locator("#peek")).to_be_hidden()
    page.mouse.click(box["x"] + 40, box["y"] + 8)
    expect(cards(page).first.locator("details")).to_have_attribute("open", "")


def test_the_caret_in_words_opens_their_card_and_typing_closes_it(page):
    write(page)
    page.locator("#text").press("Control+Home")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#peek")).to_contain_text("This phrase names an act")
    page.keyboard.press("Control+End")
    page.keyboard.type(" So.")
    expect(page.locator("#peek")).to_be_hidden()


def test_on_a_phone_a_tap_opens_the_card_at_the_words(chromium, address):
    context = chromium.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(address)
    write(page)
    box = page.locator("#backdrop mark").first.bounding_box()
    page.touchscreen.tap(box["x"] + 40, box["y"] + 8)
    expect(page.locator("#peek")).to_contain_text("How sure")
    inside = page.locator("#peek").bounding_box()
    assert inside["x"] >= 0
    assert inside["x"] + inside["width"] <= 390
    context.close()


def test_a_card_leads_to_its_words(page):
    write(page)
    page.locator(".sw-card summary").nth(1).press("Enter")
    page.locator(".sw-card a.sw-intext").nth(1).press("Enter")
    expect(page.locator("#text")).to_be_focused()
    assert page.evaluate("(() => { const f = document.getElementById('text'); return f.value.slice(f.selectionStart, f.selectionEnd); })()") == "I'm sorry if you felt watched"


def test_the_stage_is_told_by_number_pattern_and_colour(page):
    write(page)
    looks = page.evaluate("""[...document.querySelectorAll('#backdrop mark[data-stage]')].map(m => [getComputedStyle(m, '::before').content.replaceAll('"', ''),
        getComputedStyle(m.querySelector('.sl-u')).textDecorationStyle, getComputedStyle(m).backgroundColor])""")
    assert [look[0] for look in looks] == ["3", "1"]
    assert len({look[1] for look in looks}) == len({look[2] for look in looks}) == 2
    expect(page.locator(".sl-legend")).to_contain_text("Stage 3")


def test_a_finding_that_does_not_fit_is_set_aside_and_comes_back_by_keyboard(page):
    write(page)
    expect(cards(page)).to_have_count(3)
    page.locator(".sw-card summary").nth(1).press("Enter")
    page.locator(".sw-card button").nth(1).press("Enter")
    expect(cards(page)).to_have_count(2)
    expect(page.locator("button[name=back]")).to_be_focused()
    page.locator("#text").press("Control+End")
    page.keyboard.type(" It rained today.")
    page.wait_for_timeout(600)
    expect(cards(page)).to_have_count(2)
    page.locator("button[name=back]").press("Enter")
    expect(cards(page)).to_have_count(3)


def test_stages_are_shown_and_hidden(page):
    write(page)
    page.get_by_text("Show only some of them").click()
    page.get_by_role("checkbox", name="Stage 1:").uncheck()
    expect(cards(page)).to_have_count(2)
    assert page.evaluate("[...document.querySelectorAll('#backdrop mark')].some(m => m.textContent.includes('felt watched'))") is False
    page.get_by_role("checkbox", name="Stage 1:").check()
    expect(cards(page)).to_have_count(3)


def test_markers_are_shown_and_hidden(page):
    write(page)
    page.get_by_text("Show only some of them").click()
    page.get_by_role("checkbox", name="names an act as one's own").uncheck()
    expect(cards(page)).to_have_count(2)
    expect(page.get_by_role("checkbox", name="names an act as one's own")).to_be_focused()
    page.get_by_role("checkbox", name="names an act as one's own").check()
    expect(cards(page)).to_have_count(3)


def test_a_draft_is_not_lost_to_an_example_a_broken_file_or_another_page(page, tmp_path):
    write(page)
    page.get_by_role("button", name="A clinician's letter").click()
    expect(page.locator("#text")).to_have_value(re.compile("Ms Arden"))
    page.get_by_role("button", name="Bring it back").click()
    expect(page.locator("#text")).to_have_value(DRAFT)
    page.locator(".sw-more summary").click()
    (tmp_path / "broken.docx").write_bytes(b"PK\x03\x04broken")
    page.expected.add("Failed to load resource: the server responded with a status of 400 (Bad Request)")
    page.set_input_files("#file", tmp_path / "broken.docx")
    expect(page.locator("#status")).to_contain_text("cannot be opened")
    expect(page.locator("#text")).to_have_value(DRAFT)
    page.locator(".sw-more summary").click()
    (tmp_path / "long.txt").write_bytes(b"x" * 5_000_000)
    page.set_input_files("#file", tmp_path / "long.txt")
    expect(page.locator("#status")).to_contain_text("larger than what is read here")
    expect(page.locator("#text")).to_have_value(DRAFT)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="What this is").click()
    expect(opened.value.locator("h1")).to_have_text("What this is, and what it is not")
    expect(page.locator("#text")).to_have_value(DRAFT)
    page.get_by_role("button", name="Compare with another draft").click()
    expect(page.locator("#text")).to_have_value(DRAFT)
    expect(page.get_by_role("status")).to_contain_text("Paste the later draft as well")


def test_a_draft_that_is_too_long_is_told_so_and_stays(page):
    page.expected.add("Failed to load resource: the server responded with a status of 413 (Request Entity Too Large)")
    page.fill("#text", "y" * 300_001)
    expect(page.locator("#status")).to_contain_text("at most 300,000 are read here")
    page.get_by_role("button", name="Save as a page").click()
    expect(page.locator("#status")).to_contain_text("at most 300,000 are read here")
    assert page.evaluate("document.getElementById('text').value.length") == 300_001


def test_the_speakers_view_holds_no_notes_for_the_mediator(page):
    write(page)
    expect(page.locator("#found")).to_contain_text("not to be read out")
    page.get_by_label("the person who wrote it").check()
    expect(page.locator("#found")).to_contain_text("Questions to ask yourself")
    expect(page.locator("#found")).to_contain_text("as your own")
    expect(page.locator("#found")).not_to_contain_text("not to be read out")


def test_an_example_and_a_file_are_opened(page, tmp_path):
    page.get_by_role("button", name="A manager's statement").click()
    expect(page.locator("#text")).to_have_value(re.compile("Dana especially"))
    expect(cards(page).first).to_be_visible()
    file = tmp_path / "draft.txt"
    file.write_text(DRAFT, encoding="utf-8")
    page.locator(".sw-more summary").click()
    page.set_input_files("#file", file)
    expect(page.locator("#text")).to_have_value(DRAFT)
    expect(cards(page)).to_have_count(3)


def test_a_draft_is_saved_as_page_and_document(page, tmp_path):
    write(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a page").click()
    download.value.save_as(tmp_path / "draft.html")
    assert "<script" not in (tmp_path / "draft.html").read_text(encoding="utf-8")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as .docx").click()
    download.value.save_as(tmp_path / "draft.docx")
    assert len(list(docx.Document(tmp_path / "draft.docx").comments)) == 2
    expect(page.locator("#text")).to_have_value(DRAFT)


def test_a_text_of_two_thousand_words_is_marked_within_a_third_of_a_second_of_a_pause(page):
    text = " ".join(f"I was wrong to open your notebook on day {n}, and you stopped writing it." for n in range(140))
    write(page, text)
    page.locator("#text").press("Control+End")
    page.evaluate("() => { window.marked = new Promise(done => new MutationObserver(() => done(performance.now())).observe(document.getElementById('found'), {childList: true})); }")
    page.keyboard.type("!")
    typed = page.evaluate("performance.now()")
    assert page.evaluate("window.marked") - typed < 3000  # the figure itself is measured in benchmarks/page.py; this holds that it comes at all


def test_hostile_words_stay_words(page):
    write(page, "I'm sorry if you felt hurt, </template></textarea><img src=x onerror=document.title='broken'><script>document.title='broken'</script>.")
    assert "broken" not in page.title()
    assert page.locator("#found img, #found script, #backdrop img, #backdrop script").count() == 0


def test_an_ended_program_is_said_plainly_and_the_draft_stays(page):
    write(page)
    page.route("**/*", lambda route: route.abort())
    page.expected.add("Failed to load resource: net::ERR_FAILED")
    page.locator("#text").press("Control+End")
    page.keyboard.type(" More.")
    expect(page.locator("#status")).to_contain_text("does not answer")
    expect(page.locator("#text")).to_have_value(DRAFT + " More.")
    page.unroute_all(behavior="ignoreErrors")


# --- two drafts, no script ---------------------------------------------------------------------------------------


def test_two_drafts_are_compared(page, address):
    page.goto(address + "compare")
    page.fill("#text", DRAFT)
    page.fill("#later", DRAFT.replace("I'm sorry if you felt watched.", "You stopped writing after that."))
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("section[aria-labelledby=c1]")).to_contain_text("felt watched")
    expect(page.locator("section[aria-labelledby=c3]")).to_contain_text("in the same words")


def test_all_of_it_works_without_script(chromium, address):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.fill("#text", DRAFT)
    page.get_by_role("button", name="Read the draft").click()
    expect(cards(page)).to_have_count(3)
    expect(page.locator(".sl-text")).to_contain_text("I was wrong to open your notebook")
    page.locator(".sw-card summary").first.click()
    expect(cards(page).first).to_contain_text("Why it may matter")
    page.locator(".sw-card button").first.click()
    expect(cards(page)).to_have_count(2)
    page.get_by_role("button", name="Bring it back").click()
    expect(cards(page)).to_have_count(3)
    page.get_by_text("Show only some of them").click()
    page.get_by_role("checkbox", name="Stage 3:").uncheck()
    page.get_by_role("button", name="Show these").click()
    expect(cards(page)).to_have_count(2)
    for kind in ("page", ".docx"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Save as {'a ' if kind == 'page' else ''}{kind}").click()
        assert download.value.suggested_filename in ("draft.html", "draft.docx")
    page.get_by_role("button", name="Compare with another draft").click()
    page.fill("#later", DRAFT + " I have returned it to your desk.")
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("section[aria-labelledby=c2]")).to_contain_text("returned it to your desk")
    page.get_by_role("button", name="Read the later draft by itself").click()
    page.get_by_text("Open a file, or load an example").click()
    page.get_by_role("button", name="A draft before a mediation").click()
    page.get_by_role("button", name="Bring it back").click()
    expect(page.locator("#text")).to_have_value(DRAFT + " I have returned it to your desk.")
    context.close()


# --- for every reader --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_mend_in_one_draft(page, address, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    assert not problems(page)
    write(page)
    assert not problems(page), "as first read"
    for summary in page.locator("#found summary").all():
        summary.click()
    assert not problems(page), "all cards open, filters, what is not named yet"
    page.locator(".sw-card button").first.click()
    page.wait_for_selector("button[name=back]")
    page.get_by_label("the person who wrote it").check()
    expect(page.locator("#found")).to_contain_text("Questions to ask yourself")
    page.get_by_role("checkbox").first.uncheck()
    assert not problems(page), "the writer's view, with one set aside and one hidden"
    page.fill("#text", "The meeting is on Tuesday.")
    expect(page.locator("#counts")).to_contain_text("No findings")
    assert not problems(page), "nothing found"
    page.get_by_role("button", name="A clinician's letter").click()
    expect(page.locator("#text")).to_have_value(re.compile("Ms Arden"))
    assert not problems(page), "an example, the draft put aside"


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_mend_elsewhere(page, address, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address + "about")
    page.locator("details summary").click()
    assert not problems(page)
    page.goto(address + "compare")
    page.fill("#text", DRAFT)
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("status")).to_contain_text("Paste the later draft")
    assert not problems(page)
    page.fill("#later", "I was wrong to open it. You stopped writing.")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#changes")).to_be_visible()
    assert not problems(page)
    page.expected.add("Failed to load resource: the server responded with a status of 413 (Request Entity Too Large)")
    page.fill("#text", "x" * 300_001)
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("status")).to_contain_text("at most 300,000 are read here")
    assert not problems(page)
    page.evaluate("document.forms[0].append(Object.assign(document.createElement('input'), {type: 'hidden', name: 'more', value: 'x'.repeat(4_100_000)}))")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("h1")).to_have_text("This could not be read")
    assert not problems(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_mend_in_a_saved_page(chromium, address, tmp_path, scheme):
    import httpx

    saved = tmp_path / "draft.html"
    saved.write_text(httpx.post(address + "draft.html", data={"text": DRAFT}, trust_env=False, timeout=60).text, encoding="utf-8")
    context = chromium.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(saved.as_uri())
    assert not problems(page)
    context.close()


def problems(page):
    return [(v["id"], [node["html"][:120] for node in v["nodes"]]) for v in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("width", [320, 640, 1280])
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_sticks_out_or_is_cut_on_a_phone_or_at_twice_the_size(page, address, view, width):
    page.set_viewport_size({"width": width, "height": 450})  # 640 by 450 is what a window of 1280 by 900 holds at twice the size
    page.goto(address + view)
    if view == "":
        write(page, DRAFT + " " + "x" * 300)
        for summary in page.locator("#found summary").all():
            summary.click()
    if view == "compare":
        page.fill("#text", DRAFT + " " + "x" * 300)
        page.fill("#later", DRAFT)
        page.get_by_role("button", name="Compare").click()
        expect(page.locator("#changes")).to_be_visible()
        page.wait_for_load_state()  # its style too
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    cut = page.evaluate("""[...document.querySelectorAll('main *:not(.sw-unseen, select, option, textarea, input)')].filter(e => e.offsetParent
        && e.scrollWidth > e.clientWidth + 1 && e.clientWidth && getComputedStyle(e).overflowX !== 'visible').map(e => e.className || e.tagName)""")
    assert not cut


def test_forced_colours_keep_the_patterns_and_reduced_motion_moves_nothing(page):
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    write(page)
    styles = page.evaluate("[...document.querySelectorAll('#backdrop .sl-u')].map(e => getComputedStyle(e).textDecorationStyle)")
    assert len(set(styles)) == 2
    assert page.evaluate("[...document.querySelectorAll('*')].every(e => parseFloat(getComputedStyle(e).transitionDuration) === 0 && getComputedStyle(e).animationName === 'none')")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_on_paper_the_words_and_findings_stand_and_the_notes_for_the_mediator_do_not(page):
    write(page)
    page.locator(".sw-card summary").first.click()
    page.emulate_media(media="print")
    expect(page.locator(".sl-text")).to_be_visible()
    expect(page.locator("#text")).to_be_hidden()
    expect(page.locator(".sw-card").first).to_contain_text("Why it may matter")
    for note in page.locator(".sl-note").all():
        expect(note).to_be_hidden()

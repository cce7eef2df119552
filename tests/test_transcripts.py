"""Transcripts: every format gives its speakers, times and words, and each word's place in the file."""

import io
import json
import zipfile

import pysubs2
import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from stagelens.errors import InputError
from stagelens.transcripts import Roles, read_transcript, read_transcripts


@pytest.fixture
def read(tmp_path):
    def read(text, name="a.txt", **options):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_transcript(path, **options)

    return read


def said(transcript):
    return [(turn.speaker, turn.text) for turn in transcript.turns]


def assert_places_hold(transcript):
    for turn in transcript.turns:
        for piece in turn.pieces:
            if piece.end - piece.start == piece.until - piece.at and turn.text[piece.start:piece.end].strip():
                assert turn.text[piece.start:piece.end].split() == transcript.text[piece.at:piece.until].replace("_", " ").split()


VTT = """WEBVTT

NOTE made by hand

STYLE
::cue { color: white }

intro
00:01.000 --> 00:03.500 align:start
<v Dr Ama Osei>I did not read your letter &amp; I said I had.</v>

00:00:04.000 --> 00:00:06.000
<v Ben>You said it
twice.

And you smiled.

3
00:00:07.000 --> 00:00:08.000
<v Ben>Go on.</v> <v Dr Ama Osei><i>I was</i> wrong.</v>
"""


def test_webvtt_gives_voices_with_and_without_closing_tag_and_text_behind_a_blank_line(read):
    transcript = read(VTT, "a.vtt")
    assert said(transcript) == [("Dr Ama Osei", "I did not read your letter & I said I had."), ("Ben", "You said it\ntwice.\nAnd you smiled. Go on."),
                                ("Dr Ama Osei", "I was wrong.")]
    assert (transcript.turns[0].start, transcript.turns[0].end, transcript.turns[1].end) == (1.0, 3.5, 8.0)
    assert_places_hold(transcript)


def test_a_span_is_found_again_in_the_file_across_an_entity_and_two_cues(read):
    transcript = read(VTT, "a.vtt")
    turn = transcript.turns[0]
    start, end = turn.place(turn.text.index("letter"), len(turn.text))
    assert transcript.text[start:end] == "letter &amp; I said I had."
    ben = transcript.turns[1]
    start, end = ben.place(ben.text.index("smiled"), ben.text.index("Go") + 2)
    assert transcript.text[start:end].startswith("smiled.")
    assert transcript.text[start:end].endswith("<v Ben>Go")


def test_zoom_names_before_a_colon_and_times_without_hours(read):
    zoom = "WEBVTT\n\n1\n0:01.0 --> 0:02.5\nAma Osei: I moved your desk.\n\n2\n0:03.0 --> 0:04.0\nBen: Yes: on a Sunday.\n\n3\n0:05.0 --> 0:06.0\nBen: Why?\n"
    assert said(read(zoom, "a.vtt")) == [("Ama Osei", "I moved your desk."), ("Ben", "Yes: on a Sunday. Why?")]


def test_srt_names_stand_only_where_the_speaker_changes_and_words_before_a_colon_are_no_name(read):
    srt = ("1\r\n00:00:00,000 --> 00:00:02,000\r\nAma: I told them\r\nit was your fault.\r\n\r\n2\r\n00:00:02,000 --> 00:00:04,000\r\n"
           "here is the thing: it was mine.\r\n\r\n3\r\n00:00:05,000 --> 00:00:06,000\r\nBen: <i>I know.</i>\r\n\r\n4\r\n00:00:06,500 --> 00:00:07,000\r\nAma: Yes.\r\n")
    transcript = read(srt, "a.srt")
    assert said(transcript) == [("Ama", "I told them it was your fault. here is the thing: it was mine."), ("Ben", "I know."), ("Ama", "Yes.")]
    assert_places_hold(transcript)


def test_a_dash_before_each_line_of_a_cue_is_two_people(read):
    srt = "1\n00:00:00,000 --> 00:00:02,000\n- You were late.\n- I was.\n"
    assert said(read(srt, "a.srt")) == [(None, "You were late."), (None, "I was.")]


words = st.lists(st.sampled_from(["I", "said", "it", "was", "yours", "and", "not", "mine", "\u00e9t\u00e9", "\U0001f642"]), min_size=1, max_size=6).map(" ".join)


@given(st.lists(words, min_size=1, max_size=6))
def test_cues_hold_the_same_words_as_the_usual_libraries_read(tmp_path_factory, lines):
    folder = tmp_path_factory.mktemp("cues")
    subs = pysubs2.SSAFile()
    subs.events = [pysubs2.SSAEvent(start=1000 * i, end=1000 * i + 900, text=line) for i, line in enumerate(lines)]
    subs.save(str(folder / "a.srt"))
    captions = webvtt.WebVTT(captions=[webvtt.Caption(f"00:00:{i:02}.000", f"00:00:{i:02}.900", line) for i, line in enumerate(lines)])
    captions.save(str(folder / "a.vtt"))
    for name in ("a.srt", "a.vtt"):
        transcript = read_transcript(folder / name)
        assert " ".join(turn.text for turn in transcript.turns).split() == " ".join(lines).split()
        assert transcript.turns[-1].end == len(lines) - 0.1
        assert_places_hold(transcript)


PLAIN = {
    "colon": "Ama: I was late.\nBen: Again.\n\nAma: Yes, again: I know.\n",
    "stamp before": "[00:12] Ama: I was late.\n[00:15] Ben: Again.\n[00:20] Ama: Yes, again: I know.\n",
    "stamp behind, alone (Otter)": "Ama  0:12\nI was late.\n\nBen  0:15\nAgain.\n\nAma  0:20\nYes, again: I know.\n",
    "stamp in brackets (Rev)": "Ama (00:12):\nI was late.\n\nBen (00:15):\nAgain.\n\nAma (00:20):\nYes, again: I know.\n",
    "bold": "**Ama: (00:00:12)**\nI was late.\n**Ben: (00:00:15)**\nAgain.\n**Ama: (00:00:20)**\nYes, again: I know.\n",
    "bars": "Ama|I was late.\nBen|Again.\nAma|Yes, again: I know.\n",
    "brackets": "[Ama] I was late.\n\n[Ben] Again.\n\n[Ama] Yes, again: I know.\n",
    "hours (Trint)": "[00:00:12.10] Ama: I was late.\n[00:00:15.00] Ben: Again.\n[00:00:20.00] Ama: Yes, again: I know.\n",
}


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN.keys())
def test_plain_text_with_speaker_lines(read, text):
    transcript = read(text)
    assert said(transcript) == [("Ama", "I was late."), ("Ben", "Again."), ("Ama", "Yes, again: I know.")]
    assert_places_hold(transcript)
    if "12" in text:
        assert int(transcript.turns[0].start) == 12


def test_a_letter_is_one_statement_of_an_unnamed_speaker_and_says_so(read):
    letter = "Dear Ben,\n\nOne thing first: I read your diary.\nI had no right to.\n\nAma\n"
    transcript = read(letter)
    assert said(transcript) == [(None, letter.strip())]
    assert "no speaker lines" in transcript.notes[0]


def test_what_is_heard_is_nobody_who_speaks(read):
    assert said(read("[laughter] I was late.\n[crying] Again.\n")) == [(None, "[laughter] I was late.\n[crying] Again.")]


def test_words_before_the_first_speaker_line_are_not_lost(read):
    assert said(read("Interview of 3 May\nAma: I was late.\nBen: Yes.\n"))[0] == (None, "Interview of 3 May")


def test_a_pattern_of_ones_own_names_the_speakers(read):
    text = "AO>> I was late.\nBN>> Again.\n"
    assert said(read(text, speaker_pattern=r"(?P<speaker>[A-Z]{2})>> ")) == [("AO", "I was late."), ("BN", "Again.")]
    for pattern, says in (("(", "not a regular expression"), ("[A-Z]+", "no group named speaker")):
        with pytest.raises(InputError, match=says):
            read(text, speaker_pattern=pattern)


CHAT = ("@UTF8\n@Begin\n@Languages:\teng\n@Participants:\tAMA Ama Teacher, BEN Adult\n"
        "*AMA:\tI &-um took [//] moved (.) your ice_cream (be)cause <I was> [/] I was +... \x150_2500\x15\n\tlate .\n%mor:\tpro|I v|take\n"
        "*BEN:\tyou 0did what ?\n*AMA:\txxx &=laughs .\n@End\n")


def test_chat_keeps_the_words_and_leaves_the_codes_out(read):
    transcript = read(CHAT, "a.cha")
    assert said(transcript)[:2] == [("Ama", "I moved your ice cream because I was late."), ("BEN", "you what?")]
    assert (transcript.turns[0].start, transcript.turns[0].end) == (0.0, 2.5)
    start, end = transcript.turns[0].place(transcript.turns[0].text.index("ice"), transcript.turns[0].text.index("because"))
    assert transcript.text[start:end].strip() == "ice_cream"


def test_chat_holds_the_words_that_pylangacq_reads(read, tmp_path):
    import pylangacq

    lines = ["I &-um took [//] moved (.) your cup .", "<it was> [/] it was mine .", "you 0did what ?", "(be)cause xxx I did &=laughs .", "that's not fair [=! shouts] !"]
    (tmp_path / "a.cha").write_text("@UTF8\n@Begin\n@Languages:\teng\n@Participants:\tAMA Ama Adult\n@ID:\teng|c|AMA|||||Adult|||\n"
                                    + "".join(f"*AMA:\t{line}\n" for line in lines) + "@End\n")
    theirs = [word for word in pylangacq.read_chat(str(tmp_path / "a.cha"), strict=False).words() if word not in ".?!"]
    ours = read_transcript(tmp_path / "a.cha").turns[0].text
    assert [word.strip(".?!") for word in ours.split()] == [word for word in theirs if word != "xxx"]


EAF = """<?xml version="1.0" encoding="UTF-8"?><ANNOTATION_DOCUMENT><TIME_ORDER><TIME_SLOT TIME_SLOT_ID="t1" TIME_VALUE="0"/><TIME_SLOT TIME_SLOT_ID="t2"
TIME_VALUE="1500"/><TIME_SLOT TIME_SLOT_ID="t3" TIME_VALUE="3000"/></TIME_ORDER>
<TIER TIER_ID="B" PARTICIPANT="Ben"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a2" TIME_SLOT_REF1="t2" TIME_SLOT_REF2="t3"><ANNOTATION_VALUE>You
did.</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER TIER_ID="A"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="t1" TIME_SLOT_REF2="t2"><ANNOTATION_VALUE>I forgot you &amp; \u00e9t\u00e9.</ANNOTATION_VALUE>
</ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER TIER_ID="gloss" PARENT_REF="A"><ANNOTATION><REF_ANNOTATION ANNOTATION_REF="a1" ANNOTATION_ID="a3"><ANNOTATION_VALUE>gloss</ANNOTATION_VALUE></REF_ANNOTATION>
</ANNOTATION></TIER></ANNOTATION_DOCUMENT>"""


def test_elan_tiers_become_turns_in_order_of_time_without_glosses(read):
    transcript = read(EAF, "a.eaf")
    assert said(transcript) == [("A", "I forgot you & \u00e9t\u00e9."), ("Ben", "You\ndid.")]
    turn = transcript.turns[0]
    assert transcript.text[slice(*turn.place(turn.text.index("&"), len(turn.text)))] == "&amp; \u00e9t\u00e9."


def test_elan_is_read_as_pympi_reads_it(read, tmp_path):
    from pympi.Elan import Eaf

    made = Eaf()
    made.add_tier("Ama")
    made.add_annotation("Ama", 0, 900, "I was wrong to open it.")
    made.add_annotation("Ama", 1000, 1900, "It was yours.")
    made.remove_tier("default")
    made.to_file(str(tmp_path / "b.eaf"))
    transcript = read_transcript(tmp_path / "b.eaf")
    assert transcript.turns[0].text == " ".join(text for _, _, text in Eaf(str(tmp_path / "b.eaf")).get_annotation_data_for_tier("Ama"))


def test_tei_utterances_and_speeches(read):
    tei = ('<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><person xml:id="A"><persName>Ama Osei</persName></person></teiHeader><text><body>'
           '<u who="#A">I broke it <pause/><vocal><desc>sighs</desc></vocal>and hid it.</u><u who="#B">Yes.</u></body></text></TEI>')
    assert said(read(tei, "a.xml")) == [("Ama Osei", "I broke it and hid it."), ("B", "Yes.")]
    play = "<TEI><text><sp><speaker>Ama.</speaker><p>I broke it.</p><stage>She sits.</stage></sp></text></TEI>"
    assert said(read(play, "b.xml")) == [("Ama", "I broke it.")]


def test_podcast_pages_and_json(read):
    page = "<html><body><cite>Ama:</cite><time>0:05</time><p>I lost it &amp; lied.</p><cite>Ben:</cite><time>0:09</time><p>You did.</p></body></html>"
    transcript = read(page, "a.html")
    assert said(transcript) == [("Ama", "I lost it & lied."), ("Ben", "You did.")]
    assert transcript.turns[1].start == 9
    assert_places_hold(transcript)
    data = json.dumps({"version": "1.0.0", "segments": [{"speaker": "Ama", "startTime": 1, "endTime": 2, "body": "I lost it"},
                                                        {"speaker": "Ama", "startTime": 2, "endTime": 3, "body": "and lied."}]})
    assert said(read(data, "a.json")) == [("Ama", "I lost it and lied.")]


@pytest.mark.parametrize("opened", ["<!-- ", "<? ", "<!doc ", "<![CDATA[", "</ ", "< "])
def test_words_behind_something_that_a_page_opens_and_never_closes_are_kept(read, opened):
    transcript = read(f"<p>I lost it</p> and {opened * 3}lied", "a.html")
    assert "lied" in " ".join(turn.text for turn in transcript.turns)
    assert_places_hold(transcript)


def _docx(body):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType='
                         '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType='
                         '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
        package.writestr("_rels/.rels", '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type='
                         '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>')
        package.writestr("word/document.xml", f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>')
    return out.getvalue()


def test_docx_keeps_what_was_inserted_and_leaves_out_what_was_deleted(read):
    body = ('<w:p><w:r><w:t>Ama: I was </w:t></w:r><w:ins w:id="1" w:author="x"><w:r><w:t>plainly </w:t></w:r></w:ins>'
            '<w:del w:id="2" w:author="x"><w:r><w:delText>not </w:delText></w:r></w:del><w:r><w:t>wrong.</w:t></w:r></w:p><w:p><w:r><w:t>Ben: Yes.</w:t></w:r></w:p>')
    assert said(read(_docx(body), "a.docx")) == [("Ama", "I was plainly wrong."), ("Ben", "Yes.")]


def test_odt_reads_spaces_tabs_and_breaks_and_leaves_deletions_out(tmp_path):
    from odf.opendocument import OpenDocumentText
    from odf.text import LineBreak, P, S, TrackedChanges

    document = OpenDocumentText()
    changes = TrackedChanges()
    document.text.addElement(changes)
    paragraph = P(text="Ama: I was")
    paragraph.addElement(S(c=2))
    paragraph.addText("late.")
    paragraph.addElement(LineBreak())
    paragraph.addText("Ben: Yes.")
    document.text.addElement(paragraph)
    document.save(str(tmp_path / "a.odt"))
    assert said(read_transcript(tmp_path / "a.odt")) == [("Ama", "I was  late."), ("Ben", "Yes.")]


def _pdf(words):
    content = f"BT /F1 12 Tf 72 700 Td ({words}) Tj ET".encode()
    parts = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
             b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
             b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content), b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(out)


def test_pdf_text_is_read_and_a_scan_says_that_it_is_one(read):
    assert said(read(_pdf("I was wrong to shout."), "a.pdf")) == [(None, "I was wrong to shout.")]
    with pytest.raises(InputError, match="probably a scan"):
        read(_pdf(""), "b.pdf")
    with pytest.raises(InputError, match="cannot be opened as PDF"):
        read(b"%PDF-1.4 broken", "c.pdf")


def test_tables_give_documents_speakers_roles_and_times(tmp_path):
    (tmp_path / "a.csv").write_text('conversation,speaker,role,text,start\nx,Ama,responding,"I hid it, and I lied.",1.5\ny,Ben,harmed,Why?,\nx,Ama,responding,I did.,3\n')
    x, y = read_transcripts(tmp_path / "a.csv")
    assert said(x) == [("Ama", "I hid it, and I lied."), ("Ama", "I did.")]
    assert (x.name, x.turns[0].role, x.turns[0].start, y.turns[0].role) == ("a.csv#x", "responding", 1.5, "harmed")


def test_a_table_of_texts_alone_is_a_statement_a_row(tmp_path):
    (tmp_path / "a.tsv").write_text("id\ttext\n7\tI was wrong.\n8\tSo was I.\n")
    assert [(t.name, t.turns[0].text) for t in read_transcripts(tmp_path / "a.tsv")] == [("a.tsv#7", "I was wrong."), ("a.tsv#8", "So was I.")]


def test_xlsx_and_json_lines(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for row in (("speaker", "utterance"), ("Ama", "I hid it."), ("Ben", "Why?")):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "a.jsonl").write_text('{"speaker": "Ama", "text": "I hid it."}\n\n{"speaker": "Ben", "text": "Why?"}\n')
    for name in ("a.xlsx", "a.jsonl"):
        assert said(read_transcript(tmp_path / name)) == [("Ama", "I hid it."), ("Ben", "Why?")]


def test_a_table_without_a_column_of_text_names_its_columns_and_the_remedy(tmp_path):
    (tmp_path / "a.csv").write_text("who,remark\nAma,I hid it.\n")
    with pytest.raises(InputError, match=r"--column text=.*who, remark"):
        read_transcript(tmp_path / "a.csv")
    assert said(read_transcript(tmp_path / "a.csv", columns={"text": "remark"})) == [("Ama", "I hid it.")]


def test_a_convokit_corpus_is_read_conversation_by_conversation_and_written_again(tmp_path):
    from stagelens.transcripts.convokit import write_corpus

    corpus = tmp_path / "corpus"
    corpus.mkdir()
    rows = [("u1", "c1", "Ama", "I hid it."), ("u2", "c2", "Cid", "It rained."), ("u3", "c1", "Ben", "Why?")]
    (corpus / "utterances.jsonl").write_text("".join(json.dumps({"id": i, "conversation_id": c, "speaker": s, "text": t, "meta": {}}) + "\n" for i, c, s, t in rows))
    first, second = read_transcripts(corpus)
    assert said(first) == [("Ama", "I hid it."), ("Ben", "Why?")]
    assert said(second) == [("Cid", "It rained.")]
    write_corpus(tmp_path / "again", [(t, [[] for _ in t.turns]) for t in (first, second)])
    assert [said(t) for t in read_transcripts(tmp_path / "again")] == [said(first), said(second)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_encodings_are_read_with_and_without_their_mark(read, encoding):
    text = "Ama: I broke your caf\u00e9 cup, and I told you the cat did it.\nBen: You did.\nAma: Yes, I did, and I am sorry that I lied.\n"
    assert said(read(text.encode(encoding)))[0] == ("Ama", "I broke your caf\u00e9 cup, and I told you the cat did it.")


def test_another_encoding_is_guessed_and_the_guess_reported(read):
    text = "Am\u00e9lie: J\u2019ai cass\u00e9 la tasse \u00e0 caf\u00e9, et j\u2019ai dit que c\u2019\u00e9tait le chat.\n" * 5
    transcript = read(text.encode("cp1252"))
    assert "caf\u00e9" in transcript.turns[0].text
    assert "guessed" in transcript.notes[0]


REFUSED = {
    "a.mp3": (b"ID3", "transcribed first"), "a.doc": (b"\xd0\xcf\x11\xe0", "old Word format"), "a.txt": (b"", "empty"), "b.txt": (b"PK\x03\x04x", "packed document"),
    "a.docx": (b"no zip", "damaged or not what its name says"), "a.json": (b"{}", "of a kind we don't know"), "b.json": (b"{", "not valid JSON"),
    "a.xml": (b"<a>b</a>", "of a kind we don't know"), "a.eaf": (b"<ANNOTATION_DOCUMENT>", "not well-formed"), "a.vtt": (b"WEBVTT\n", "holds no words"),
    "b.eaf": (b'<!DOCTYPE a [<!ENTITY x "y">]><ANNOTATION_DOCUMENT>&x;</ANNOTATION_DOCUMENT>', "entities of its own"), "a.csv": (b"text\n", "no rows"),
}


@pytest.mark.parametrize(("name", "content", "says"), [(n, *v) for n, v in REFUSED.items()])
def test_what_cannot_be_read_is_refused_in_one_sentence_that_helps(tmp_path, name, content, says):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as refused:
        list(read_transcripts(tmp_path / name))
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=200), st.sampled_from(["a.txt", "a.vtt", "a.srt", "a.cha", "a.eaf", "a.xml", "a.html", "a.json",
                                                                                                   "a.csv", "a.jsonl"]))
def test_any_text_under_any_name_is_read_or_refused_and_every_place_lies_in_the_file(tmp_path_factory, text, name):
    path = tmp_path_factory.mktemp("any") / name
    path.write_bytes(text.encode())
    try:
        found = list(read_transcripts(path))
    except InputError:
        return
    for transcript in found:
        for turn in transcript.turns:
            assert turn.text.strip()
            assert all(0 <= piece.at <= piece.until <= len(transcript.text) for piece in turn.pieces)
            assert turn.place(0, len(turn.text))[0] <= turn.place(0, len(turn.text))[1]


def test_roles_are_given_by_name_in_any_case_and_others_are_bystanders(read):
    transcript = read(PLAIN["colon"])
    assert [t.role for t in Roles(responding=["ama"]).apply(transcript).turns] == ["responding", "other", "responding"]
    assert [t.role for t in Roles(harmed=["Ben"]).apply(transcript).turns] == ["responding", "harmed", "responding"]
    assert Roles(responding=["Zoe"]).strangers(transcript) == ("Zoe",)
    with pytest.raises(InputError, match="one role"):
        Roles(responding=["Ama"], harmed=["ama"])

"""Subtitles of every format become clean cues, and what is no subtitle is told so."""

import re

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from matinee.encoding.rules import subtitles
from matinee.encoding.rules.subtitles import Cue, Unreadable, read

SRT = """1
00:00:01,500 --> 00:00:03,000
Hello, <i>you</i> <font color="red">there</font>
& <b>others</b>

2
00:00:04,000 --> 00:00:05,250 X1:10 X2:20
{\\an8}Up here

3

00:00:06,00 --> 00:00:07
42
"""
VTT = """WEBVTT - a film

STYLE
::cue { color: red }

NOTE nobody sees this --> or this

first
00:01.500 --> 00:03.000 line:10% position:20%,line-left region:x nonsense
<v Ann>Hello, <i.loud>you</i></v> &amp; <00:02.000>others

01:00:04.000 --> 01:00:05.000 align:end
Second
"""
ASS = """[Script Info]
ScriptType: v4.00+
PlayResY: 720

[V4+ Styles]
Format: Name, Fontname, Italic, Bold, Underline, Alignment
Style: Default,Arial,0,0,0,2
Style: Thought,Arial,-1,0,0,8

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,not shown
Dialogue: 0,0:00:01.50,0:00:03.00,Default,,0,0,0,,{\\bord3\\be1}Hello, {\\i1}you{\\i0}\\N{\\b700}me
Dialogue: 0,0:00:04.00,0:00:05.25,Thought,,0,0,0,,Hm{\\r}m{\\i0}m, no
Dialogue: 0,0:00:06.00,0:00:07.00,Default,,0,0,0,,{\\pos(640,60)\\p1}m 0 0 l 9 9{\\p0}Sign
Dialogue: 1,0:00:06.00,0:00:07.00,Default,,0,0,0,,{\\an1\\1c&HFFFFFF&}Left
"""
TTML = """<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling"
    xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:frameRate="25" ttp:tickRate="10000000">
  <head>
    <styling><style xml:id="loud" tts:fontWeight="bold"/></styling>
    <layout>
      <region xml:id="foot" tts:origin="10% 80%" tts:extent="80% 10%" tts:displayAlign="after"/>
      <region xml:id="head"><style tts:origin="10% 10%" tts:extent="80% 10%"/></region>
    </layout>
  </head>
  <body begin="1s"><div region="foot">
    <p begin="0.5s" end="00:00:02.000">Hello, <span tts:fontStyle="italic">you</span>
       <br/>&amp; others</p>
    <p begin="00:00:03:00" dur="31f" region="head" style="loud">Up   here</p>
    <p begin="50000000t" end="60000000t">Ticks</p>
  </div></body>
</tt>
"""


def test_srt() -> None:
    assert read(SRT.encode()) == [
        Cue(1500, 3000, "Hello, <i>you</i> there\n&amp; <b>others</b>"),
        Cue(4000, 5250, "Up here", "line:0"),
        Cue(6000, 7000, "42"),
    ]


def test_webvtt() -> None:
    assert read(VTT.encode()) == [
        Cue(1500, 3000, "Hello, <i>you</i> &amp; others", "line:10% position:20%,line-left"),
        Cue(3604000, 3605000, "Second", "align:end"),
    ]


def test_ass() -> None:
    assert read(ASS.encode()) == [
        Cue(1500, 3000, "Hello, <i>you</i>\n<b>me</b>"),
        Cue(4000, 5250, "<i>Hmm</i>m, no", "line:0"),
        Cue(6000, 7000, "Sign", "line:0"),
        Cue(6000, 7000, "Left", "align:left"),
    ]


def test_ttml() -> None:
    assert read(TTML.encode()) == [
        Cue(1500, 3000, "Hello, <i>you</i>\n&amp; others"),
        Cue(4000, 5240, "<b>Up here</b>", "line:0"),
        Cue(6000, 7000, "Ticks"),
    ]


def test_a_span_with_times_of_its_own_is_a_cue_of_its_own() -> None:
    spans = '<p begin="1s" end="9s"><span end="2s">One</span><span begin="2s">Two</span></p>'
    document = f'<tt xmlns="http://www.w3.org/ns/ttml"><body><div>{spans}</div></body></tt>'
    found = subtitles.tidied(read(document.encode()), 60_000)
    assert found == [Cue(1000, 3000, "One"), Cue(3000, 9000, "Two")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(encoding: str, ends: str) -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nÇa été à Genève, «là»\n".replace("\n", ends)
    assert read(text.encode(encoding)) == [Cue(1000, 2000, "Ça été à Genève, «là»")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_ttml_in_the_encoding_that_it_declares(encoding: str) -> None:
    text = TTML.replace("UTF-8", encoding).replace("others", "été")
    assert "été" in read(text.encode(encoding))[0].text


BOMB = """<?xml version="1.0"?><!DOCTYPE tt [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;">]>
<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="1s" end="2s">&b;</p></div></body></tt>
"""
OUTSIDE = BOMB.replace('<!ENTITY a "ha">', '<!ENTITY a SYSTEM "file:///etc/passwd">')
IMAGE = TTML.replace(
    "<body", '<body xmlns:smpte="http://www.smpte-ra.org/schemas/2052-1/2010/smpte-tt"'
).replace("<p begin", '<p smpte:backgroundImage="#a" begin', 1)
PROFILE = TTML.replace(
    "<tt ", '<tt ttp:profile="http://www.w3.org/ns/ttml/profile/imsc1/image" ', 1
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n\x00", "empty"),
        (b"PG\x00\x01" * 40, "Blu-ray"),
        (b"# VobSub index file, v7\n", "DVD"),
        (b"PK\x03\x04" + bytes(90), "ZIP"),
        (bytes(range(256)) * 4, "not a text file"),
        (b"A letter to a friend.\n", "no subtitle format"),
        (b"WEBVTT\n\nNOTE only\n", "No line of text"),
        (b"{0}{25}frames\n", "no subtitle format"),
        (b"<html><body>-->", "not TTML"),
        (b"<tt xmlns='http://www.w3.org/ns/ttml'><body>", "damaged XML"),
        (b"<?xml version='1.0' encoding='klingon'?><tt/>", "XML|encoding"),
        (BOMB.encode(), "document type"),
        (OUTSIDE.encode(), "document type"),
        (IMAGE.encode(), "image profile"),
        (PROFILE.encode(), "image profile"),
        (b"<a>" * 100, "not TTML"),
        (b"<tt xmlns='http://www.w3.org/ns/ttml'>" + b"<div>" * 100, "too deep"),
        (b"x" * (5 * 1024**2 + 1), "MiB"),
    ],
)
def test_what_is_no_subtitle(content: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words) as caught:
        read(content)
    assert str(caught.value).endswith(".")


def test_a_file_of_very_many_lines_is_refused() -> None:
    many = "".join(f"00:00:01,000 --> 00:00:02,000\n{n}\n\n" for n in range(50_001))
    with pytest.raises(Unreadable, match="50001"):
        read(many.encode())


def test_cues_end_with_the_film_and_come_in_order() -> None:
    cues = [
        Cue(5000, 99_000, "last"),
        Cue(11_000, 12_000, "beyond"),
        Cue(1000, 3000, "two"),
        Cue(1000, 3000, "two"),
        Cue(0, 2000, "one"),
        Cue(4000, 4000, "never"),
        Cue(4000, 5000, " "),
    ]
    tidied = subtitles.tidied(cues, 10_000)
    assert tidied == [Cue(0, 2000, "one"), Cue(1000, 3000, "two"), Cue(5000, 10_000, "last")]
    assert subtitles.webvtt(tidied[:1]) == "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\none\n"


TAG = re.compile(r"<(/?)([biu])>")


@limits(max_examples=150, deadline=None)
@given(st.text(alphabet="ab <>/i&;{}\\\n-u1Nr", max_size=60))
@pytest.mark.parametrize("kind", ["srt", "vtt", "ass"])
def test_any_words_become_clean_markup(kind: str, words: str) -> None:
    """Read again, what was written is one cue whose tags nest and whose words are escaped."""
    head = {
        "srt": "1\n00:00:01,000 --> 00:00:02,000\n",
        "vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\n",
    }
    line = words.replace("\n", "\\N")
    script = (
        ASS.partition("Comment:")[0] + f"Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{line}"
    )
    content = script if kind == "ass" else head[kind] + words
    cues = subtitles.tidied(read(content.encode()), 60_000)
    for cue in cues:
        opened: list[str] = []
        for tag in TAG.finditer(cue.text):
            assert not tag[1] or opened.pop() == tag[2]
            opened += [] if tag[1] else [tag[2]]
        assert opened == []
        bare = TAG.sub("", cue.text)
        assert "<" not in bare
        assert ">" not in bare
        assert not re.search(r"&(?!amp;|lt;|gt;)", bare)
        assert "\n\n" not in cue.text
    if cues:
        again = subtitles.tidied(read(subtitles.webvtt(cues).encode()), 60_000)
        assert again == cues


@limits(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([SRT, VTT, ASS, TTML]), st.integers(0, 10**6))
def test_any_damage_is_read_or_told(junk: bytes, good: str, where: int) -> None:
    content = bytearray(good.encode())
    at = where % len(content)
    content[at : at + len(junk) // 2] = junk
    sentence = "."
    try:
        subtitles.webvtt(subtitles.tidied(read(bytes(content)), 10_000)).encode()
    except Unreadable as verdict:
        sentence = str(verdict)
    assert sentence.endswith(".")

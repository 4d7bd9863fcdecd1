"""What a file is by its first bytes, where it is certainly not a film."""

from matinee.encoding.rules.unfit import Unfit

READ_BYTES = 4096

_ADVICE = "Upload the film itself, for example as MP4, MOV, MKV, WebM, TS or AVI."

# (what the file begins with, what that is called)
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"#EXTM3U", "an HLS playlist that only points at other files"),
    (b"ffconcat", "a list of files for ffmpeg"),
    (b"v=0\n", "a session description (SDP)"),
    (b"v=0\r\n", "a session description (SDP)"),
    (b"[playlist]", "a playlist"),
    (b"<?xml", "an XML document"),
    (b"<MPD", "a DASH manifest that only points at other files"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
    (b"<smil", "a SMIL playlist that only points at other files"),
    (b"<asx", "a playlist (ASX)"),
    (b"<SmoothStreamingMedia", "a Smooth Streaming manifest that only points at other files"),
    (b"<tt", "a subtitle file (TTML)"),
    (b"[Reference]", "a playlist"),
    (b"WEBVTT", "a subtitle file (WebVTT)"),
    (b"[Script Info]", "a subtitle file (ASS)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"BM", "a picture (BMP)"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a compressed archive (gzip)"),
    (b"Rar!", "an archive (RAR)"),
    (b"7z\xbc\xaf", "an archive (7-Zip)"),
    (b"ID3", "a sound file (MP3)"),
    (b"fLaC", "a sound file (FLAC)"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_RIFF = {b"WAVE": "a sound file (WAV)", b"WEBP": "a picture (WebP)"}
_PICTURES = {b"avif", b"avis", b"heic", b"heix", b"mif1"}


def refuse_others(head: bytes, size_bytes: int) -> None:
    """Unfit if a file with these first `READ_BYTES` bytes cannot be a film."""
    if size_bytes == 0:
        msg = f"The file is empty. {_ADVICE}"
        raise Unfit(msg)
    text = _plain(head).lstrip()
    for start, name in _OTHERS:
        if text.startswith(start):
            _refuse(name)
    if head[:4] == b"RIFF" and head[8:12] in _RIFF:
        _refuse(_RIFF[head[8:12]])
    if head[4:8] == b"ftyp" and head[8:12] in _PICTURES:
        _refuse("a picture (HEIC or AVIF)")
    if _is_text(_plain(head)):
        _refuse("a text file")


def _plain(head: bytes) -> bytes:
    """The beginning of a text without its byte order mark and in UTF-8; others as they are."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, errors="replace").encode()
    return head.removeprefix(b"\xef\xbb\xbf")


def _refuse(name: str) -> None:
    msg = f"This is {name}, not a film. {_ADVICE}"
    raise Unfit(msg)


def _is_text(head: bytes) -> bool:
    try:
        # A character may be cut in two where the reading ended.
        text = head.decode("utf-8", errors="strict" if len(head) < READ_BYTES else "ignore")
    except UnicodeDecodeError:
        return False
    whole = len(text.encode()) >= len(head) - 3
    return whole and all(c.isprintable() or c in "\r\n\t\f\ufeff" for c in text)

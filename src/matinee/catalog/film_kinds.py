"""Tells at the first bytes what cannot be a film; whether it is one, only the encoder's probe says.

Only kinds that are certainly something else are named, since turning away a
film would be worse than finding out later.
"""

# Enough of a start to tell; with less, nothing is said.
SNIFFED_BYTES = 1024
_SNIFFED_BYTES_MIN = 64

# The registered or documented first bytes of kinds of file that people mix up with films.
_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3\x00", "a database"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an office document"),
    (b"fLaC", "sound without a picture (FLAC)"),
    (b"OTTO", "a font"),
    (b"{\\rtf", "a text document"),
)
_RIFF = {b"WEBP": "a WebP picture", b"WAVE": "sound without a picture (WAV)"}
# Text that a film may start with: YUV4MPEG2.
_TEXT_FILMS = (b"YUV4MPEG2 ",)


def not_a_film(start: bytes) -> str | None:
    """What a file with this start is, in words, if it cannot be a film; else None."""
    if len(start) < _SNIFFED_BYTES_MIN:
        return None
    for mark, kind in _STARTS:
        if start.startswith(mark):
            return kind
    if start.startswith(b"RIFF"):
        return _RIFF.get(start[8:12])
    if _is_text(start) and not start.startswith(_TEXT_FILMS):
        return "text"
    return None


def _is_text(start: bytes) -> bool:
    controls = set(range(0x20)) - {0x09, 0x0A, 0x0C, 0x0D}
    if controls & set(start):
        return False
    # The last character may be cut.
    for cut in range(4):
        try:
            start[: len(start) - cut].decode()
        except UnicodeDecodeError:
            continue
        return True
    return False

"""What stands on the pages of a PDF that `bot/web/pdf.py` made: enough of the format for that, no more."""

import re
import zlib

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_FONT = re.compile(rb"/(F\d+) (\d+) 0 R")
_SHOWN = re.compile(rb"/(F\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj", re.DOTALL)
_LETTER = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")


def pages_of(pdf: bytes) -> list[str]:
    """Each page's text, a line for each piece that was set."""
    fonts = {name: _letters_of(pdf, number) for name, number in dict(_FONT.findall(pdf)).items()}
    streams = [_plain(found) for found in _STREAM.findall(pdf)]
    return ["\n".join(_lines(text, fonts)) for text in streams if b" Tj" in text and b"begincmap" not in text]


def _plain(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def _letters_of(pdf: bytes, font: bytes) -> dict[int, str]:
    about = _object(pdf, font)
    unicode = re.search(rb"/ToUnicode (\d+) 0 R", about)
    assert unicode is not None
    stream = _STREAM.search(_object(pdf, unicode.group(1)))
    assert stream is not None
    pairs = _LETTER.findall(_plain(stream.group(1)))
    return {int(code, 16): bytes.fromhex(letter.decode()).decode("utf-16-be") for code, letter in pairs}


def _object(pdf: bytes, number: bytes) -> bytes:
    start = pdf.index(b"\n" + number + b" 0 obj")
    return pdf[start : pdf.index(b"endobj", start)]


def _lines(text: bytes, fonts: dict[bytes, dict[int, str]]) -> list[str]:
    lines, letters = [], dict[int, str]()
    for font, shown in _SHOWN.findall(text):
        if font:
            letters = fonts[font]
            continue
        raw = re.sub(
            rb"\\(.)", lambda found: {b"r": b"\r", b"n": b"\n"}.get(found[1], found[1]), shown, flags=re.S
        )
        codes = [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]
        lines.append("".join(letters.get(code, "?") for code in codes))
    return lines

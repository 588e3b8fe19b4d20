"""Decode GB18030 and Big5 with damaged bytes.

Where a byte of such text is lost, the bytes after it pair up wrongly, and the letters up to the next line end change.
So the damaged stretch is decoded anew: of all ways to pass over some bytes, the one counts that gives the commonest
letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from indexer.text.newsprint import LOST, MARKS

_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如"
    "水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或"
    "但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较"
    "将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处八六七百千万市县镇村记讯昨报"
    "這個為國時來們於對會發動過說產種後學經進電現實體機當點從業應開還義間樣與關線內數質氣變條結問無軍極題黨員總設長頭資邊級圖統將組見計別論運農幾區強決戰則據處萬縣鎮記訊報東車門"
)
_MARKS = frozenset(MARKS)
_SPLIT = re.compile(rb"([\x00-\x2f\x3a-\x3f]+)")
"""Bytes that are ASCII wherever they stand: they are no part of a letter of two or four bytes."""

_LONGEST_STRETCH = 40_000
"""The longest stretch, in bytes, to decode anew; longer ones are no lines of text."""

_PASSED_OVER, _ASCII_WORTH = -3.0, 0.2


@cache
def _usual() -> frozenset[str]:
    """Return the letters of the first levels of GB 2312 and Big5, about 7,000."""
    simplified = (bytes((lead, trail)) for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF))
    trails = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    traditional = (bytes((lead, trail)) for lead in range(0xA4, 0xC7) for trail in trails)
    return frozenset(
        "".join(one.decode("gb2312", "ignore") for one in simplified)
        + "".join(one.decode("big5", "ignore") for one in traditional)
    )


def worth(char: str) -> float:
    """Return how usual a character is in Chinese print: 1 if common, below 0 if rare; 0 for ASCII.

    >>> worth("的"), worth("，"), worth("渡") > 0, worth("瞷") < 0, worth("a")
    (1.0, 1.0, True, True, 0.0)
    """
    if char <= "\x7f":
        return 0.0
    if char in _COMMON or char in _MARKS:
        return 1.0
    if char == "\u3000":
        return 0.5
    return 0.4 if char in _usual() else -0.4


def decode(data: bytes, codec: str) -> tuple[str, list[int]]:
    """Return the text, and the byte offset of each run of bytes that was passed over.

    Each such run is one U+FFFD.

    >>> decode("羊毛市场开秤".encode("gbk")[:5] + b" 1", "gb18030")
    ('羊毛\ufffd 1', [4])
    """
    try:
        return data.decode(codec), []
    except UnicodeDecodeError:
        pass
    texts: list[str] = []
    damage: list[int] = []
    place = 0
    for piece in _SPLIT.split(data):
        try:
            texts.append(piece.decode(codec))
        except UnicodeDecodeError:
            text, offsets = _anew(piece, codec)
            texts.append(text)
            damage += (place + offset for offset in offsets)
        place += len(piece)
    return "".join(texts), damage


def _anew(piece: bytes, codec: str) -> tuple[str, list[int]]:
    """Decode a damaged stretch, passing over the bytes that leave the commonest letters."""
    if len(piece) > _LONGEST_STRETCH:
        text = piece.decode(codec, "replace")
        return text, [0] * text.count(LOST)
    # best[i] is the worth of the best reading of piece[i:], and step[i] the length and text of its first letter.
    size = len(piece)
    best = [0.0] * (size + 1)
    step: list[tuple[int, str]] = [(0, "")] * size
    for at in range(size - 1, -1, -1):
        best[at], step[at] = best[at + 1] + _PASSED_OVER, (1, "")
        for length, char in _letters_at(piece, at, codec):
            value = best[at + length] + (worth(char) if char > "\x7f" else _ASCII_WORTH)
            if value > best[at]:
                best[at], step[at] = value, (length, char)
    return _read_along(step)


def _letters_at(piece: bytes, at: int, codec: str) -> Iterator[tuple[int, str]]:
    """Yield the letters that can begin at a place, with their lengths in bytes."""
    if piece[at] < 0x80:
        yield 1, chr(piece[at])
        return
    for length in (2, 4) if codec == "gb18030" else (2,):
        try:
            char = piece[at : at + length].decode(codec)
        except UnicodeDecodeError:
            continue
        if at + length <= len(piece) and len(char) == 1:
            yield length, char


def _read_along(step: list[tuple[int, str]]) -> tuple[str, list[int]]:
    texts: list[str] = []
    damage: list[int] = []
    at = 0
    while at < len(step):
        length, char = step[at]
        if not char and not (texts and texts[-1] == LOST):
            damage.append(at)
            texts.append(LOST)
        elif char:
            texts.append(char)
        at += length
    return "".join(texts), damage

"""Tests of decoding: no byte is lost, and what is no complete text is refused."""

from __future__ import annotations

import os
import time
from itertools import takewhile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import PageError
from indexer.readers import read
from indexer.readers.decoding import SIZE_LIMIT, Decoded, decode
from tests.support.readings import SOURCE


@pytest.mark.parametrize(
    ("data", "text", "codec"),
    [
        ("报\r\n报".encode(), "报\r\n报", "utf-8"),
        ("\ufeff报".encode(), "报", "utf-8-sig"),
        ("报".encode("utf-16"), "报", "utf-16"),
        ("\ufeff报".encode("utf-16-be"), "报", "utf-16"),
        ("驻马店，㐂𠮷".encode("gb18030"), "驻马店，㐂𠮷", "gb18030"),
        ("报\n纸".encode("utf-16-le"), "报\n纸", "utf-16-le"),
        ("报\n纸".encode("utf-16-be"), "报\n纸", "utf-16-be"),
        ("报".encode("utf-32"), "报", "utf-32"),
        ("\ufeff报".encode("utf-32-be"), "报", "utf-32"),
        ("报\n纸".encode("utf-32-le"), "报\n纸", "utf-32-le"),
        ("𠮷野家".encode("utf-32-be"), "𠮷野家", "utf-32-be"),
        ("工会送温暖".encode("utf-16-le"), "工会送温暖", "utf-16-le"),
        ("市总工会，看望职工。".encode("utf-16-be"), "市总工会，看望职工。", "utf-16-be"),
        (
            "啲嘢喺邊度嚟㗎，佢哋嘅鋪頭喺深水埗。".encode("big5hkscs"),
            "啲嘢喺邊度嚟㗎，佢哋嘅鋪頭喺深水埗。",
            "big5hkscs",
        ),
        ("本报讯 羊毛市场昨日开秤".encode("hz"), "本报讯 羊毛市场昨日开秤", "hz"),
        ("本報訊 渡輪碼頭昨日啟用，旅客稱便。".encode("big5"), "本報訊 渡輪碼頭昨日啟用，旅客稱便。", "big5hkscs"),
        (b"plain", "plain", "utf-8"),
    ],
)
def test_text_is_decoded_and_the_codec_told(data: bytes, text: str, codec: str) -> None:
    assert decode(data, SOURCE) == Decoded(text, codec)


@given(st.text(min_size=1).filter(lambda text: text.strip() and not text.startswith("\ufeff") and text.isprintable()))
def test_no_byte_is_lost(text: str) -> None:
    for codec in ("utf-8", "gb18030"):
        data = text.encode(codec)
        try:
            decoded = decode(data, SOURCE)
        except PageError:
            continue
        assert decoded.text.encode(decoded.codec.removesuffix("-sig")) == data
    assert decode(text.encode("utf-16"), SOURCE).text == text


@pytest.mark.parametrize(
    ("data", "declared", "evidence"),
    [
        ("工会送温暖".encode(), "gb2312", ("utf-8", "bytes", "gb2312")),
        ("工会送温暖".encode("gbk"), "gb2312", ("gb18030", "declared", "gb2312")),
        ("工会送温暖".encode("gbk"), "utf-8", ("gb18030", "likelihood", "utf-8")),
        ("工會送溫暖，職工喜洋洋。".encode("big5"), "big5-hkscs", ("big5hkscs", "declared", "big5-hkscs")),
        ("工会送温暖".encode("utf-32"), "", ("utf-32", "mark", "")),
        ("工会送温暖".encode("utf-16-le"), "", ("utf-16-le", "likelihood", "")),
    ],
)
def test_the_encoding_is_claimed_with_what_it_is_known_by(
    data: bytes, declared: str, evidence: tuple[str, str, str]
) -> None:
    [claim] = decode(data, SOURCE, declared).claims()
    assert (claim.about, claim.value, claim.source, claim.quote) == ("encoding", *evidence)


LONG = "驻马店市总工会开展送温暖活动，慰问困难职工。" * 20


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty; copy it again"),
        (b" \r\n\t\n", "empty"),
        (b"\0" * 4096, "empty"),
        ("\u3000\u3000\n\u3000".encode(), "nothing but white space"),
        (b"\xef\xbb\xbf", "nothing but white space"),
        (b"%PDF-1.4 \xe2\xe3", "not text but binary"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not text but binary"),
        (os.urandom(2000) + b"\0", "not text but binary"),
        ("报\0\0\0\0纸".encode(), "not text but binary"),
        (b"\x81\xfd\xf5\xff\xfe " * 40, "byte 0 is the first that is no letter"),
    ],
)
def test_what_is_no_whole_text_is_refused_with_a_remedy(tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "01.txt"
    path.write_bytes(data)
    with pytest.raises(PageError, match=f"^demo/01.txt: .*{says}"):
        read(path, "demo/01.txt")


CODECS = ("utf-8", "gb18030", "big5", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "hz")
TRADITIONAL = str.maketrans("报讯记总场开职书车学医会长边库", "報訊記總場開職書車學醫會長邊庫")
SENTENCES = {
    "gb18030": "本报讯 羊毛市场昨日开秤，记者看到，一公斤细羊毛卖三十二元。\n毛色好，外地客商说下个月还要再来。\n",
    "big5": "本報訊 羊毛市場昨日開秤，記者看到，一公斤細羊毛賣三十二元。\n毛色好，外地客商說下個月還要再來。\n",
}


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("declared", ["", "utf-8", "gb2312", "big5", "x-unknown"])
def test_the_bytes_decide_whatever_is_declared(codec: str, declared: str) -> None:
    text = SENTENCES["big5" if codec == "big5" else "gb18030"]
    decoded = decode(text.encode(codec), SOURCE, declared)
    assert (decoded.text, decoded.damage) == (text, ())


WORDS = st.sampled_from(
    ["本报讯", "记者", "昨日", "市总工会", "羊毛市场", "开秤", "一公斤", "职工", "看望", "三十二元", "外地客商", "水库"]
)
PROSE = st.lists(WORDS, min_size=4, max_size=30).flatmap(
    lambda words: st.lists(st.sampled_from(["", "，", "。", "、", "\n", " 24 "]), min_size=30, max_size=30).map(
        lambda stops: "".join(word + stop for word, stop in zip(words, stops, strict=False)) + "。"
    )
)


@given(PROSE, st.sampled_from(CODECS), st.sampled_from(["", "utf-8", "gb2312", "big5", "utf-16"]))
def test_any_prose_comes_back_from_any_encoding(text: str, codec: str, declared: str) -> None:
    text = text.translate(TRADITIONAL) if codec == "big5" else text
    decoded = decode(text.encode(codec), SOURCE, declared)
    assert (decoded.text, decoded.damage) == (text, ())


@given(
    st.sampled_from([("utf-8", b"\xff"), ("utf-8", b""), ("gb18030", b"\xff"), ("gb18030", b""), ("big5", b"\xff")]),
    st.sets(st.integers(0, 5), min_size=1),
    st.data(),
)
def test_bad_bytes_cost_their_own_letters_only(kind: tuple[str, bytes], lines: set[int], data: st.DataObject) -> None:
    """Damage one letter in each of some lines. The reader loses at most it and a neighbour, and names the place."""
    codec, bad = kind
    whole = SENTENCES["big5" if codec == "big5" else "gb18030"].splitlines() * 6
    damaged, first = [], None
    for number, line in enumerate(whole):
        encoded = line.encode(codec)
        if number in lines:
            place = data.draw(st.sampled_from([i for i, byte in enumerate(encoded[:-3]) if byte > 0xC0]))
            first = sum(map(len, damaged)) + number + place if first is None else first
            encoded = encoded[:place] + bad + encoded[place + 1 :]
        damaged.append(encoded)
    decoded = decode(b"\n".join(damaged), SOURCE)
    assert decoded.damage
    assert first is not None
    assert abs(decoded.damage[0] - first) <= 6
    for number, (was, now) in enumerate(zip(whole, decoded.text.splitlines(), strict=True)):
        missing = len(was) - sum(map(len, _common_ends(was, now)))
        assert missing <= (4 if number in lines else 0), (was, now)


def _common_ends(was: str, now: str) -> tuple[str, str]:
    """Return the longest common beginning and, of what follows, the longest common end."""
    head = _common_beginning(was, now)
    return head, _common_beginning(was[len(head) :][::-1], now[len(head) :][::-1])


def _common_beginning(one: str, other: str) -> str:
    return "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


@pytest.mark.parametrize(
    ("data", "offset"),
    [
        ("羊毛市场开秤，".encode() * 9 + b"\xe7\x89\n" + "市场".encode(), 189),
        (b"\xef\xbb\xbf" + "羊毛".encode() * 9 + b"\xff\xfe" + "市场".encode(), 57),
        ("羊毛".encode() * 9 + b"\0" + "市场".encode(), 54),
        ("羊毛市场昨日开秤".encode("utf-16") + b"\n", 18),
        (LONG.encode()[:-1], len(LONG.encode()) - 3),
        (LONG.encode("gb18030")[:-1], len(LONG.encode("gb18030")) - 2),
        ("第一行\n".encode("gb18030") * 30 + b"\xff\xff\n", 210),
    ],
)
def test_a_bad_byte_is_named_with_its_offset(data: bytes, offset: int) -> None:
    decoded = decode(data, SOURCE)
    assert decoded.damage[0] == offset
    [claim] = [claim for claim in decoded.claims() if claim.about != "encoding"]
    assert f"byte {offset} " in claim.value


def test_a_huge_file_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "01.txt"
    with path.open("wb") as file:
        file.truncate(50 * 2**20)
    started = time.perf_counter()
    with pytest.raises(PageError, match=r"50 MB is more than a page can be \(at most 20 MB\); split it"):
        read(path, "demo/01.txt")
    assert time.perf_counter() - started < 0.1
    assert SIZE_LIMIT == 20 * 2**20

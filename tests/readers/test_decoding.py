"""Tests of decoding: no byte is lost, and what is no complete text is refused."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import PageError
from indexer.readers import read
from indexer.readers.decoding import SIZE_LIMIT, decode
from tests.support.readings import SOURCE


@pytest.mark.parametrize(
    ("data", "text", "codec"),
    [
        ("报\r\n报".encode(), "报\r\n报", "utf-8"),
        ("\ufeff报".encode(), "报", "utf-8-sig"),
        ("报".encode("utf-16"), "报", "utf-16"),
        ("\ufeff报".encode("utf-16-be"), "报", "utf-16"),
        ("驻马店，㐂𠮷".encode("gb18030"), "驻马店，㐂𠮷", "gb18030"),
        (b"plain", "plain", "utf-8"),
    ],
)
def test_text_is_decoded_and_the_codec_told(data: bytes, text: str, codec: str) -> None:
    assert decode(data, SOURCE) == (text, codec)


@given(st.text(min_size=1).filter(lambda text: text.strip() and not text.startswith("\ufeff") and text.isprintable()))
def test_no_byte_is_lost(text: str) -> None:
    for codec in ("utf-8", "gb18030"):
        data = text.encode(codec)
        try:
            got, used = decode(data, SOURCE)
        except PageError:
            continue
        assert got.encode(used.removesuffix("-sig")) == data
    assert decode(text.encode("utf-16"), SOURCE)[0] == text


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
        ("报\n纸".encode("utf-16-le"), "not text but binary"),
        (LONG.encode()[:-1], "ends inside a character, so it is cut off"),
        (LONG.encode("gb18030")[:-1], "ends inside a character, so it is cut off"),
        (LONG.encode("utf-16")[:-1], "cut off"),
        (LONG.encode()[:200] + b"\xff\xff" + LONG.encode()[201:], "UTF-8 text is damaged in line 1"),
        ("第一行\n".encode("gb18030") * 30 + b"\xff\xff\n", "line 31 is neither UTF-8 nor GB18030"),
    ],
)
def test_what_is_no_whole_text_is_refused_with_a_remedy(tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "01.txt"
    path.write_bytes(data)
    with pytest.raises(PageError, match=f"^demo/01.txt: .*{says}"):
        read(path, "demo/01.txt")


def test_a_huge_file_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "01.txt"
    with path.open("wb") as file:
        file.truncate(50 * 2**20)
    started = time.perf_counter()
    with pytest.raises(PageError, match=r"50 MB is more than a page can be \(at most 20 MB\); split it"):
        read(path, "demo/01.txt")
    assert time.perf_counter() - started < 0.1
    assert SIZE_LIMIT == 20 * 2**20

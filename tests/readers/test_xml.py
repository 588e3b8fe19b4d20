"""XML of any kind: told apart by its root, in any encoding, never hostile."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from indexer import readers
from indexer.errors import PageError
from indexer.readers.xml.hocr import is_hocr
from indexer.readers.xml.reader import read_xml

PAGE = "<Layout><Page><TextBlock ID='b'><TextLine><String CONTENT='{}'/></TextLine></TextBlock></Page></Layout>"


def text_of(data: str | bytes) -> str:
    [page] = read_xml(data if isinstance(data, bytes) else data.encode(), "demo/1.xml")
    return page.text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("<rss><channel/></rss>", r"its root element is <rss>; baosou reads ALTO, PAGE, METS and hOCR\. Export it"),
        ("<mods:mods xmlns:mods='x'/>", "root element is <mods>"),
        (f"<alto>{PAGE.format('word')}", r"no well-formed XML \(line 1: no element found\); it may be cut off"),
        ("<alto><Layout></alto>", "line 1: mismatched tag"),
        ("no XML at all", "no well-formed XML"),
        ("<alto>" + "<a>" * 300, "nest deeper than 200 levels"),
        ("<!DOCTYPE alto [<!ENTITY x 'y'>]><alto/>", r"declares an entity of its own \(x\), which is not expanded"),
        ("<!DOCTYPE alto [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><alto>&x;</alto>", "declares an entity"),
        ("<!DOCTYPE alto [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]><alto/>", "declares an entity"),
    ],
)
def test_what_is_no_page_is_named(data: str, says: str) -> None:
    with pytest.raises(PageError, match=says):
        read_xml(data.encode(), "demo/1.xml")


def test_entities_that_multiply_are_refused_at_once() -> None:
    entities = "".join(f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(20))
    with pytest.raises(PageError, match="declares an entity"):
        read_xml(f"<!DOCTYPE alto [<!ENTITY a0 'x'>{entities}]><alto>&a20;</alto>".encode(), "demo/1.xml")


@pytest.mark.parametrize(
    ("doctype", "content", "text"),
    [
        ("", "Fisch &amp; Brot", "Fisch & Brot"),
        ("", "Fisch & Brot", "Fisch & Brot"),
        ("", "caf&eacute;&nbsp;x", "café\xa0x"),
        ("", "a&#x1F;b&#0;c", "a\ufffdb\ufffdc"),
        ("", "a\x0cb", "a\ufffdb"),
        ("", "a &lt; b &unknown; c", "a < b &unknown; c"),
        ("<!DOCTYPE alto SYSTEM 'http://example.org/alto.dtd'>", "word", "word"),
    ],
)
def test_what_xml_does_not_have_is_read_all_the_same(doctype: str, content: str, text: str) -> None:
    found = text_of(f"{doctype}<alto>{PAGE.format(content)}</alto>")
    assert " ".join(found.split()) == " ".join(text.split())


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("UTF-8", "utf-8"),
        ("", "utf-8"),
        ("ISO-8859-1", "utf-8"),
        ("GBK", "gbk"),
        ("gb2312", "gb18030"),
        ("UTF-8", "gb18030"),
        ("big5", "utf-8"),
        ("UTF-16", "utf-8"),
        ("x-unknown", "utf-8"),
        ("UTF-8", "utf-16"),
        ("UTF-16", "utf-16-be"),
        ("", "utf-32"),
    ],
)
def test_a_wrong_declaration_does_not_matter(declared: str, codec: str) -> None:
    words = "市总工会昨日召开安全生产工作会议"
    head = f"<?xml version='1.0' encoding='{declared}'?>" if declared else "<?xml version='1.0'?>"
    assert text_of(f"{head}\n<alto>{PAGE.format(words)}</alto>".encode(codec)) == words


def test_single_bytes_are_read_as_declared() -> None:
    data = f"<?xml version='1.0' encoding='windows-1251'?><alto>{PAGE.format('правительство')}</alto>"
    assert text_of(data.encode("cp1251")) == "правительство"


@pytest.mark.parametrize("name", ["1.xml", "1.html", "1.htm", "1.hocr", "1.XML"])
def test_hocr_is_read_under_any_name(tmp_path: Path, name: str) -> None:
    text = "<html><body><div class='ocr_page'><span class='ocr_line'>a line</span></div></body></html>"
    (tmp_path / name).write_text(text, encoding="utf-8")
    [page] = readers.read(tmp_path / name, f"demo/{name}")
    assert page.text == "a line"


@pytest.mark.parametrize(
    "text",
    [
        "<div " + "class=" * 300_000 + " ocr_page",
        "<PcGts><Page><TextRegion custom='" + "a{" * 300_000 + "'/></Page></PcGts>",
        "<PcGts><Page><TextRegion custom='" + "a" * 300_000 + "'/></Page></PcGts>",
        "<div class='ocr_page'><span class='ocr_line' title='" + ';a "' * 300_000 + "'>x</span></div>",
        "<alto>" + PAGE.format("\xad" * 300_000 + "x\xad") + "</alto>",
    ],
)
def test_endless_attributes_take_no_time(text: str) -> None:
    data = text.encode()
    with suppress(PageError):
        readers.READERS[".html"](data, "demo/1.html") if is_hocr(data) else read_xml(data, "demo/1.xml")


@pytest.mark.parametrize("text", ["<ndnp:batch xmlns:ndnp='x'/>", "<mets/>", "<m:mets xmlns:m='x'/>"])
def test_what_describes_other_files_is_no_page(text: str) -> None:
    assert list(read_xml(text.encode(), "demo/1.xml")) == []

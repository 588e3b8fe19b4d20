"""Files made to do harm, or so damaged that they do: each is small on the disk, or as large as a page may be.

`FILES` is the table of them. Of each it says what is to be told, as a pattern: letters of the page, where nothing is
wrong with what can be read of it, else words of the sentence.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

MB = 2**20
A_FILE = "/etc/passwd"
UNTOUCHED = "http://127.0.0.1:9/never-asked-for"

ALTO = (
    '<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#"><Layout><Page WIDTH="{width}" HEIGHT="1400"><PrintSpace>'
    "{inside}</PrintSpace></Page></Layout></alto>"
)
LINE = '<TextBlock ID="b{n}"><TextLine HPOS="{x}" VPOS="10" WIDTH="50" HEIGHT="10">{strings}</TextLine></TextBlock>'
STRING = '<String CONTENT="{words}" HPOS="{x}" VPOS="10" WIDTH="50" HEIGHT="10"/>'


def alto(words: str = "工会会议", before: str = "", x: str = "10", width: str = "1000", strings: str = "") -> bytes:
    inside = LINE.format(n=1, x=x, strings=strings or STRING.format(words=words, x=x))
    return f'<?xml version="1.0"?>{before}{ALTO.format(width=width, inside=inside)}'.encode()


def laughs(levels: int = 9) -> str:
    """Entities that each are ten of the one before: 10^9 letters of a kilobyte."""
    entities = '<!ENTITY l0 "haha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, levels + 1))
    return f"<!DOCTYPE alto [{entities}]>"


def nested(name: str, levels: int = 100_000) -> str:
    return f"<{name}>" * levels + f"</{name}>" * levels


def hocr(inside: str = "", title: str = "bbox 0 0 1000 1400") -> bytes:
    return (
        '<html><head><meta name="ocr-system" content="x"/></head><body>'
        f'<div class="ocr_page" title="{title}">{inside or ocr_line("工会会议")}</div></body></html>'
    ).encode()


def ocr_line(words: str, box: str = "10 10 60 20") -> str:
    return f'<span class="ocr_line" title="bbox {box}"><span class="ocrx_word" title="bbox {box}">{words}</span></span>'


def mets(address: str) -> bytes:
    return (
        '<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink"><fileSec><fileGrp>'
        f'<file ID="f"><FLocat xlink:href="{address}"/></file></fileGrp></fileSec></mets>'
    ).encode()


# --- PDF, written by hand (ISO 32000-1, section 7)


def pdf(objects: Mapping[int, bytes], root: int = 1) -> bytes:
    """A PDF of numbered objects, with its table of references."""
    data = bytearray(b"%PDF-1.5\n")
    places = {}
    for number, text in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    start = len(data)
    data += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        data += b"%d 1\n%010d 00000 n \n" % (number, place)
    return bytes(data + b"trailer<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF" % (max(objects) + 1, root, start))


FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def pdf_page(
    content: bytes = b"BT /F 12 Tf 10 700 Td (Union meeting) Tj ET",
    box: bytes = b"0 0 600 800",
    more: Mapping[int, bytes] | None = None,
    kids: bytes = b"3 0 R",
    count: int = 1,
    resources: bytes = b"",
) -> bytes:
    packed = zlib.compress(content, 9)
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count),
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R%s>>"
        % (box, b"/Resources<</Font<</F 5 0 R>>%s>>" % resources),
        4: b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
        5: FONT,
    }
    return pdf({**objects, **(more or {})})


def form(content: bytes, names: bytes) -> bytes:
    resources = b"/BBox[0 0 600 800]/Resources<</XObject<<%s>>>>" % names
    return b"<</Type/XObject/Subtype/Form%s/Length %d>>stream\n%s\nendstream" % (resources, len(content), content)


def image(side: int) -> bytes:
    """A square image with this number of pixels a side, of which only the first ones are there."""
    data = deflated(MB)
    size = b"/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8" % (side, side)
    return b"<</Type/XObject/Subtype/Image%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (
        size,
        len(data),
        data,
    )


def deflated(size: int, times: int = 1) -> bytes:
    """A number of zero bytes, deflated again and again."""
    data = bytes(size)
    for _ in range(times):
        data = zlib.compress(data, 9)
    return data


def _twice_packed() -> bytes:
    inner = deflated(256 * MB, 2)
    stream = b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%s\nendstream" % (len(inner), inner)
    return pdf_page(more={4: stream})


def _forms(levels: int = 30) -> Iterable[tuple[int, bytes]]:
    """Forms that each show the next one ten times."""
    for level in range(levels):
        yield 10 + level, form(b"/X Do " * 10, b"/X %d 0 R" % (11 + level))
    yield 10 + levels, form(b"BT (x) Tj ET", b"")


def _with_form(number: int, more: Mapping[int, bytes], content: bytes = b"") -> bytes:
    """A PDF whose page shows one of these objects."""
    return pdf_page(content + b" q 600 0 0 800 0 0 cm /X Do Q", resources=b"/XObject<</X %d 0 R>>" % number, more=more)


# --- web archives


def warc(body: bytes, length: int | None = None, kind: bytes = b"text/html", encoding: bytes = b"") -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\n%s\r\n" % (kind, encoding) + body
    head = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2019-03-08T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        b"WARC-Target-URI: http://epaper.example.cn/html/2019-03/08/content_1.htm\r\n"
        b"Content-Type: application/http; msgtype=response\r\n"
        b"Content-Length: %d\r\n\r\n" % (len(http) if length is None else length)
    )
    return head + http + b"\r\n\r\n"


PAGE = (
    "<html><body><!--enpproperty <date>2019-03-08 09:00:00.0</date><title>工会会议</title>--><h1>工会会议</h1>"
    '<div id="ozoom"><p>本报讯 昨日，市总工会召开会议，会议要求扎实工作。</p></div></body></html>'
).encode()


def deep_in_itself() -> bytes:
    return b"<html><body>" + nested("b").encode() + PAGE


def zipped(files: Mapping[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return data.getvalue()


@dataclass(frozen=True)
class HostileFile:
    """A file: its suffix, what makes its bytes, and a pattern of what is told. `is_long` says that it takes seconds."""

    name: str
    suffix: str
    make: Callable[[], bytes]
    told: str
    is_long: bool = False


XINCLUDE = f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file://{A_FILE}" parse="text"/>'
XML_FILE = f'<!DOCTYPE x [<!ENTITY x SYSTEM "file://{A_FILE}">]>'
XML_LONG = f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>'
XML_DTD = f'<!DOCTYPE alto SYSTEM "{UNTOUCHED}">'
XML_PARAMETER = f'<!DOCTYPE alto [<!ENTITY % p SYSTEM "{UNTOUCHED}">%p;]>'
XML_STYLE = f'<?xml-stylesheet href="{UNTOUCHED}"?>'
ATTRIBUTES = " ".join(f'a{n}="1"' for n in range(200_000))
NAMESPACES = " ".join(f'xmlns:a{n}="b{n}"' for n in range(100_000))
UNION = b"BT /F 12 Tf 10 700 Td (Union meeting) Tj ET"
GZIPPED = b"Content-Encoding: gzip\r\n"
ENTITY, NO_TEXT, CRASH = "declares an entity", "no line of text|no text", "crashes on it|memory|too much|more than"

FILES: tuple[HostileFile, ...] = (
    HostileFile("entities of entities", ".xml", lambda: alto("&l9;", laughs()), ENTITY),
    HostileFile("one long entity many times", ".xml", lambda: alto("&a;" * 50_000, XML_LONG), ENTITY),
    HostileFile("an entity that is a file", ".xml", lambda: alto("&x;", XML_FILE), ENTITY),
    HostileFile("a DTD elsewhere", ".xml", lambda: alto(before=XML_DTD), "工会会议"),
    HostileFile("a parameter entity elsewhere", ".xml", lambda: alto(before=XML_PARAMETER), ENTITY),
    HostileFile("an included file", ".xml", lambda: alto(strings=XINCLUDE), NO_TEXT),
    HostileFile("a style sheet elsewhere", ".xml", lambda: alto(before=XML_STYLE), "工会会议"),
    HostileFile("elements deep in one another", ".xml", lambda: alto(strings=nested("ComposedBlock")), "deep"),
    HostileFile("a line of 19 MB", ".xml", lambda: alto("工会" * (19 * MB // 6)), "工会工会", is_long=True),
    HostileFile("a line of 100 MB", ".xml", lambda: alto("x" * (100 * MB)), "100 MB is more than a page can be"),
    HostileFile("many elements", ".xml", lambda: alto(strings='<String CONTENT="a"/>' * 850_000), "a a", is_long=True),
    HostileFile("many attributes", ".xml", lambda: alto(strings=f"<String {ATTRIBUTES}/>"), NO_TEXT, is_long=True),
    HostileFile("many namespaces", ".xml", lambda: alto(strings=f"<String {NAMESPACES}/>"), NO_TEXT, is_long=True),
    HostileFile("numbers without end", ".xml", lambda: alto(x="9" * MB, width="1e999"), "工会会议"),
    HostileFile("numbers that are none", ".xml", lambda: alto(x="nan", width="-inf"), "工会会议"),
    HostileFile("cut off", ".xml", lambda: alto()[:-40], "no well-formed XML"),
    HostileFile("another root", ".xml", lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', "root element is <svg>"),
    HostileFile("METS of a file elsewhere", ".xml", lambda: mets(f"file://{A_FILE}"), "^$"),
    HostileFile("hOCR deep in itself", ".hocr", lambda: hocr(nested("span")), NO_TEXT, is_long=True),
    HostileFile("hOCR with an entity", ".hocr", lambda: XML_FILE.encode() + hocr(ocr_line("工会&x;")), "工会"),
    HostileFile("hOCR with large numbers", ".hocr", lambda: hocr(ocr_line("工会", f"0 0 {'9' * MB} 1e9")), "工会"),
    HostileFile("hOCR with many lines", ".hocr", lambda: hocr(ocr_line("工会") * 100_000), "工会", is_long=True),
    HostileFile(
        "hOCR of a huge image", ".hocr", lambda: hocr(title="image 'x.tif'; bbox 0 0 100000 100000"), "工会会议"
    ),
    HostileFile("HTML deep in itself", ".html", deep_in_itself, "its HTML is broken"),
    HostileFile("HTML without ends", ".html", lambda: b"<body>" + b"<i><b>" * 100_000 + PAGE, "its HTML is broken"),
    HostileFile("a PDF that is packed twice", ".pdf", _twice_packed, ".", is_long=True),
    HostileFile("a PDF with 1 GB of spaces", ".pdf", lambda: pdf_page(b" " * 1024 * MB), CRASH, is_long=True),
    HostileFile(
        "a PDF with 40 MB of letters", ".pdf", lambda: pdf_page(UNION[:-2] + b"(x) Tj " * 6 * MB), CRASH, is_long=True
    ),
    HostileFile("pages of themselves", ".pdf", lambda: pdf_page(kids=b"2 0 R 3 0 R", count=2), "Union meeting"),
    HostileFile(
        "one page a million times", ".pdf", lambda: pdf_page(kids=b"3 0 R " * 10**6, count=10**6), "1000000 pages"
    ),
    HostileFile("a PDF that says it has 2^31 pages", ".pdf", lambda: pdf_page(count=2**31 - 1), "Union meeting"),
    HostileFile("a PDF as large as a continent", ".pdf", lambda: pdf_page(box=b"0 0 1e30 1e30"), "Union meeting"),
    HostileFile(
        "a form in itself", ".pdf", lambda: _with_form(9, {9: form(b"/X Do /X Do", b"/X 9 0 R")}), CRASH, is_long=True
    ),
    HostileFile("forms in forms", ".pdf", lambda: _with_form(10, dict(_forms())), CRASH, is_long=True),
    HostileFile("arrays deep in one another", ".pdf", lambda: pdf_page(more={9: b"[" * 500_000}), "Union|PDF|crash"),
    HostileFile("a PDF with a huge image", ".pdf", lambda: _with_form(9, {9: image(100_000)}, UNION), "Union meeting"),
    HostileFile("a PDF cut off", ".pdf", lambda: pdf_page()[:300], "cut off"),
    HostileFile("a PDF of noise", ".pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 400, "PDF"),
    HostileFile(
        "a packed page of 1 GB",
        ".warc",
        lambda: warc(gzip.compress(bytes(1024 * MB), 1), encoding=GZIPPED),
        "no page",
        is_long=True,
    ),
    HostileFile(
        "an archive of 1 GB",
        ".warc.gz",
        lambda: gzip.compress(warc(PAGE)) + gzip.compress(warc(bytes(1024 * MB)), 1),
        "工会",
        is_long=True,
    ),
    HostileFile("a record of 10^15 bytes", ".warc", lambda: warc(PAGE, 10**15), "工会"),
    HostileFile("a record of -1 bytes", ".warc", lambda: warc(PAGE, -1), "cut off|no page|工会"),
    HostileFile("a page deep in itself", ".warc", lambda: warc(deep_in_itself()), "no page"),
    HostileFile(
        "headers without end", ".warc", lambda: b"WARC/1.0\r\n" + b"X: y\r\n" * 2_000_000, "no page|long", is_long=True
    ),
    HostileFile(
        "a packed archive of 1 GB",
        ".wacz",
        lambda: zipped({"archive/data.warc": bytes(1024 * MB)}),
        "256 MB",
        is_long=True,
    ),
    HostileFile(
        "a packed archive that leads out",
        ".wacz",
        lambda: zipped({"archive/../../x.warc": warc(PAGE)}),
        "no web archive|工会",
    ),
    HostileFile(
        "a packed archive cut off", ".wacz", lambda: zipped({"archive/data.warc": warc(PAGE)})[:-30], "damaged"
    ),
)

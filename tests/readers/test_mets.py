"""METS says of the files beside it which page of which issue they are, and which articles they hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer import readers
from indexer.archive.archive import Archive
from indexer.articles.metadata.page_identity import identify
from indexer.errors import PageError
from indexer.indexing.batches import fingerprint
from indexer.model import Paper, RawPage

ALTO = """<alto><Layout>\
<Page WIDTH="100" HEIGHT="200" PHYSICAL_IMG_NR="7"><PrintSpace>{}</PrintSpace></Page></Layout></alto>"""


def block(name: str, *lines: str, left: int = 0, top: int = 0) -> str:
    def line(number: int, text: str) -> str:
        words = text.split()
        strings = "<SP/>".join(
            f'<String ID="{name}.{number}.{at}" CONTENT="{word}" HPOS="{left + 20 * at}" VPOS="{top + 10 * number}"'
            ' WIDTH="18" HEIGHT="8"/>'
            for at, word in enumerate(words)
        )
        return f'<TextLine ID="{name}.{number}">{strings}</TextLine>'

    return f'<TextBlock ID="{name}">{"".join(line(number, text) for number, text in enumerate(lines))}</TextBlock>'


METS = """<mets xmlns="http://www.loc.gov/METS/" xmlns:m="http://www.loc.gov/mods/v3" xmlns:x="http://www.w3.org/1999/xlink">
<dmdSec ID="d1"><mdWrap MDTYPE="MODS"><xmlData><m:mods>
  <m:titleInfo><m:title>The Reed Harbour Mercury.</m:title></m:titleInfo>
  <m:originInfo><m:dateIssued>{date}</m:dateIssued></m:originInfo>
  <m:part><m:detail type="volume"><m:number>VI</m:number></m:detail></m:part>
</m:mods></xmlData></mdWrap></dmdSec>
<dmdSec ID="p1"><mdWrap MDTYPE="MODS"><xmlData><m:mods><m:part>
  <m:extent unit="pages"><m:start>7</m:start></m:extent>
  <m:detail type="page number"><m:number>A3</m:number></m:detail>
</m:part></m:mods></xmlData></mdWrap></dmdSec>
<fileSec><fileGrp><file ID="f1"><FLocat x:href="{href}"/></file></fileGrp></fileSec>
<structMap TYPE="PHYSICAL"><div TYPE="np:issue" DMDID="d1">
  <div TYPE="np:page" DMDID="p1" ORDER="7"><fptr FILEID="f1"/></div></div></structMap>
{logical}
</mets>"""


def put(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.xml").write_text(text, encoding="utf-8")


def claims(page: RawPage) -> dict[str, str]:
    return {claim.about: claim.value for claim in page.claims if claim.source == "mets"}


def issue(date: str = "1926-01-12", href: str = "0007.xml", logical: str = "", more: str = "") -> str:
    return METS.format(date=date, href=href, logical=logical).replace("</fileGrp>", f"{more}</fileGrp>")


def read(folder: Path, source: str) -> RawPage:
    [page] = readers.read(folder / source, source)
    return page


@pytest.mark.parametrize(
    "href",
    ["0007.xml", "./0007.XML", "file://./0007.xml", "https://example.org/x/0007.xml?a=1", r"C:\scans\0007.xml"],
)
def test_a_page_gets_the_claims_of_its_mets(tmp_path: Path, href: str) -> None:
    folder = tmp_path / "reed" / "1926-01-12"
    put(folder, **{"0007": ALTO.format(block("b", "Two words")), "issue": issue(href=href)})
    page = read(tmp_path, "reed/1926-01-12/0007.xml")
    assert claims(page) == {
        "date": "1926-01-12",
        "volume": "VI",
        "paper": "The Reed Harbour Mercury",
        "page": "A3",
        "sequence": "7",
    }
    identity = identify(page, Paper("reed"))
    assert (str(identity.date), identity.page) == ("1926-01-12", "A3")
    assert readers.read(folder / "issue.xml", "reed/1926-01-12/issue.xml") == ()


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("1926-01-12", "1926-01-12"),
        ("1926-01-12T00:00:00Z", "1926-01-12"),
        ("19260112", "1926-01-12"),
        ("12.01.1926", "1926-01-12"),
        ("12. 1. 1926", "1926-01-12"),
        ("12 January 1926", "1926-01-12"),
        ("January 12, 1926", "1926-01-12"),
        ("[1926-01-12]", "1926-01-12"),
        ("民國十五年一月十二日", "1926-01-12"),
        ("1926-01", None),
        ("1926", None),
        ("[1759-1800]", None),
        ("1926-02-30", None),
        ("s.d.", None),
        ("", None),
    ],
)
def test_a_date_is_a_day_or_none(tmp_path: Path, printed: str, day: str | None) -> None:
    put(tmp_path / "reed" / "x", **{"0007": ALTO.format(block("b", "Two words")), "issue": issue(printed)})
    identity = identify(read(tmp_path, "reed/x/0007.xml"), Paper("reed"))
    assert (identity.date and str(identity.date)) == day


@pytest.mark.parametrize(("last", "day"), [("1926-01-12", "1926-01-12"), ("1926-12-31", None)])
def test_a_span_of_dates_is_no_day(tmp_path: Path, last: str, day: str | None) -> None:
    start = '<m:dateIssued point="start">1926-01-12</m:dateIssued>'
    text = issue().replace(
        "<m:dateIssued>1926-01-12</m:dateIssued>", f'{start}<m:dateIssued point="end">{last}</m:dateIssued>'
    )
    put(tmp_path / "reed" / "x", **{"0007": ALTO.format(block("b", "Two words")), "issue": text})
    identity = identify(read(tmp_path, "reed/x/0007.xml"), Paper("reed"))
    assert (identity.date and str(identity.date)) == day


KITODO = """<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:mods="x" xmlns:xlink="y">
<mets:dmdSec ID="N"><mods:mods><mods:titleInfo><mods:title>Schilfhafener Bote</mods:title></mods:titleInfo>
<mods:originInfo><mods:dateIssued>[1759-1800]</mods:dateIssued></mods:originInfo></mods:mods></mets:dmdSec>
<mets:fileSec><mets:fileGrp USE="FULLTEXT"><mets:file ID="F1"><mets:FLocat LOCTYPE="URL"
 xlink:href="https://digital.example.org/a/00000001.xml"/></mets:file></mets:fileGrp></mets:fileSec>
<mets:structMap TYPE="LOGICAL"><mets:div TYPE="newspaper" DMDID="N"><mets:div TYPE="year" ORDERLABEL="1821">
<mets:div TYPE="month" ORDERLABEL="1821-08"><mets:div TYPE="day" ORDERLABEL="1821-08-01"><mets:div TYPE="issue"
 LABEL="Nr. 61"/></mets:div></mets:div></mets:div></mets:div></mets:structMap>
<mets:structMap TYPE="PHYSICAL"><mets:div TYPE="physSequence"><mets:div TYPE="page" ORDER="1" ORDERLABEL=" - ">
<mets:fptr FILEID="F1"/></mets:div></mets:div></mets:structMap></mets:mets>"""


def test_mets_of_kitodo(tmp_path: Path) -> None:
    put(tmp_path / "bote/x", **{"00000001": ALTO.format(block("b", "Two words")), "meta": KITODO})
    page = read(tmp_path, "bote/x/00000001.xml")
    assert claims(page) == {"date": "1821-08-01", "paper": "Schilfhafener Bote", "sequence": "1"}


def test_a_date_against_that_of_the_path_is_a_conflict(tmp_path: Path) -> None:
    put(tmp_path / "reed" / "1926-01-13", **{"0007": ALTO.format(block("b", "Two words")), "issue": issue()})
    identity = identify(read(tmp_path, "reed/1926-01-13/0007.xml"), Paper("reed"))
    assert str(identity.date) == "1926-01-13"
    assert [(one.about, one.value, one.source) for one in identity.evidence if "conflict" in one.about] == [
        ("date conflict", "1926-01-12", "mets")
    ]


@pytest.mark.parametrize(
    ("where", "href", "is_found"),
    [
        ("reed/1926", "alto/0007.xml", True),
        ("reed/1926", "0007.xml", True),
        ("reed/1926", "../../../0007.xml", False),
        ("reed/1926", "/data/export/alto/0007.xml", True),
        ("reed/1926", "other/0007.xml", False),
        ("reed", "0007.xml", False),
        ("", "reed/1926/alto/0007.xml", False),
    ],
)
def test_mets_in_the_folder_above(tmp_path: Path, where: str, href: str, is_found: bool) -> None:
    """It counts for the very file that it names, and for a file of that name where there is none at the place named."""
    page = ALTO.format(block("b", "Two words"))
    put(tmp_path / "reed/1926/alto", **{"0007": page})
    put(tmp_path / "reed/1926/other", **{"0007": page})
    put(tmp_path / where, issue=issue(href=href))
    found = read(tmp_path, "reed/1926/alto/0007.xml")
    assert ("date" in claims(found)) == is_found


def test_two_mets_that_give_a_name_to_two_days_say_nothing(tmp_path: Path) -> None:
    put(tmp_path / "reed/alto", **{"0007": ALTO.format(block("b", "Two words"))})
    put(tmp_path / "reed", one=issue("1926-01-12"), other=issue("1926-01-13"))
    assert claims(read(tmp_path, "reed/alto/0007.xml")) == {}


def test_damaged_mets_is_named_and_costs_no_page(tmp_path: Path) -> None:
    put(tmp_path / "reed/x", **{"0007": ALTO.format(block("b", "Two words")), "issue": issue()[:-30]})
    assert claims(read(tmp_path, "reed/x/0007.xml")) == {}
    with pytest.raises(PageError, match="no well-formed XML"):
        read(tmp_path, "reed/x/issue.xml")


def test_pages_of_one_file_get_a_label_each(tmp_path: Path) -> None:
    page = ALTO.removeprefix("<alto><Layout>").removesuffix("</Layout></alto>").strip()
    two = "".join(page.format(block(name, "Two words")) for name in "ab")
    second = '<div TYPE="page" ORDER="8" ORDERLABEL="A4"><fptr FILEID="f1"/></div></div></structMap>'
    put(
        tmp_path / "reed/x",
        **{"0007": f"<alto><Layout>{two}</Layout></alto>", "issue": issue().replace("</div></structMap>", second, 1)},
    )
    pages = readers.read(tmp_path / "reed/x/0007.xml", "reed/x/0007.xml")
    assert [claims(page)["page"] for page in pages] == ["A3", "A4"]


# --- articles

PAGE = ALTO.format(
    block("title", "REED HARBOUR MERCURY")
    + block("left", "STORM AT SEA.", "A ship was lost.")
    + block("right", "FAIR PRICES", "Fish sold well.", left=50)
    + block("left2", "Its crew was saved.", top=50)
    + block("right2", "Reeds did not.", left=50, top=50)
)
HEADED = """<structMap TYPE="LOGICAL"><div TYPE="Newspaper"><div TYPE="ISSUE">
<div TYPE="TITLE_SECTION"><div TYPE="HEADLINE"><fptr><area FILEID="f1" BETYPE="IDREF" BEGIN="title"/></fptr></div></div>
<div TYPE="CONTENT"><div TYPE="SECTION">
<div TYPE="ARTICLE" LABEL="Fair prices"><div TYPE="BODY"><div TYPE="PARAGRAPH"><fptr><par>
<area FILEID="i1" SHAPE="RECT" COORDS="1,2,3,4"/><area FILEID="f1" BETYPE="IDREF" BEGIN="right"/></par></fptr></div>
<div TYPE="PARAGRAPH"><fptr><seq><area FILEID="f1" BETYPE="IDREF" BEGIN="right2"/></seq></fptr></div></div></div>
<div TYPE="ARTICLE" DMDID="d9"><fptr><area FILEID="f1" BETYPE="IDREF" BEGIN="left"/></fptr>
<fptr><area FILEID="f1" BETYPE="IDREF" BEGIN="left2"/></fptr></div>
</div></div></div></div></structMap>"""
LINKED = """<structMap TYPE="LOGICAL"><div TYPE="ISSUE"><div ID="a1" TYPE="ARTICLE" LABEL="FAIR PRICES"/>
<div ID="a2" TYPE="ARTICLE" DMDID="d9"/></div></structMap>
<structMap TYPE="PHYSICAL"><div TYPE="page"><div ID="p1" TYPE="pagearea"><fptr><area FILEID="f1" BETYPE="IDREF"
 BEGIN="right.0.0" END="right.1.2"/></fptr></div><div ID="p2" TYPE="pagearea"><fptr><area FILEID="f1" BETYPE="IDREF"
 BEGIN="right2.0.0" END="right2.0.2"/></fptr></div><div ID="p3" TYPE="pagearea"><fptr><area FILEID="f1" BETYPE="IDREF"
 BEGIN="left.0.0" END="left.1.3"/></fptr></div><div ID="p4" TYPE="pagearea"><fptr><area FILEID="f1" BETYPE="IDREF"
 BEGIN="left2.0.0" END="left2.0.3"/></fptr></div></div></structMap>
<structLink><smLinkGrp><smLocatorLink x:href="#a1" x:label="article"/><smLocatorLink x:href="#p1" x:label="area1"/>
<smLocatorLink x:href="#p2" x:label="area2"/><smArcLink x:from="article" x:to="area1"/>
<smArcLink x:from="article" x:to="area2"/></smLinkGrp>
<smLink x:from="a2" x:to="p3"/><smLink x:from="a2" x:to="p4"/></structLink>"""
STORM = '<dmdSec ID="d9"><m:mods><m:titleInfo><m:title>Storm at sca</m:title></m:titleInfo></m:mods></dmdSec>'


@pytest.mark.parametrize("logical", [HEADED, LINKED])
def test_lines_are_in_the_order_of_the_articles(tmp_path: Path, logical: str) -> None:
    text = issue(logical=logical).replace("<fileSec>", f"{STORM}<fileSec>")
    put(tmp_path / "reed/1926-01-12", **{"0007": PAGE, "issue": text})
    page = read(tmp_path, "reed/1926-01-12/0007.xml")
    lines = [page.text[line.start : line.end] for line in page.lines]
    assert lines == [
        "REED HARBOUR MERCURY",
        "FAIR PRICES",
        "Fish sold well.",
        "Reeds did not.",
        "STORM AT SEA.",
        "A ship was lost.",
        "Its crew was saved.",
    ]
    roles = {page.text[block.start : block.end]: block.role for block in page.blocks}
    assert (roles["FAIR PRICES"], roles["STORM AT SEA."]) == ("headline", "headline")
    assert list(roles.values()).count("headline") == 2
    assert roles.get("REED HARBOUR MERCURY") == "furniture" or logical == LINKED
    assert "MERCURY\n\nFAIR PRICES\nFish" in page.text
    assert {line.box[0] for line in page.lines if line.block == "right2"} == {50}


def test_an_issue_is_read_again_when_its_mets_changes(tmp_path: Path) -> None:
    put(tmp_path / "reed/1926-01-12/alto", **{"0007": PAGE, "0008": PAGE})
    put(tmp_path / "reed/1926-01-13/alto", **{"0007": PAGE})

    def fingerprints() -> dict[str, str]:
        issues = Archive(tmp_path).survey().issues
        return {issue.pages[0].source: fingerprint(issue) for issue in issues}

    before = fingerprints()
    put(tmp_path / "reed/1926-01-12", issue=issue(href="alto/0007.xml"))
    with_mets = fingerprints()
    changed = {source for source in before if before[source] != with_mets[source]}
    assert changed == {"reed/1926-01-12/alto/0007.xml"}
    put(tmp_path / "reed/1926-01-12", issue=issue("1926-01-12", href="alto/0007.xml", more=" "))
    after = fingerprints()
    assert {source for source in with_mets if after[source] != with_mets[source]} == {
        "reed/1926-01-12/alto/0007.xml",
        "reed/1926-01-12/issue.xml",
    }

"""METS says of the files beside it which page of which issue they are, and which articles they hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer import readers
from indexer.articles.metadata.page_identity import identify
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


@pytest.mark.parametrize("href", ["0007.xml", "./0007.XML", "file://./0007.xml", "https://example.org/x/0007.xml"])
def test_a_page_gets_the_claims_of_its_mets(tmp_path: Path, href: str) -> None:
    folder = tmp_path / "reed" / "1926-01-12"
    put(
        folder,
        **{"0007": ALTO.format(block("b", "Two words"))},
        issue=METS.format(date="1926-01-12", href=href, logical=""),
    )
    [page] = readers.read(folder / "0007.xml", "reed/1926-01-12/0007.xml")
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

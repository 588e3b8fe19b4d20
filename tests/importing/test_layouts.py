"""Folders as libraries export them: each file's paper, day, edition and page are found by its path and by METS."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from indexer.archive.archive import Archive
from indexer.errors import UsageError
from indexer.importing.layouts import paper_of_path, read_layout
from indexer.importing.plan import ImportPlan, make_plan
from indexer.importing.transfer import carry_out
from tests.support.command_line import baosou, output

ALTO = """<alto><Layout><Page ID="P1" WIDTH="1000" HEIGHT="1400"><PrintSpace><TextBlock ID="B1" HPOS="100" VPOS="100"
 WIDTH="800" HEIGHT="60"><TextLine ID="L1" HPOS="100" VPOS="100" WIDTH="800" HEIGHT="60"><String CONTENT="{words}"
 HPOS="100" VPOS="100" WIDTH="800" HEIGHT="60"/></TextLine></TextBlock></PrintSpace></Page></Layout></alto>"""


def mets(day: str, files: Sequence[str], edition: str = "", title: str = "", labels: Sequence[str] = ()) -> str:
    """A METS file of an issue with these page files."""
    named = "".join(
        f'<file ID="F{n}"><FLocat LOCTYPE="URL" xlink:href="{name}"/></file>' for n, name in enumerate(files)
    )
    pages = "".join(
        f'<div TYPE="page" ORDER="{n + 1}"{f" ORDERLABEL={chr(34)}{labels[n]}{chr(34)}" if labels else ""}>'
        f'<fptr FILEID="F{n}"/></div>'
        for n in range(len(files))
    )
    number = f'<mods:part><mods:detail type="edition"><mods:number>{edition}</mods:number></mods:detail></mods:part>'
    issued = f"<mods:originInfo><mods:dateIssued>{day}</mods:dateIssued></mods:originInfo>" if day else ""
    return (
        '<mets xmlns="http://www.loc.gov/METS/" xmlns:mods="http://www.loc.gov/mods/v3" '
        'xmlns:xlink="http://www.w3.org/1999/xlink"><dmdSec ID="I"><mdWrap MDTYPE="MODS"><xmlData><mods:mods>'
        f"<mods:titleInfo><mods:title>{title}</mods:title></mods:titleInfo>{issued}{number if edition else ''}"
        f"</mods:mods></xmlData></mdWrap></dmdSec><fileSec><fileGrp>{named}</fileGrp></fileSec>"
        f'<structMap TYPE="PHYSICAL"><div TYPE="issue" DMDID="I">{pages}</div></structMap></mets>'
    )


def filled(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def plan(archive: Path, layout: str, folder: Path, paper: str = "") -> ImportPlan:
    archive.mkdir(exist_ok=True)
    return make_plan(Archive(archive), *read_layout(layout, folder, paper))


def places(made: ImportPlan) -> dict[str, str]:
    """File below the folder → its place in the archive."""
    return {one.file.rpartition("/in/")[2]: one.target for one in made.placements}


NDNP = {
    "batch_x_ver01/data/batch.xml": "<batch/>",
    **{
        f"batch_x_ver01/data/sn12345678/0002/19260112{edition}/{name}": text
        for edition in ("01", "02")
        for name, text in {
            f"19260112{edition}.xml": mets("1926-01-12", ["./0002.tif", "./0003.tif"], edition.lstrip("0")),
            f"19260112{edition}_1.xml": mets(
                "1926-01-12", ["./0002.xml", "./0003.xml"], edition.lstrip("0"), "The Demo", ["1", "2"]
            ),
            "0002.xml": ALTO.format(words=f"Mayor opens bridge {edition}"),
            "0002.pdf": "%PDF-1.4",
            "0003.xml": ALTO.format(words=f"Flood reaches town {edition}"),
        }.items()
    },
}


@pytest.mark.parametrize("layout", ["chronam", "mets", "trove"])
def test_a_batch_with_two_editions_of_a_day(tmp_path: Path, layout: str) -> None:
    made = plan(tmp_path / "archive", layout, filled(tmp_path / "in", NDNP))
    assert sorted(one.target for one in made.placements) == [
        *(f"sn12345678/1926-01-12/{name}.xml" for name in ("0002", "0003", "1926011201_1")),
        *(f"sn12345678/1926-01-12_2/{name}.xml" for name in ("0002", "0003", "1926011202_1")),
    ]
    assert (made.refused, made.papers) == ((), {"sn12345678": "The Demo"})


def test_an_imported_batch_is_found_with_its_dates_and_pages(tmp_path: Path) -> None:
    filled(tmp_path / "in", NDNP)
    where = ("--archive", tmp_path / "archive")
    (tmp_path / "archive").mkdir()
    assert baosou("import", "--from", "chronam", tmp_path / "in", *where, "--yes").returncode == 0
    assert baosou("index", *where, "--index", tmp_path / "index").returncode == 0
    found = json.loads(output(baosou("search", "bridge OR flood", "--json", "--index", tmp_path / "index")))
    assert found["total"] == 4
    assert len({hit["id"] for hit in found["hits"]}) == 4
    assert {(hit["paper_title"], hit["date"], hit["page"]) for hit in found["hits"]} == {
        ("The Demo", "1926-01-12", "1"),
        ("The Demo", "1926-01-12", "2"),
    }
    again = json.loads(output(baosou("import", "--from", "chronam", tmp_path / "in", *where, "--yes", "--json")))
    assert (again["new"], again["unchanged"]) == (0, 6)


TREES = [
    # British Library: NLP/YYYY/MMDD
    (
        {
            "0001234/1824/0217/0001234_18240217_mets.xml": mets("1824-02-17", ["0001234_18240217_0001.xml"]),
            "0001234/1824/0217/0001234_18240217_0001.xml": ALTO,
        },
        {
            "0001234/1824/0217/0001234_18240217_0001.xml": "0001234/1824-02-17/0001234_18240217_0001.xml",
            "0001234/1824/0217/0001234_18240217_mets.xml": "0001234/1824-02-17/0001234_18240217_mets.xml",
        },
    ),
    # Papers Past: no date in METS, ALTO beside
    (
        {"DEMO_18440106/MM_01/mets.xml": mets("", ["0001.xml"]), "DEMO_18440106/MM_01/0001.xml": ALTO},
        {
            "DEMO_18440106/MM_01/0001.xml": "DEMO/1844-01-06/0001.xml",
            "DEMO_18440106/MM_01/mets.xml": "DEMO/1844-01-06/mets.xml",
        },
    ),
    # Veridian: ALTO in a folder of its own, addresses as URLs, in capitals
    (
        {
            "DEM/1901/02/03_01/DEM19010203-METS.xml": mets("03.02.1901", ["file://./ALTO/0001.XML", "ALTO/0002.xml"]),
            "DEM/1901/02/03_01/alto/0001.xml": ALTO,
            "DEM/1901/02/03_01/alto/0002.xml": ALTO,
        },
        {
            "DEM/1901/02/03_01/alto/0001.xml": "DEM/1901-02-03/0001.xml",
            "DEM/1901/02/03_01/alto/0002.xml": "DEM/1901-02-03/0002.xml",
            "DEM/1901/02/03_01/DEM19010203-METS.xml": "DEM/1901-02-03/DEM19010203-METS.xml",
        },
    ),
    # every page in a folder of its own, all with one name
    (
        {
            "demo_1901-02-03-mets.xml": mets("1901-02-03", ["p1/alto.xml", "p2/alto.xml"]),
            "p1/alto.xml": ALTO,
            "p2/alto.xml": ALTO,
        },
        {
            "p1/alto.xml": "demo/1901-02-03/alto-1.xml",
            "p2/alto.xml": "demo/1901-02-03/alto-2.xml",
            "demo_1901-02-03-mets.xml": "demo/1901-02-03/demo_1901-02-03-mets.xml",
        },
    ),
]


@pytest.mark.parametrize(("files", "wanted"), TREES, ids=["bl", "papers past", "veridian", "folders of pages"])
def test_trees_with_mets(tmp_path: Path, files: dict[str, str], wanted: dict[str, str]) -> None:
    made = plan(tmp_path / "archive", "mets", filled(tmp_path / "in", files))
    assert (places(made), made.refused) == (wanted, ())


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (mets("1901-02-03", ["0001.xml"]), "none of the pages that it names is here"),
        (mets("", ["0002.xml"]), "it gives no day, nor does its path"),
        (mets("[1759-1800]", ["0002.xml"]), "it gives no day, nor does its path"),
        (mets("1901-02-03", ["../../etc/passwd"]), "none of the pages that it names is here"),
        (mets("1901-02-03", ["0002.xml"])[:-9], "no well-formed XML"),
    ],
)
def test_mets_that_can_not_be_used_is_named(tmp_path: Path, text: str, problem: str) -> None:
    made = plan(tmp_path / "archive", "mets", filled(tmp_path / "in", {"demo/mets.xml": text, "demo/0002.xml": ALTO}))
    assert made.placements == ()
    assert problem in made.refused[0].problem


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("sn12345678/1900/01/31/ed-1/seq-3/ocr.xml", "sn12345678/1900-01-31/3.xml"),
        ("lccn/sn12345678/1900-01-31/ed-2/seq-12/ocr.txt", "sn12345678/1900-01-31_2/12.txt"),
        ("sn12345678_1900_01_31_4.xml", "sn12345678/1900-01-31/4.xml"),
        ("deep/SN12345678_1900-01-31_ed-1_seq-5_ocr.txt", "sn12345678/1900-01-31/5.txt"),
        ("2012345678/1900/01/31/ed-1/seq-3.xml", ""),
        ("sn12345678/1900/02/31/ed-1/seq-3/ocr.xml", ""),
    ],
)
def test_addresses_of_chronicling_america(tmp_path: Path, name: str, target: str) -> None:
    folder = filled(tmp_path / "in", {name: ALTO, "sn99999999/1900/01/01/ed-1/seq-1/ocr.xml": ALTO})
    assert places(plan(tmp_path / "archive", "chronam", folder)).get(name, "") == target


def test_of_a_page_in_several_formats_the_best_comes(tmp_path: Path) -> None:
    base = "sn12345678/1900/01/31/ed-1/seq-1/ocr"
    folder = filled(tmp_path / "in", {f"{base}.txt": "x", f"{base}.xml": ALTO, f"{base}.html": "x"})
    assert list(places(plan(tmp_path / "archive", "chronam", folder))) == [f"{base}.xml"]


def test_a_harvest_of_trove(tmp_path: Path) -> None:
    results = (
        "article_id,title,newspaper_id,newspaper_title,page,date\n"
        "111,Flood,35,The Demo (NSW),3,1914-08-05\n"
        '222,"Fire, again",35,The Demo (NSW),3,1914-08-05\n'
        "333,Lost,35,The Demo (NSW),4,1914-08-05\n"
        "444,Bad,35,The Demo (NSW),4,soon\n"
    )
    texts = {f"text/19140805-35-{one}.txt": f"text of {one}" for one in ("111", "222", "444")}
    folder = filled(tmp_path / "in", {"results.csv": results, **texts})
    made = plan(tmp_path / "archive", "trove", folder)
    assert sorted(one.target for one in made.placements) == [
        "trove-35/1914-08-05/3-111.txt",
        "trove-35/1914-08-05/3-222.txt",
    ]
    assert [one.row for one in made.refused] == ["results.csv 5"]
    assert made.papers == {"trove-35": "The Demo (NSW)"}
    assert made.notes == ("in: 1 articles have no text; harvest again with their texts",)


@pytest.mark.parametrize("layout", ["mets", "chronam", "trove"])
def test_a_folder_of_another_layout_is_a_sentence(tmp_path: Path, layout: str) -> None:
    with pytest.raises(UsageError, match="name another folder, or another layout"):
        read_layout(layout, filled(tmp_path / "in", {"a.txt": "本报讯"}))


@pytest.mark.parametrize(
    ("path", "paper"),
    [
        ("sn90057049/7637/1926011201/1926011201_1.xml", "sn90057049"),
        ("Princetonian_2011-03-08_v1_n2_0001-METS.xml", "Princetonian"),
        ("jisc/lsidy/ESSD-1878-03-15_mets.xml", "ESSD"),
        ("AKL/1864/01/02_01/AKL18640102-METS.xml", "AKL"),
        ("兰河日报/1930-01-02/mets.xml", "above"),
        ("data/1930-01-02/mets.xml", "above"),
    ],
)
def test_the_paper_that_a_path_names(path: str, paper: str) -> None:
    assert paper_of_path(path, "above") == paper


def test_the_issue_of_the_shared_samples(tmp_path: Path, shared: Path) -> None:
    folder = tmp_path / "in/sn90057049/7637/1926011201"
    filled(folder, {f"000{n}.xml": ALTO.format(words=f"Page {n}") for n in range(2, 6)})
    source = shared / "formats/mets/ndnp-issue-diamondback-1926-01-12_1.xml"
    (folder / "1926011201_1.xml").write_bytes(source.read_bytes())
    made = plan(tmp_path / "archive", "chronam", tmp_path / "in")
    carry_out(made, tmp_path / "archive", "copy", lambda done, total: None)
    assert {path.name for path in (tmp_path / "archive/sn90057049/1926-01-12").iterdir()} == {
        *("0002.xml", "0003.xml", "0004.xml", "0005.xml", "1926011201_1.xml")
    }


def test_days_without_a_year_of_papers_are_no_days() -> None:
    from indexer.importing.layouts import _day_of_path

    assert _day_of_path("x/1824/0217/y.xml") == date(1824, 2, 17)
    assert _day_of_path("x/12345678/y.xml") is None

"""A PDF of a whole issue: its pages are pages, in the index, on the site, for `baosou check` and for corrections."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.archive.corrections import Correction
from indexer.indexing.checking.archive_check import check
from indexer.model import WITHHELD, Document
from tests.support.library import CorrectedLibrary
from tests.support.pdf_pages import SetLine, SetPage, column, line, pdf_of
from webui.raw import raw_texts

SOURCE = "lanhe/2024-03-08/issue.pdf"
NEWS = {
    "全市夏收开镰粮食丰收": "蓝河市今日开镰，三十二个乡镇的小麦收割工作全面展开，预计十天内可以收完。",
    "老街巷换上了新路灯": "老街的路灯昨晚全部点亮，居民们说夜里出门不再害怕，线路也重新铺设。",
    "山村小学迎来新操场": "双渡乡小学的操场昨天启用，校长刘满仓说这是建校四十年来的第一条塑胶跑道。",
    "渔船换灯夜航更安全": "蓝河港三百条渔船换上了节能灯具，船老大们算了一笔账，一年可以省下不少油钱。",
}
LABELS = ("A01", "A02", "A03", "A04")
THIRD = "山村小学迎来新操场"


def issue() -> list[SetPage]:
    """Return an issue of four pages with an article on each."""
    pages = []
    for headline, body in NEWS.items():
        lines: list[SetLine] = [line("蓝河日报 2024年3月8日 星期五", 40, 30, 9), line(headline, 40, 60, 26, 700)]
        first, *others = column(f"　　本报讯 {body}", 40, 110, 20)
        pages.append(SetPage([*lines, first, *others]))
    return pages


@pytest.fixture(name="lib")
def lib_fixture(tmp_path: Path) -> CorrectedLibrary:
    lib = CorrectedLibrary(tmp_path / "archive")
    lib.put("issue.pdf", "", "2024-03-08").write_bytes(pdf_of(issue(), labels=LABELS))
    lib.put("../paper.toml", 'title = "蓝河日报"\n[rhythm]\npages = 4\n', "2024-03-08")
    lib.index()
    return lib


def document(lib: CorrectedLibrary, headline: str) -> Document:
    documents = lib.engine.reader().documents_of(SOURCE)
    return next(one for one in documents if one.article.headline == headline)


def test_each_article_is_on_its_own_page(lib: CorrectedLibrary) -> None:
    documents = lib.engine.reader().documents_of(SOURCE)
    assert {one.article.headline: one.page for one in documents} == dict(zip(NEWS, LABELS, strict=True))
    assert [one.id.rsplit("-", 1)[0] for one in documents] == [f"lanhe-20240308-{label}" for label in LABELS]
    assert [one.ordinal for one in documents] == [0, 1, 2, 3]
    told = {(one.about, one.value, one.source) for one in document(lib, THIRD).article.evidence}
    assert ("page", "A03", "page label") in told


def test_nothing_changes_when_it_is_indexed_again(lib: CorrectedLibrary) -> None:
    before = dict(lib.articles)
    again = lib.index()
    assert (again.unchanged, again.articles) == (1, 0)
    lib.index(full=True)
    assert dict(lib.articles) == before


def test_its_raw_text_is_that_of_its_page(lib: CorrectedLibrary) -> None:
    for headline, body in NEWS.items():
        [raw] = raw_texts(lib.root, document(lib, headline), {})
        assert (raw.source, raw.problem) == (SOURCE, "")
        shown = ["".join(piece.text for stretch in one.stretches for piece in stretch) for one in raw.passages]
        assert shown[0] == headline
        assert body in "".join("".join(shown[1:]).split())
        assert ("page", LABELS[list(NEWS).index(headline)]) in {(one.about, one.value) for one in raw.evidence}


def test_no_page_of_it_is_missing(lib: CorrectedLibrary) -> None:
    findings = check(lib.archive, index=lib.engine.reader())
    assert (findings.pages, findings.articles) == (4, 4)
    assert not {one.kind for one in findings.remarks} & {"pages missing", "page twice", "label", "index"}


def test_a_page_that_is_there_twice_is_found(lib: CorrectedLibrary) -> None:
    lib.put("A03.txt", "蓝河日报 2024年3月8日 星期五 第A03版\n\n又一篇\n\n本报讯 这一页有两份。\n", "2024-03-09")
    found = [one for one in check(lib.archive).remarks if one.kind == "page twice"]
    assert [one.source for one in found] == ["lanhe/2024-03-09/A03.txt"]


def test_an_article_of_its_third_page_is_corrected(lib: CorrectedLibrary) -> None:
    old = lib.id(THIRD)
    done = lib.set(THIRD, "headline", "山村小学有了新操场")
    assert lib.archive.redirects()[old] == done.id
    lib.index(full=True)
    assert lib.id("山村小学有了新操场") == done.id
    assert {one.page for one in lib.engine.reader().documents_of(SOURCE)} == set(LABELS)


def test_words_of_its_third_page_are_withheld(lib: CorrectedLibrary) -> None:
    lib.record(lib.id(THIRD), Correction(action="withhold", before="刘满仓"))
    assert f"校长{WITHHELD}说" in "".join(one.text for one in lib.articles[THIRD].paragraphs)
    [raw] = raw_texts(lib.root, document(lib, THIRD), {})
    shown = "".join(piece.text for one in raw.passages for stretch in one.stretches for piece in stretch)
    assert "满仓" not in shown
    assert WITHHELD in shown


def test_an_article_is_withdrawn_and_the_others_stay(lib: CorrectedLibrary) -> None:
    lib.record(lib.id(THIRD), Correction(action="withdraw"))
    assert set(lib.articles) == NEWS.keys() - {THIRD}


def test_the_label_of_its_third_page_is_set_and_no_other(lib: CorrectedLibrary) -> None:
    lib.set(THIRD, "page", "B01", whole_page=True)
    pages = {one.article.headline: one.page for one in lib.engine.reader().documents_of(SOURCE)}
    assert list(pages.values()) == ["A01", "A02", "B01", "A04"]
    assert not lib.read().misfits


def test_articles_of_two_of_its_pages_are_joined(lib: CorrectedLibrary) -> None:
    lib.record(lib.id("老街巷换上了新路灯"), Correction(action="join", before=lib.id(THIRD)))
    joined = document(lib, "老街巷换上了新路灯")
    assert joined.article.pages == ("A02", "A03")
    raws = raw_texts(lib.root, joined, {})
    assert [(raw.source, raw.problem) for raw in raws] == [(SOURCE, ""), (SOURCE, "")]
    assert "双渡乡小学" in "".join(piece.text for one in raws[1].passages for part in one.stretches for piece in part)


def test_an_article_that_runs_on_to_another_page_of_it_is_one(tmp_path: Path) -> None:
    pages, headline = issue(), "全市夏收开镰粮食丰收"
    pages[0] = SetPage([*pages[0].lines, line("（下转第A03版）", 40, 250)])
    jump = [line(headline, 40, 130, 26, 700), line("（上接第A01版）", 40, 165)]
    pages[2] = SetPage([pages[2].lines[0], *jump, *column(NEWS[THIRD], 40, 190, 20)])
    lib = CorrectedLibrary(tmp_path / "archive")
    lib.put("issue.pdf", "", "2024-03-08").write_bytes(pdf_of(pages, labels=LABELS))
    lib.index()
    whole = document(lib, headline)
    assert whole.article.pages == ("A01", "A03")
    raws = raw_texts(lib.root, whole, {})
    assert [raw.problem for raw in raws] == ["", ""]

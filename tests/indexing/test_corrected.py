"""Corrections of articles: each field, splitting and joining, better scans, withdrawal, withheld passages, undo."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.archive.corrections import Correction, Value
from indexer.errors import ArticleChanged, UsageError
from indexer.indexing.changes import article_digest, history
from indexer.indexing.checking.archive_check import check
from indexer.indexing.editing import value_of
from indexer.indexing.pipeline import index
from indexer.model import WITHHELD, Contributor, Request
from indexer.search.query_parser import parse
from tests.support.library import BRIDGE, DAY, FERRY, PAGE, RICE, CorrectedLibrary, library
from tests.support.web_site import on_disk

UPPER = "三座老桥修好了\n\n本报讯 昨日，县里修好了三座老桥。\n\n（下转第2版）\n"
LOWER = "三座老桥修好了\n\n（上接第1版）\n\n修桥师傅说，桥面换了新石板，电话是13800001111，过往行人连声称便。\n"


@pytest.fixture(name="lib")
def lib_fixture(tmp_path: Path) -> CorrectedLibrary:
    return library(tmp_path)


def hits(lib: CorrectedLibrary, line: str) -> list[str]:
    found = lib.engine.reader().search(Request(parse(line)))
    return [hit.document.article.headline for hit in found.hits]


def texts(lib: CorrectedLibrary, headline: str) -> list[str]:
    return [one.text for one in lib.articles[headline].paragraphs]


# --- setting


@pytest.mark.parametrize(
    ("field", "after"),
    [
        ("headline", "城西早稻开镰"),
        ("kicker", "丰收在望"),
        ("subtitle", "——城西见闻"),
        ("byline", ({"name": "周小舟", "role": "记者"}, {"name": "刘满仓", "role": ""})),
        ("byline", ({"name": "周小舟", "role": "摄"},)),
        ("date", "2022-05-07"),
        ("date", ""),
        ("page", "A02"),
        ("section", "农事"),
        ("localities", ("河东省/云陂市", "河东省")),
        ("kind", "评论"),
    ],
)
def test_a_field_is_set_and_set_back(lib: CorrectedLibrary, field: str, after: Value) -> None:
    before = lib.articles
    old = before["早稻开镰"]
    done = lib.set("早稻开镰", field, after)
    now = lib.engine.reader().get(done.id)
    assert now
    assert value_of(now.article, field) == after
    assert [(note.field, note.author) for note in now.article.corrections] == [(field, "馆员")]
    assert (done.id != old.id) == (field in ("headline", "date", "page"))
    if done.id != old.id:
        assert lib.archive.redirects()[old.id] == done.id
    assert {name: one for name, one in lib.articles.items() if name != now.article.headline} == {
        name: one for name, one in before.items() if name != "早稻开镰"
    }
    lib.record(done.id, Correction(action="undo", of=1))
    assert lib.articles == before
    if done.id != old.id:
        assert lib.archive.redirects()[done.id] == old.id


def test_an_article_that_is_moved_is_found_in_its_other_issue_and_on_its_other_page(lib: CorrectedLibrary) -> None:
    done = lib.record(
        lib.id("早稻开镰"),
        Correction(action="set", field="date", after="2022-05-07"),
        Correction(action="set", field="page", after="B03"),
    )
    reader = lib.engine.reader()
    assert [issue.pages for issue in reader.issues("lanhe")] == [("01",), ("B03",)]
    assert done.id.startswith("lanhe-20220507-B03-")


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("收割机来回奔忙", "收割机奔忙", "收割机奔忙。种粮"),
        ("本报讯城西", "本报讯 城西", "本报讯 城西早稻"),
        ("收割机 来回奔忙", "收割机歇着", "收割机歇着。种粮"),
        ("昨日开镰", "", "城西早稻，田里"),
    ],
)
def test_words_of_the_text_are_replaced(lib: CorrectedLibrary, before: str, after: str, text: str) -> None:
    lib.record(lib.id("早稻开镰"), Correction(action="set", field="text", before=before, after=after))
    assert text in texts(lib, "早稻开镰")[0]
    assert hits(lib, '"收割机来回奔忙"') == ([] if "收割机" in before else ["早稻开镰"])
    assert lib.articles["早稻开镰"].paragraphs[0].flags == ("corrected",)


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        (Correction(action="set", field="text", before="种棉大户", after="棉农"), "stands in 0 places"),
        (Correction(action="set", field="text", before="早稻", after="晚稻"), ""),
        (Correction(action="set", field="text", before="，", after="、"), "stands in 3 places"),
        (Correction(action="set", field="headline", before="别的标题", after="早稻"), "its headline reads"),
        (Correction(action="set", field="kind", after="社论"), "not a kind of article"),
        (Correction(action="set", field="colour", after="红"), "there is no field"),
        (Correction(action="split", before="没有这句", after="新"), "0 paragraphs of it begin"),
        (Correction(action="join", before="没有这篇"), "no other article"),
        (Correction(action="withhold", before="张三"), "the passage is not found"),
        (Correction(action="withhold", before="，。"), "needs letters"),
        (Correction(action="undo", of=3), "no correction 3"),
    ],
)
def test_a_correction_that_does_not_fit_is_refused_and_changes_nothing(
    lib: CorrectedLibrary, wanted: Correction, problem: str
) -> None:
    before = lib.articles
    if not problem:
        lib.record(lib.id("早稻开镰"), wanted)
        return
    with pytest.raises(UsageError, match=problem):
        lib.record(lib.id("早稻开镰"), Correction(action="set", field="kicker", after="引题"), wanted)
    lib.index()
    assert lib.articles == before
    assert not list(lib.root.rglob("*.corrections.jsonl"))


def test_an_unknown_article_is_refused(lib: CorrectedLibrary) -> None:
    with pytest.raises(UsageError, match="There is no article lanhe-1"):
        lib.record("lanhe-1", Correction(action="withdraw"))


def test_what_is_so_already_is_not_recorded_again(lib: CorrectedLibrary) -> None:
    rice = lib.id("早稻开镰")
    for wanted in (
        Correction(action="set", field="kind", after="评论"),
        Correction(action="withhold", before="刘满仓"),
        Correction(action="withdraw", public_reason="应要求"),
        Correction(action="undo", of=3),
    ):
        assert len(lib.record(rice, wanted).lines) == 1
        assert lib.record(rice, wanted).lines == ()


def test_nothing_is_written_in_a_dry_run(lib: CorrectedLibrary) -> None:
    before = lib.articles
    done = lib.set("早稻开镰", "headline", "城西早稻开镰", dry_run=True)
    assert "-headline: 早稻开镰\n+headline: 城西早稻开镰\n" in done.diff
    assert lib.articles == before
    assert not list(lib.root.rglob("*.corrections.jsonl"))


def test_the_second_of_two_people_at_one_article_is_told(lib: CorrectedLibrary) -> None:
    shown = article_digest(lib.articles["早稻开镰"])
    lib.set("早稻开镰", "kicker", "丰收", shown=shown, author="甲")
    with pytest.raises(ArticleChanged, match="甲 changed kicker"):
        lib.set("早稻开镰", "kicker", "丰年", shown=shown, author="乙")
    lib.set("早稻开镰", "kicker", "丰年", shown=article_digest(lib.articles["早稻开镰"]), author="乙")
    assert lib.articles["早稻开镰"].kicker == "丰年"


def test_the_old_address_leads_on_through_several_corrections(lib: CorrectedLibrary) -> None:
    first = lib.id("早稻开镰")
    second = lib.set("早稻开镰", "headline", "甲稻开镰").id
    third = lib.set("甲稻开镰", "date", "2022-05-08").id
    fourth = lib.record(third, Correction(action="undo", of=1)).id
    assert lib.id("早稻开镰") == fourth
    assert {old: lib.archive.redirects().get(old) for old in (first, second, third)} == dict.fromkeys(
        (first, second, third), fourth
    )
    (lib.root / "redirects.tsv").unlink()
    lib.index(full=True)
    assert lib.archive.redirects() == {first: fourth, second: fourth, third: fourth}


def test_two_articles_may_swap_their_headlines(lib: CorrectedLibrary) -> None:
    rice, ferry = lib.id("早稻开镰"), lib.id("渡口添新船")
    lib.record(rice, Correction(action="set", field="headline", after="渡口添新船"))
    lib.record(ferry, Correction(action="set", field="headline", after="早稻开镰"))
    found = lib.articles
    assert found["早稻开镰"].paragraphs[0].text.startswith("本报讯河口")
    assert len({one.id for one in found.values()}) == 3
    before = found
    lib.index(full=True)
    assert lib.articles == before


# --- whole pages


def test_the_date_of_a_whole_page_is_set(lib: CorrectedLibrary) -> None:
    old = {headline: article.id for headline, article in lib.articles.items()}
    lib.set("早稻开镰", "date", "2022-05-09", whole_page=True)
    assert {str(one.date) for one in lib.articles.values()} == {"2022-05-09"}
    assert lib.archive.redirects() == {old[name]: one.id for name, one in lib.articles.items()}
    reader = lib.engine.reader()
    assert [str(issue.date) for issue in reader.issues("lanhe")] == ["2022-05-09"]


def test_the_label_of_a_page_is_set_also_for_an_article_that_runs_on_to_it(tmp_path: Path) -> None:
    lib = library(tmp_path, UPPER, LOWER + "\n" + RICE)
    lib.set("早稻开镰", "page", "04", whole_page=True)
    assert lib.articles["三座老桥修好了"].pages == ("01", "04")
    assert [one.page for one in lib.articles["三座老桥修好了"].paragraphs] == ["", "04"]
    assert lib.articles["早稻开镰"].pages == ("04",)


def test_only_some_fields_are_those_of_a_page(lib: CorrectedLibrary) -> None:
    with pytest.raises(UsageError, match="only these can be set: date, page, section"):
        lib.set("早稻开镰", "headline", "一", whole_page=True)


# --- boundaries


def test_an_article_is_split_and_each_part_can_be_corrected(tmp_path: Path) -> None:
    lib = library(tmp_path, f"{BRIDGE.rstrip()}\n\n河口渡口添了一条新船，能坐四十人。\n\n摆渡的老人试航后十分满意。\n")
    old = lib.id("三座老桥修好了")
    lib.record(old, Correction(action="split", before="河口渡口添了", after="渡口添新船"))
    assert list(lib.articles) == ["三座老桥修好了", "渡口添新船"]
    assert lib.id("三座老桥修好了") == old
    assert texts(lib, "渡口添新船") == ["河口渡口添了一条新船，能坐四十人。", "摆渡的老人试航后十分满意。"]
    assert lib.articles["三座老桥修好了"].byline == (Contributor("周小舟", "记者"),)
    assert lib.articles["渡口添新船"].byline == ()
    lib.set("渡口添新船", "kicker", "便民")
    with pytest.raises(UsageError, match="undo that one first"):
        lib.record(old, Correction(action="undo", of=1))
    lib.record(lib.id("渡口添新船"), Correction(action="undo", of=2))
    ferry = lib.id("渡口添新船")
    lib.record(old, Correction(action="undo", of=1))
    assert list(lib.articles) == ["三座老桥修好了"]
    assert lib.archive.redirects()[ferry] == old


def test_a_paragraph_that_is_the_headline_becomes_the_headline(tmp_path: Path) -> None:
    lib = library(tmp_path, f"{BRIDGE.rstrip()}\n\n渡口添新船一条，能坐四十人。\n\n摆渡的老人试航后十分满意。\n")
    lib.record(
        lib.id("三座老桥修好了"), Correction(action="split", before="渡口添新船", after="渡口添新船一条，能坐四十人。")
    )
    assert texts(lib, "渡口添新船一条，能坐四十人。") == ["摆渡的老人试航后十分满意。"]
    assert lib.articles["渡口添新船一条，能坐四十人。"].head


def test_articles_are_joined_and_the_address_of_the_second_leads_to_the_first(lib: CorrectedLibrary) -> None:
    ferry, rice = lib.id("渡口添新船"), lib.id("早稻开镰")
    lib.record(rice, Correction(action="join", before="渡口添新船"))
    assert list(lib.articles) == ["三座老桥修好了", "早稻开镰"]
    assert [text[:8] for text in texts(lib, "早稻开镰")] == ["本报讯城西早稻昨", "渡口添新船", "本报讯河口渡口添"]
    assert lib.archive.redirects() == {ferry: rice}
    lib.record(rice, Correction(action="undo", of=1))
    assert lib.id("渡口添新船") == ferry


def test_parts_on_two_pages_are_joined_and_taken_apart(tmp_path: Path) -> None:
    lib = library(tmp_path, BRIDGE, FERRY)
    bridge, ferry = lib.id("三座老桥修好了"), lib.id("渡口添新船")
    lib.record(bridge, Correction(action="join", before=ferry))
    assert lib.articles["三座老桥修好了"].pages == ("01", "02")
    assert [one.page for one in lib.articles["三座老桥修好了"].paragraphs] == ["", "02", "02"]
    assert lib.archive.redirects() == {ferry: bridge}


def test_a_wrong_join_over_pages_is_split(tmp_path: Path) -> None:
    lib = library(tmp_path, UPPER, LOWER)
    lib.record(lib.id("三座老桥修好了"), Correction(action="split", before="修桥师傅说", after="桥面换新石板"))
    article = lib.articles["桥面换新石板"]
    document = lib.engine.reader().get(article.id)
    assert document
    assert (document.source, document.page) == (f"lanhe/{DAY}/02.txt", "02")
    assert [one.page for one in article.paragraphs] == [""]
    assert lib.articles["三座老桥修好了"].pages == ("01",)


def test_an_article_that_runs_over_two_pages_is_corrected_on_its_second_page(tmp_path: Path) -> None:
    lib = library(tmp_path, UPPER, LOWER)
    lib.record(
        lib.id("三座老桥修好了"),
        Correction(action="set", field="text", before="新石板", after="青石板"),
        Correction(action="withhold", before="138-0000-1111"),
    )
    assert texts(lib, "三座老桥修好了")[1] == f"修桥师傅说，桥面换了青石板，电话是{WITHHELD}，过往行人连声称便。"
    assert hits(lib, "13800001111") == hits(lib, '"3800001"') == []
    raw = (lib.root / "lanhe" / DAY / "02.txt").read_text(encoding="utf-8")
    stretches = [raw[a:b] for a, b in lib.articles["三座老桥修好了"].paragraphs[1].spans]
    assert stretches == ["修桥师傅说，桥面换了新石板，电话是", "", "，过往行人连声称便。"]


# --- better scans

BETTER = [
    ("a comma is lost", PAGE.replace("，", "")),
    ("another article comes first", FERRY.replace("渡口添新船", "码头添新船") + "\n" + PAGE),
    ("a letter of the headline is misread", PAGE.replace("早稻开镰", "早稻开嫌", 1)),
    ("the lead is spaced", PAGE.replace("城西早稻", "城 西 早 稻")),
]


@pytest.mark.parametrize(("scan"), [text for _, text in BETTER], ids=[name for name, _ in BETTER])
def test_a_correction_is_in_force_on_a_new_scan(lib: CorrectedLibrary, scan: str) -> None:
    lib.set("早稻开镰", "kicker", "丰收在望")
    lib.record(lib.id("早稻开镰"), Correction(action="withhold", before="刘满仓"))
    lib.put("01.txt", scan)
    report = lib.index()
    assert report.warnings == ()
    [article] = [one for one in lib.articles.values() if "早稻" in one.headline]
    assert article.kicker == "丰收在望"
    assert WITHHELD in article.paragraphs[0].text
    assert "满仓" not in article.paragraphs[0].text


def test_a_better_scan_of_another_format_has_the_corrections_of_the_page(lib: CorrectedLibrary) -> None:
    lib.set("早稻开镰", "kicker", "丰收在望")
    (lib.root / "lanhe" / DAY / "01.txt").unlink()
    lib.put("01.md", "\n".join(f"# {one}" for one in (BRIDGE, RICE, FERRY)))
    assert lib.index().warnings == ()
    assert lib.articles["早稻开镰"].kicker == "丰收在望"


def test_a_scan_that_is_right_by_itself_needs_no_correction_and_one_that_is_wrong_again_has_it(
    lib: CorrectedLibrary,
) -> None:
    lib.set("早稻开镰", "headline", "城西早稻开镰")
    now = lib.record(
        lib.id("城西早稻开镰"), Correction(action="set", field="text", before="比去年高", after="比去年高一成")
    )
    for scan in (PAGE.replace("早稻开镰", "城西早稻开镰", 1).replace("比去年高", "比去年高一成"), PAGE):
        lib.put("01.txt", scan)
        assert lib.index().warnings == ()
        assert lib.id("城西早稻开镰") == now.id
        assert texts(lib, "城西早稻开镰")[0].endswith("比去年高一成。")


def test_a_correction_that_no_longer_fits_is_reported_and_kept(lib: CorrectedLibrary) -> None:
    lib.set("早稻开镰", "headline", "城西早稻开镰")
    lib.record(lib.id("渡口添新船"), Correction(action="set", field="text", before="四十人", after="五十人"))
    file = lib.root / "lanhe" / DAY / "01.corrections.jsonl"
    kept = file.read_bytes()
    lib.put("01.txt", PAGE.replace("早稻开镰", "早稻收割", 1).replace("能坐四十人，", ""))
    report = lib.index()
    assert [one for one in report.warnings if "correction 1 doesn't fit" in one and "“早稻收割”" in one]
    assert [one for one in report.warnings if "correction 2 doesn't fit" in one and "0 places" in one]
    assert {remark.source for remark in check(lib.archive).remarks if "doesn't fit" in remark.text} == {
        f"lanhe/{DAY}/01.txt"
    }
    assert [one.problem != "" for one in history(lib.archive, lib.engine, lib.id("渡口添新船"))] == [True]
    assert file.read_bytes() == kept
    lib.put("01.txt", PAGE)
    assert lib.index().warnings == ()
    assert "城西早稻开镰" in lib.articles


# --- withdrawn and withheld


def test_a_withdrawn_article_is_in_no_index_and_comes_back_as_it_was(lib: CorrectedLibrary) -> None:
    before, times = lib.articles, lib.engine.reader().times([lib.id("早稻开镰")])
    rice = lib.id("早稻开镰")
    renamed = lib.set("早稻开镰", "headline", "城西早稻开镰").id
    lib.record(renamed, Correction(action="withdraw", reason="来函", public_reason="应当事人要求"))
    for _ in range(2):
        assert set(lib.articles) == {"三座老桥修好了", "渡口添新船"}
        assert hits(lib, "早稻") == []
        assert {name: one.reason for name, one in lib.archive.withdrawn().table().items()} == dict.fromkeys(
            (renamed, rice), "应当事人要求"
        )
        assert lib.archive.redirects() == {rice: renamed}
        lib.put("01.txt", PAGE.replace("，", ""))
        lib.index(full=True)
    lib.put("01.txt", PAGE)
    lib.record(rice, Correction(action="undo", of=2), Correction(action="undo", of=1))
    assert lib.articles == before
    assert lib.archive.withdrawn().table() == {}
    assert lib.engine.reader().times([rice])[rice].first == times[rice].first


def test_a_withdrawn_article_is_gone_with_its_heading_on_its_second_page(tmp_path: Path) -> None:
    lib = library(tmp_path, UPPER, LOWER + "\n" + RICE)
    assert hits(lib, "furniture:三座老桥") == ["早稻开镰"]
    lib.record(lib.id("三座老桥修好了"), Correction(action="withdraw"))
    assert hits(lib, "furniture:三座老桥") == hits(lib, "石板") == []


def test_a_page_of_which_all_is_withdrawn_is_gone(tmp_path: Path) -> None:
    lib = library(tmp_path, BRIDGE, RICE)
    lib.record(lib.id("早稻开镰"), Correction(action="withdraw"))
    assert [issue.pages for issue in lib.engine.reader().issues("lanhe")] == [("01",)]
    assert not lib.index().set_aside


def test_the_words_of_a_withheld_passage_match_nothing(lib: CorrectedLibrary) -> None:
    lib.record(lib.id("早稻开镰"), Correction(action="withhold", before="刘满仓", public_reason="隐去姓名"))
    assert texts(lib, "早稻开镰")[0].endswith(f"种粮大户{WITHHELD}说，今年亩产比去年高。")
    for line in (
        "刘满仓",
        '"满仓"',
        "刘*",
        '"大户说"',
        '"大户…说"',
        '"大户 说"~10',
        "headline:刘满仓",
        "furniture:刘满仓",
    ):
        assert hits(lib, line) == [], line
    assert hits(lib, '"种粮大户"') == ["早稻开镰"]
    [note] = lib.articles["早稻开镰"].corrections
    assert (note.field, note.before, note.after, note.reason) == ("withhold", "", WITHHELD, "隐去姓名")


def test_a_withheld_name_is_gone_from_headline_byline_and_history(lib: CorrectedLibrary) -> None:
    done = lib.record(
        lib.id("早稻开镰"),
        Correction(action="set", field="headline", after="刘满仓家早稻开镰", reason="刘满仓来电"),
        Correction(action="set", field="byline", after=({"name": "刘满仓", "role": "摄"},)),
        Correction(action="set", field="text", before="刘满仓", after="刘 满仓"),
        Correction(action="set", field="localities", after=("河东省/刘满仓村", "河东省")),
    )
    hidden = lib.record(done.id, Correction(action="withhold", before="刘满仓"))
    article = lib.articles[f"{WITHHELD}家早稻开镰"]
    assert "满仓" not in repr(article)
    assert article.localities == ("河东省",)
    assert hidden.id != done.id
    assert lib.archive.redirects()[done.id] == hidden.id


def test_an_article_is_kept_back_until_its_withheld_passage_is_found(lib: CorrectedLibrary) -> None:
    rice = lib.id("早稻开镰")
    lib.record(rice, Correction(action="withhold", before="刘满仓"))
    lib.put("01.txt", PAGE.replace("刘满仓", "刘满苍"))
    report = lib.index()
    assert [one for one in report.warnings if "is kept back" in one]
    assert "早稻开镰" not in lib.articles
    assert rice in lib.archive.withdrawn().table()
    lib.record(rice, Correction(action="withhold", before="刘满苍"), Correction(action="undo", of=1))
    assert "满苍" not in texts(lib, "早稻开镰")[0]


def test_what_holds_the_text_of_a_withdrawn_article_is_kept_back(lib: CorrectedLibrary) -> None:
    lib.record(lib.id("早稻开镰"), Correction(action="withdraw"))
    lib.put("01.txt", f"{BRIDGE}\n{FERRY.rstrip()}{RICE.replace('早稻开镰', '').strip()}\n")
    report = lib.index()
    assert [one for one in report.warnings if "is kept back" in one]
    assert hits(lib, "早稻") == []


def test_a_page_that_can_not_be_read_keeps_what_it_had_but_what_is_withdrawn(lib: CorrectedLibrary) -> None:
    page = lib.put("01.txt", PAGE)
    page.write_bytes(b"\x00" * 100)
    lib.index()
    assert "早稻开镰" in lib.articles
    done = lib.root / "lanhe" / DAY / "01.corrections.jsonl"
    rice = lib.id("早稻开镰")
    done.write_text(f'{{"n":1,"action":"withdraw","article":"{rice}"}}\n', encoding="utf-8")
    report = lib.index()
    assert report.set_aside
    assert set(lib.articles) == {"三座老桥修好了", "渡口添新船"}


def test_a_page_of_another_folder_does_not_take_the_id_of_a_withdrawn_article(lib: CorrectedLibrary) -> None:
    rice = lib.id("早稻开镰")
    again = lib.root / "lanhe" / "again" / DAY / "01.txt"
    again.parent.mkdir(parents=True)
    again.write_text(PAGE.replace("一片金黄", "一片金色"), encoding="utf-8")
    lib.index()
    done = lib.record(rice, Correction(action="withdraw"))
    assert done.id == rice
    for full in (False, True, False):
        lib.index(full=full)
        assert lib.engine.reader().get(rice) is None
        assert rice in lib.archive.withdrawn().table()
        assert hits(lib, "金色") == ["早稻开镰"]


def test_workers_apply_corrections_too(tmp_path: Path) -> None:
    lib = CorrectedLibrary(tmp_path / "archive", on_disk(tmp_path))
    for day in range(10, 29):
        lib.put("01.txt", PAGE.replace("三座", f"第{day}座"), f"2022-05-{day}")
    lib.index()
    bridge = lib.id("第12座老桥修好了")
    now = lib.set("第12座老桥修好了", "headline", "新桥通车").id
    lib.record(lib.id("第13座老桥修好了"), Correction(action="withdraw", public_reason="应要求"))
    (lib.root / "redirects.tsv").unlink()
    (lib.root / "withdrawn.tsv").unlink()
    before = lib.articles
    for full in (True, False):
        lib.now += 60
        index(lib.archive, lib.engine, full=full, jobs=2)
        assert lib.articles == before
        assert lib.archive.redirects()[bridge] == now
        assert [one.reason for one in lib.archive.withdrawn().table().values()] == ["应要求"]
        for page in lib.root.rglob("01.txt"):
            page.write_text(page.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def test_the_audit_has_a_line_for_each_change_and_no_words_of_it(lib: CorrectedLibrary) -> None:
    lib.set("早稻开镰", "kicker", "丰收", author="甲", origin="site")
    lib.record(lib.id("早稻开镰"), Correction(action="withhold", before="刘满仓"), author="乙")
    lines = (lib.root / "audit.jsonl").read_text(encoding="utf-8")
    assert lines.count("\n") == 2
    assert '"author": "甲", "what": "set", "field": "kicker"' in lines
    assert '"origin": "site"' in lines
    assert "满仓" not in lines


def test_times_change_with_a_correction_of_the_text_alone(lib: CorrectedLibrary) -> None:
    before = {name: lib.engine.reader().times([one.id])[one.id] for name, one in lib.articles.items()}
    lib.record(lib.id("早稻开镰"), Correction(action="set", field="text", before="一片金黄", after="一片金色"))
    after = {name: lib.engine.reader().times([one.id])[one.id] for name, one in lib.articles.items()}
    assert {name for name in before if before[name] != after[name]} == {"早稻开镰"}
    assert after["早稻开镰"].first == before["早稻开镰"].first
    assert after["早稻开镰"].changed > before["早稻开镰"].changed

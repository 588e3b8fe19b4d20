"""Tests of articles that continue on other pages (转版): they become one article."""

from __future__ import annotations

from indexer.articles.page_reader import read_page
from indexer.articles.segmentation.jump_lines import join_continued
from indexer.model import PageIdentity, PageReading, Paper, RawPage

PAPER = Paper("demo")


def page(label: str, text: str) -> PageReading:
    raw = RawPage(f"demo/{label}.txt", text)
    return read_page(raw, PageIdentity("demo", None, label), PAPER)


FIRST = page(
    "01",
    "实干写满三百六十五天\n\n本报讯（记者 王帆）全年粮食丰收。农机手一起下田，硬是从雨里（下转第三版）\n\n"
    "另一条消息\n\n本报讯（记者 李娟）会议召开。",
)
THIRD = page(
    "03",
    "实干写满三百六十五天\n\n（上接第一版）抢回了晚稻。\n\n新的一年就要来了。②\n\n"
    "县区简讯\n\n本报讯（记者 周禾）活动开展。②",
)


def test_the_parts_are_one_article_with_the_first_pages_id_and_all_pages() -> None:
    first, third = join_continued((FIRST, THIRD))
    whole = first.articles[0]
    assert whole.id == FIRST.articles[0].id
    assert whole.pages == ("01", "03")
    assert whole.end_code == "②"
    assert [article.headline for article in third.articles] == ["县区简讯"]


def test_each_passage_says_which_page_its_places_refer_to() -> None:
    whole = join_continued((FIRST, THIRD))[0].articles[0]
    assert [(passage.text[-6:], passage.page) for passage in whole.paragraphs] == [
        ("硬是从雨里"[-6:].rjust(6, "，"), ""),
        ("抢回了晚稻。", "03"),
        ("年就要来了。", "03"),
    ]


def test_what_stood_above_the_later_part_stays_on_its_page() -> None:
    first, third = join_continued((FIRST, THIRD))
    assert [passage.text for passage in first.furniture] == ["（下转第三版）"]
    assert [passage.text for passage in third.furniture] == ["实干写满三百六十五天", "（上接第一版）"]


def test_a_part_whose_other_page_is_missing_stays_as_printed() -> None:
    assert join_continued((FIRST,)) == (FIRST,)
    assert FIRST.articles[0].paragraphs[-1].text == "（下转第三版）"


def test_several_articles_that_run_on_to_one_page_are_told_apart_by_their_headlines() -> None:
    front = page(
        "A01",
        "甲地修桥\n\n本报讯（记者 王帆）桥很长，（下转A2版）\n\n乙地植树\n\n本报讯（记者 李娟）树很多，（下转A2版）",
    )
    inside = page("A02", "乙地植树\n\n（上接A1版）都活了。②\n\n甲地修桥\n\n（上接A1版）通车了。②")
    joined = join_continued((front, inside))
    assert [article.paragraphs[-1].text for article in joined[0].articles] == ["通车了。", "都活了。"]
    assert joined[1].articles == ()


def test_order_of_pages_does_not_matter() -> None:
    third, first = join_continued((THIRD, FIRST))
    assert first.articles[0].pages == ("01", "03")
    assert len(third.articles) == 1

"""Tests that the sample archive matches its README.

The named pages have each kind of damage, and nothing in the archive is real.
"""

from __future__ import annotations

import itertools
import json
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from subprocess import run
from typing import Any

import pytest

from indexer.archive.archive import Archive
from indexer.engines import open_engine
from indexer.engines.base import IndexIdentity, Reader
from indexer.indexing.issue_reader import read_issue
from indexer.indexing.pipeline import index
from indexer.indexing.rules_fingerprint import matching
from indexer.model import Article
from indexer.search.search import search
from tests.conftest import PROJECT

PAPER = PROJECT / "archive" / "yunbei"
README = PAPER.parent / "README.md"
GOLD: dict[str, list[dict[str, Any]]] = json.loads(
    (PROJECT / "tests" / "data" / "sample_articles.json").read_text(encoding="utf-8")
)
IN_PRINT = {"2024-02-26": "{}.xml", "2024-03-11": "issue.pdf"}
"""The issues that scripts/build_samples makes of texts, by day, and where each page of them is."""
PAGES = sorted(
    path.relative_to(PAPER).as_posix() for path in PAPER.rglob("*") if path.suffix in {".txt", ".md", ".html"}
)
DATED = [page for page in PAGES if "/" in page]
GBK_PAGES = {"2019-03-08/01.html", "2019-03-08/02.txt", "2021-06-18/03.html"}

SHOWS = {
    "GB18030 text": r"\A2019年3月8日",
    "GBK HTML, Founder markup": r'(?s)charset=gbk.*<!--enpproperty.*id="ozoom".*<founder-content>(<!--enpcontent-->)\1',
    "GBK HTML that says `gb2312`": r'(?s)charset=gb2312.*class="font01".*class="font01"',
    "UTF-8 HTML of a whole page": r'(?s)<div class="article">.*<h2>.*<div class="article">.*<h2>',
    "UTF-8 HTML with `#Title`": r'(?s)id="Title".*id="articleContent".*<!--<npm:article-content>-->',
    "byte order mark": r"\A\ufeff[^\n]*\r\n",
    "doubled headlines and captions": r"(?m)^ ?(?:([^\s\d])\1 ?){6,}$",
    "tripled headlines": r"(?m)^(?:([^\s])\1\1){2,}$",
    "true repetition inside a doubled headline": r"走走走走.*亮亮亮亮堂堂堂堂",
    "true repetition in clean text": r"高高兴兴|人人持证|会会议|干干净净",
    "lost bullets": "(?m)^\ufffd{5,6}[^\ufffd]",
    "hard line ends": r"(?m)(?:^[^\n。]{18,26}[^\n。！？]\r?\n){2}",
    "hard line ends with stray spaces": r"[、，；] [\u4e00-\u9fff]",
    "blank lines where a column ended": r"[\u4e00-\u9fff、，]\n\n[\u4e00-\u9fff]{2,}[^\n]*[，。]",
    "spaces where lines ended": r"[\u4e00-\u9fff],?[^\n ]{8,20} [^\n ]{8,20} [^\n ]{8,20},",
    "two columns' lines mixed": r"布 把手地教.*新生 娃娃洗澡.*老师手 技能",
    "half-width brackets": r"本报讯\((?:记者|通讯员)[^()（）]*\)",
    "the end of one column repeated": r"(.{8,})\n\n\1",
    "padded names": r"(?:记者|通讯员|诵讯员) [\u4e00-\u9fff] [\u4e00-\u9fff](?![\u4e00-\u9fff])",
    "a name with a dot": r"通讯员 [\u4e00-\u9fff]+·[\u4e00-\u9fff]+）",
    "editor's codes: ②": r"(?m)[。）]②$",
    "editor's codes: ③5": r"(?s)③5.*③2",
    "editor's codes: ⑤5": r"(?m)[。）][⑤⑥][35]$",
    "photo news": r"(?:记者|通讯员) [^\n]*摄",
    "captions with ▲ and ◀": r"(?ms)^▲ .*^◀ ",
    "kicker, headline and subtitle": r"(?m)(?:^|>)——[^\n<]{8,}(?:$|<)",
    "a headline in two parts": r"(?m)^[^\n。，]{5,24}\r?\n(?:\r?\n)?[^\n。，]{9,24}\r?$",
    "briefs under a shared head": r"(?m)^★ 城区时讯$",
    "briefs under 简讯": r"<h2>简讯</h2>\s*<p>▲",
    "an office's name above": r"(?m)^(?:[\u4e00-\u9fff]{2,4}(?:街道|办事处|妇联|法院|税务局))\n\n[^\n。]+$",
    "a running head": r"(?m)^◆ 青渡新闻 ◆$",
    "an article that runs on": r"（下转第三版）|（上接第一版）",
    "one article scattered": r"初初心心如如磐磐护护职职工工[^\n]*\n\Z",
    "look-alikes: 诵讯员": r"(?s)诵讯员.*新增人库",
    "look-alikes: 履盖": r"履盖",
    "look-alikes: 一 for ——": r"审计一整改一督促",
    "numbers, times, units": r"\d,\d{3}|\d\d:\d\d|W/m²|www\.|@",
    "a date in Chinese numerals": r"二〇二三年十二月二十九日",
    "a lunar date": r"农历",
    "a list set like a table": r"(?m)^[\u4e00-\u9fff]+ {4,}[\u4e00-\u9fff（）]+ {4,}|^\|.*\|.*\|\r?$",
    "traditional characters": r"雲陂書畫院",
    "评论": r"时评",
    "副刊: essays and poems": r"副刊(?s:.*)  \n",
    "公告": r"(?m)公告\r?$|招招招标标标公公公告告告",
    "广告": r"热线|诚诚诚聘聘聘英英英才才才",
    "讣告": r"## 讣告",
    "更正 of": r"更正\n(?s:.*)2023年12月29日第02版《市中心医院新院区启用》",
}
"""Start of a row of the README's table → a pattern for every page in that row."""


def raw(page: str) -> str:
    """Return the text of a page, decoded with the encoding given in the README."""
    return (PAPER / page).read_bytes().decode("gb18030" if page in GBK_PAGES else "utf-8")


def readme_rows() -> dict[str, list[str]]:
    """Return the table of damage in the README: kind of damage → pages."""
    section = README.read_text(encoding="utf-8").split("## The sample")[1]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| ") and "`" in line]
    return {what.strip(): re.findall(r"`([^`]+\.(?:txt|md|html))`", f"{what}{where}") for what, where in rows}


def test_there_are_four_issues_of_four_pages_and_one_page_without_a_date() -> None:
    issues: dict[str, list[str]] = {}
    for page in DATED:
        issues.setdefault(page.split("/")[0], []).append(page)
    assert [len(pages) for pages in issues.values()] == [4, 4, 4, 4]
    assert len({date.fromisoformat(day).year for day in issues}) == 4
    assert [page for page in PAGES if page not in DATED] == ["special.txt"]
    assert [sum(page.endswith(end) for page in DATED) for end in (".txt", ".md", ".html")] == [8, 4, 4]


def test_issues_appear_on_the_weekdays_that_paper_toml_gives() -> None:
    settings = tomllib.loads((PAPER / "paper.toml").read_text(encoding="utf-8"))
    days = {date.fromisoformat(page.split("/")[0]).isoweekday() for page in DATED}
    assert days <= set(settings["rhythm"]["weekdays"])
    assert settings["rhythm"]["pages"] == 4


def test_paper_toml_gives_every_place_under_the_papers_own() -> None:
    settings = tomllib.loads((PAPER / "paper.toml").read_text(encoding="utf-8"))
    assert all(path.startswith(settings["place"] + "/") for path in settings["places"].values())


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_encoded_as_declared(page: str) -> None:
    content = (PAPER / page).read_bytes()
    if page in GBK_PAGES:
        with pytest.raises(UnicodeDecodeError):
            content.decode("utf-8")
    assert "�����" in raw(page) or "�" not in raw(page)


def test_readme_and_this_file_know_the_same_damage() -> None:
    rows = readme_rows()
    assert len(rows) == len(SHOWS)
    assert all(any(row.startswith(begin) for row in rows) for begin in SHOWS)
    assert {page for pages in rows.values() for page in pages} == set(PAGES)


@pytest.mark.parametrize(("what", "page"), [(what, page) for what, pages in readme_rows().items() for page in pages])
def test_each_page_shows_the_damage_that_the_readme_says(what: str, page: str) -> None:
    begin = max((begin for begin in SHOWS if what.startswith(begin)), key=len)
    if what.startswith("更正 of") and page.endswith(".html"):
        assert "市中心医院新院区启用" in raw(page)
        assert "开放床位1200张" in raw(page)
    else:
        assert re.search(SHOWS[begin], raw(page)), f"{page} does not show {what}"


def test_most_pages_carry_a_folio_with_the_printed_date() -> None:
    with_folio = [
        page
        for page in DATED
        if re.search(r"(?:20|二〇)[\d二〇三]{2}年\S{1,3}月\S{1,4}日\s*.*?[0A]\d", raw(page)[:1800])
    ]
    assert len(with_folio) >= 8


def test_all_telephones_mails_and_sites_are_invented() -> None:
    for page in PAGES:
        text = raw(page)
        assert all(phone.startswith("0000-") for phone in re.findall(r"\b\d{4}-\d{5,8}\b", text))
        assert all(mail.endswith(".example") for mail in re.findall(r"@[\w.-]+", text))
        assert all(".example" in site for site in re.findall(r"www\.[\w./-]+", text))


@pytest.mark.parametrize("real", ["驻马店", "周口", "南阳", "淮阳", "天中晚报", "人民日报", "河南日报", "习近平"])
def test_no_real_paper_or_person_is_named(real: str) -> None:
    assert not [page for page in PAGES if real in raw(page)]


def texts_of(day: str) -> list[dict[str, Any]]:
    """The texts of the pages of an issue that was made of them."""
    return tomllib.loads((PROJECT / "scripts" / "samples" / f"{day}.toml").read_text(encoding="utf-8"))["pages"]


@pytest.mark.parametrize("day", IN_PRINT)
def test_issues_in_print_have_the_articles_of_their_texts(day: str, read: dict[str, tuple[Article, ...]]) -> None:
    found = [article for source, articles in read.items() if source.startswith(day) for article in articles]
    wanted = [(page["label"], article) for page in texts_of(day) for article in page["articles"]]
    assert [(article.pages, article.headline) for article in found] == [
        ((label,), article["headline"]) for label, article in wanted
    ]
    assert [article.date for article in found] == [date.fromisoformat(day)] * len(wanted)
    for article, (_, text) in zip(found, wanted, strict=True):
        assert ["".join(one.text.split()) for one in article.paragraphs] == [
            "".join(one.split()) for one in text["paragraphs"]
        ]


@pytest.mark.parametrize("day", IN_PRINT)
def test_issues_in_print_are_what_the_script_makes_of_their_texts(day: str, tmp_path: Path) -> None:
    run([sys.executable, PROJECT / "scripts" / "build_samples", tmp_path], check=True)
    made = sorted((tmp_path / "yunbei" / day).iterdir())
    assert [path.name for path in made] == sorted(path.name for path in (PAPER / day).iterdir())
    assert [path.read_bytes() for path in made] == [(PAPER / day / path.name).read_bytes() for path in made]


def test_the_gold_names_only_pages_that_exist() -> None:
    assert sorted(GOLD) == PAGES
    assert 60 <= sum(len(articles) for articles in GOLD.values()) <= 80


@pytest.fixture(scope="module")
def read() -> dict[str, tuple[Article, ...]]:
    """All pages of the sample with their articles."""
    readings = (read_issue(issue.pages, issue.paper) for issue in Archive(PAPER.parent).survey().issues)
    return {
        source.removeprefix("yunbei/"): page.articles for reading in readings for source, page in reading.pages.items()
    }


def spellings(gold: dict[str, Any]) -> list[str]:
    """Return the headline and its alternatives.

    A careful reader can accept the alternatives if only the typography would show the difference.
    """
    return [gold["headline"], *gold.get("headline_also", [])]


def pairs(read: dict[str, tuple[Article, ...]]) -> Iterator[tuple[dict[str, Any], Article | None]]:
    """Yield each article of the gold standard with the one read, or None.

    They are matched by headline.
    """
    for page, wanted in GOLD.items():
        found = {article.headline: article for article in reversed(read[page])}
        for gold in wanted:
            yield gold, next((found[headline] for headline in spellings(gold) if headline in found), None)


def f1(right: int, wanted: int, found: int) -> float:
    """Return the F1 score: the harmonic mean of recall and precision."""
    return 2 * right / (wanted + found)


def test_articles_are_found_under_their_headlines(read: dict[str, tuple[Article, ...]]) -> None:
    missed = [gold["headline"] for gold, article in pairs(read) if article is None and not gold.get("optional")]
    right = sum(article is not None for _, article in pairs(read))
    wanted = right + len(missed)
    assert f1(right, wanted, sum(len(read[page]) for page in GOLD)) >= 0.95, f"not found: {missed}"


def test_byline_names_are_found(read: dict[str, tuple[Article, ...]]) -> None:
    wanted, found, wrong = Counter[str](), Counter[str](), []
    for gold, article in pairs(read):
        if article is not None and "byline" in gold:
            names = Counter(one.name for one in article.byline)
            wanted += Counter(gold["byline"])
            found += names & Counter(gold["byline"])
            wrong += [(gold["headline"], name) for name in names - Counter(gold["byline"])]
    assert f1(found.total(), wanted.total(), found.total() + len(wrong)) >= 0.97, f"{wanted - found}, {wrong}"


def test_one_of_the_first_two_localities_is_where_it_happened(read: dict[str, tuple[Article, ...]]) -> None:
    told = [(gold, article) for gold, article in pairs(read) if article is not None and "localities" in gold]
    wrong = [gold["headline"] for gold, article in told if not {*gold["localities"]} & {*article.localities[:2]}]
    assert len(wrong) <= 0.05 * len(told), f"elsewhere: {wrong}"


def test_kinds_are_told(read: dict[str, tuple[Article, ...]]) -> None:
    told = [(gold, article) for gold, article in pairs(read) if article is not None and "kind" in gold]
    wrong = [(gold["headline"], article.kind) for gold, article in told if gold["kind"] != article.kind]
    assert len(wrong) <= 0.05 * len(told), f"wrong kinds: {wrong}"


def test_an_article_that_runs_on_is_one_article(read: dict[str, tuple[Article, ...]]) -> None:
    parts = [
        article for articles in read.values() for article in articles if article.headline == "实干写满三百六十五天"
    ]
    assert [article.pages for article in parts] == [("01", "03")]
    text = "".join(passage.text for passage in parts[0].paragraphs)
    assert "硬是从雨里抢回了38万亩晚稻。" in text


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """The sample archive in a Whoosh index."""
    archive = Archive(PAPER.parent)
    folder = tmp_path_factory.mktemp("sample") / "index"
    engine = open_engine(str(folder), IndexIdentity(str(archive.root), matching()))
    report = index(archive, engine, jobs=1)
    assert (report.pages, report.set_aside, report.warnings) == (22, (), ())
    opened = engine.reader()
    yield opened
    opened.close()


def headlines(reader: Reader, line: str) -> set[str]:
    """Return the headlines found, as spelt in the gold standard."""
    found = {hit.document.article.headline for hit in search(reader, line, size=100).hits}
    return {gold["headline"] for gold in itertools.chain(*GOLD.values()) if found & {*spellings(gold)}}


FINDS = [
    ("安全生产 工会", ["把安全的弦拧到每一颗螺丝上", "《云陂市安全生产条例》施行首日"], ["更正", "外婆的河"]),
    (
        '"安全生产工作"',
        ["把安全的弦拧到每一颗螺丝上", "高温时节抓安全 隐患排查不放松"],
        ["市人大常委会会议审议安全生产条例草案"],
    ),
    ("工会 OR 妇联", ["云陂市表彰百名三八红旗手", "一张卡 连起八百家店"], ["外婆的河"]),
    ("-招聘", ["外婆的河", "更正"], ["云陂市第二人民医院招聘公告", "云陂重型机械厂诚聘英才"]),
    ("招聘", ["云陂市第二人民医院招聘公告"], ["外婆的河"]),
    ("headline:表彰", ["云陂市表彰百名三八红旗手", "我市表彰15名见义勇为先进个人"], ["更正"]),
    ("byline:王", ["市人大常委会会议审议安全生产条例草案", "高温时节抓安全 隐患排查不放松"], ["更正"]),
    ("张*", ["粽叶飘香处 老街又一年"], ["外婆的河"]),
    ('"招商 签约"~10', ["高新区开年招商传捷报"], ["更正"]),
    ('"签约 招商"~10', ["石桥区重点项目跑出“加速度”"], ["更正"]),
    ("市长", ["云陂市表彰百名三八红旗手"], ["青渡大桥主桥昨日合龙"]),
    ("南京市长江大桥", ["青渡大桥主桥昨日合龙"], ["云陂市表彰百名三八红旗手"]),
    ("长江", ["长江禁渔半年 云水河里鱼回来了", "青渡大桥主桥昨日合龙"], ["更正"]),
    ("E卡", ["一张卡 连起八百家店", "云顶茶场年货优惠"], ["更正"]),
    ("8.5%", ["前五个月我市外贸进出口增长8.5%", "高新区开年招商传捷报"], ["更正"]),
    ("2023年", ["实干写满三百六十五天", "更正"], ["外婆的河"]),
    ("云陂书画院", ["雲陂書畫院新春雅集啟事"], ["更正"]),
    ("byline:阿依古丽•买买提", ["天山脚下来的学徒"], ["更正"]),
]
"""Query → headlines that it must find and headlines that it must not find."""


@pytest.mark.parametrize(("line", "found", "not_found"), FINDS, ids=[line for line, _, _ in FINDS])
def test_example_queries_find_what_they_should(
    reader: Reader, line: str, found: list[str], not_found: list[str]
) -> None:
    assert set(found) <= headlines(reader, line)
    assert not set(not_found) & headlines(reader, line)


def test_the_sample_has_something_to_choose_from_in_every_facet(reader: Reader) -> None:
    facets = {name: {one.value for one in values} for name, values in search(reader, "").facets.items()}
    assert facets["paper"] == {"yunbei"}
    assert facets["date"] == {"2019", "2021", "2023", "2024", "unknown"}
    assert facets["kind"] == {"新闻", "图片", "评论", "副刊", "公告", "广告", "讣告", "更正"}
    assert {"河东省", "河东省/云陂市", "河东省/云陂市/青渡区", "河东省/云陂市/青渡区/白鹭镇"} <= facets["locality"]
    assert {"要闻", "副刊", "综合"} <= facets["section"]

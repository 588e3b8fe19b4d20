"""Tests of the site in a real Chromium with the real server.

They use the keyboard, the screen of a phone, and no JavaScript.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import PROJECT
from tests.support.chromium import launched
from tests.support.web_archive import SAMPLES, served
from webui.i18n import LANGUAGES

pytestmark = pytest.mark.browser

NO_FULL_MATCH = "%E5%AE%89%E5%85%A8%E7%94%9F%E4%BA%A7%20%E7%81%AB%E6%98%9F"
"""安全生产 火星"""
PHONE = {"width": 360, "height": 740}
LEAD, FAMILIES, FAIR = SAMPLES[:3]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("site")) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page of a new Chinese browser profile; the test fails on any browser error."""
    context = browser.new_context(base_url=address, locale="zh-CN", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def search(page: Page, line: str) -> None:
    page.get_by_role("searchbox").fill(line)
    page.keyboard.press("Enter")


def test_search_filter_open_an_article_and_come_back_by_the_link_alone(
    page: Page, browser: Browser, address: str
) -> None:
    page.goto("/")
    search(page, "工会")
    expect(page.get_by_role("heading", level=1)).to_contain_text("共 4 篇")
    facets = page.get_by_role("complementary")
    facets.get_by_role("link", name="云北日报").click()
    facets.get_by_role("link", name="2019").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("共 1 篇")
    link = page.url
    assert link.isascii()

    page.get_by_role("link", name=LEAD.headline).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(LEAD.headline)
    expect(page.locator("mark").first).to_have_text("工会")
    article = page.url

    elsewhere = browser.new_context(locale="zh-CN").new_page()
    for shared, said in ((link, "共 1 篇"), (article, LEAD.headline)):
        elsewhere.goto(shared)
        expect(elsewhere.get_by_role("heading", level=1)).to_contain_text(said)
        assert elsewhere.url == shared
    elsewhere.context.close()


def test_a_question_without_a_full_match_leads_to_the_article_by_one_click(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/")
    search(page, "青山区安全生产工作会议是在哪一天召开的")
    expect(page.get_by_role("heading", level=1)).to_contain_text("没有同时含全部词语的稿件")
    nearest = (
        page.get_by_role("region", name="以下只含部分词语").get_by_role("heading", level=3).first.get_by_role("link")
    )
    expect(nearest).to_be_in_viewport()
    nearest.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(LEAD.headline)


def test_the_printed_results_have_the_second_list(page: Page) -> None:
    page.goto(f"/search?q={NO_FULL_MATCH}")
    page.emulate_media(media="print")
    nearest = page.get_by_role("region", name="以下只含部分词语")
    expect(nearest.get_by_role("link", name=LEAD.headline)).to_be_visible()
    expect(nearest.get_by_text("缺：火星").first).to_be_visible()


def test_filters_come_off_one_by_one(page: Page) -> None:
    page.goto("/search?q=%E5%B7%A5%E4%BC%9A&paper=yunbei&from=2019&to=2019")
    filters = page.get_by_role("list", name="筛选条件")
    filters.get_by_role("link", name="2019").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("共 3 篇")
    filters.get_by_role("link", name="云北日报").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("共 4 篇")
    assert page.url.endswith("/search?q=%E5%B7%A5%E4%BC%9A")


def test_dates_are_typed_into_the_form(page: Page) -> None:
    page.goto("/search?q=%E5%B7%A5%E4%BC%9A")
    page.get_by_label("从").fill("2020-05")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("共 1 篇")
    assert page.url.endswith("&from=2020-05")


def test_the_raw_text_stands_beside_the_article_with_what_was_changed(page: Page) -> None:
    page.goto(f"/article/{LEAD.id}")
    page.get_by_role("link", name="清理前的原始文字").click()
    passage = page.get_by_role("listitem").filter(has_text="青山区总工会作了发言")
    cleaned, printed = (passage.locator(name).bounding_box() for name in (".cleaned", ".printed"))
    assert cleaned
    assert printed
    assert cleaned["y"] == printed["y"]
    assert cleaned["x"] < printed["x"]
    expect(passage.get_by_role("deletion")).to_have_text("青青山山区区总总工工会会")
    expect(page.get_by_role("list", name="改动的种类")).to_contain_text("还原叠字")


def test_an_article_leads_back_to_its_list_and_on_through_the_hits(page: Page) -> None:
    page.goto("/search?q=%E5%B7%A5%E4%BC%9A&from=2019&sort=oldest&size=2")
    page.get_by_role("list").locator("article h2 a").last.click()
    found_by = page.get_by_role("navigation", name="检索结果")
    expect(found_by).to_contain_text("第 2 篇 / 共 3 篇")
    found_by.get_by_role("link", name="下一条结果").click()
    expect(found_by).to_contain_text("第 3 篇 / 共 3 篇")
    expect(found_by.get_by_role("link", name="下一条结果")).to_have_count(0)
    headline = page.get_by_role("heading", level=1).inner_text()
    found_by.get_by_role("link", name="回到").click()
    assert "?q=%E5%B7%A5%E4%BC%9A&from=2019&sort=oldest&size=2&page=2#hit-" in page.url
    expect(page.locator("li:target h2")).to_have_text(headline)
    page.go_back()
    found_by.get_by_role("link", name="上一条结果").click()
    expect(found_by).to_contain_text("第 2 篇 / 共 3 篇")


def test_each_match_leads_to_the_next_by_keyboard_and_says_which_it_is(page: Page) -> None:
    page.goto(f"/article/{LEAD.id}?q=%E5%B7%A5%E4%BC%9A%20OR%20%E5%AE%89%E5%85%A8%E7%94%9F%E4%BA%A7")
    page.get_by_role("link", name="共 4 处").click()
    for number in (1, 2, 3, 4, 1):
        current = page.locator("mark:target")
        expect(current).to_have_id(f"m{number}")
        said = current.evaluate("element => getComputedStyle(element, '::after').content")
        assert f"第 {number} 处 / 共 4 处" in said
        current.get_by_role("link").focus()
        page.keyboard.press("Enter")


def test_the_link_of_a_paragraph_shows_to_the_pointer_and_the_keyboard(page: Page) -> None:
    page.goto(f"/article/{LEAD.id}")
    anchor = page.get_by_role("link", name="第 2 段的链接")
    shown = "element => getComputedStyle(element).opacity"
    assert anchor.evaluate(shown) == "0"
    page.get_by_text(LEAD.paragraphs[1]).hover()
    assert anchor.evaluate(shown) == "1"
    page.mouse.move(0, 0)
    anchor.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert anchor.evaluate(shown) == "1"
    page.keyboard.press("Enter")
    assert page.url.endswith(f"/article/{LEAD.id}#p2")


@pytest.mark.parametrize("media", ["screen", "print"])
def test_doubtful_words_and_seams_show_without_a_pointer(page: Page, media: Literal["screen", "print"]) -> None:
    page.emulate_media(media=media)
    page.goto(f"/article/{FAIR.id}")
    expect(page.get_by_text("〔疑为“入库”〕")).to_be_visible()
    page.goto(f"/article/{FAMILIES.id}")
    expect(page.get_by_role("note")).to_be_visible()
    expect(page.get_by_role("link", name="段的链接").first).to_be_visible(visible=media == "screen")


def test_the_keyboard_reaches_the_content_first_and_everything_after(page: Page) -> None:
    page.goto("/search?q=%E5%B7%A5%E4%BC%9A")
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_text("跳到正文")
    assert focused.bounding_box()["x"] >= 0  # type: ignore[index]
    outline = focused.evaluate("element => getComputedStyle(element).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator("main :focus").count() == 1


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search?q=%E5%B7%A5%E4%BC%9A&paper=yunbei&from=2019",
        "/search?q=" + "a" * 300,
        f"/search?q={NO_FULL_MATCH}",
        f"/search?q={NO_FULL_MATCH}%20" + "a" * 300,
        f"/article/{LEAD.id}?q=%E5%B7%A5%E4%BC%9A",
        "/paper/yunbei",
        "/paper/yunbei/2019-03-08",
        "/paper/yunbei/2019-03-08/01",
        "/paper/yunbei/2019",
        "/on/03-08",
        "/help",
        "/advanced?q=%E5%B7%A5%E4%BC%9A&section=" + "a" * 100,
        "/new",
        "/api",
        f"/article/{LEAD.id}/raw",
        "/paper/yunbei/undated",
        f"/clips?id={LEAD.id}&id=nothing&title=" + "a" * 100,
    ],
)
def test_a_phone_never_scrolls_sideways_in_any_language(page: Page, path: str) -> None:
    page.set_viewport_size(PHONE)
    for language in LANGUAGES:
        page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], language


def test_a_search_is_changed_in_the_form_and_its_language_shared(page: Page) -> None:
    page.goto("/search?q=%E5%B7%A5%E4%BC%9A&paper=yunbei")
    page.get_by_role("button", name="正體中文").click()
    page.get_by_role("link", name="用表單修改搜尋").click()
    expect(page.get_by_label("含有全部詞語")).to_have_value("工会")
    expect(page.get_by_role("checkbox", name="云北日报")).to_be_checked()
    page.get_by_label("不含這些詞語").fill("招聘")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("的搜尋結果")
    assert page.url.endswith("/search?q=%E5%B7%A5%E4%BC%9A%20-%E6%8B%9B%E8%81%98&paper=yunbei&lang=zh-TW")
    page.goto(page.url.replace("zh-TW", "en"))
    expect(page.get_by_role("button", name="Search", exact=True)).to_be_visible()
    page.goto("/help")
    expect(page.get_by_role("heading", level=1)).to_have_text("說明")


def test_nothing_needs_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("searchbox").fill("工会")
    page.get_by_role("button", name="检索").click()
    page.get_by_role("complementary").get_by_role("link", name="通河晚报").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("共 1 篇")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 article")
    context.close()


def test_the_printed_results_name_the_query_and_the_filters(page: Page) -> None:
    page.goto("/search?q=%E5%B7%A5%E4%BC%9A&paper=yunbei")
    page.emulate_media(media="print")
    expect(page.get_by_text("“工会”的检索结果")).to_be_visible()
    expect(page.get_by_role("list", name="筛选条件")).to_contain_text("云北日报")
    expect(page.get_by_text("/search?q=%E5%B7%A5%E4%BC%9A&paper=yunbei")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_hidden()


# --- clipping lists, calendars and what is printed


def test_articles_are_ticked_on_a_phone_and_passed_on_as_one_address(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, locale="zh-CN", viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/search?q=%E5%B7%A5%E4%BC%9A")
    first, second = page.get_by_role("checkbox").all()[:2]
    first.check()
    second.check()
    page.get_by_label("标题（随网址一起转发）").fill("春 耕")
    page.get_by_role("button", name="做成剪报").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("剪报")
    expect(page.get_by_text("分享者写的标题：")).to_contain_text("春 耕")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    assert page.url.isascii()
    page.get_by_role("checkbox").first.uncheck()
    page.get_by_label("加一篇").fill(f"{address}/article/{SAMPLES[1].id}")
    page.get_by_role("button", name="按勾选更新").click()
    expect(page.get_by_role("checkbox")).to_have_count(2)
    expect(page.get_by_role("link", name=SAMPLES[1].headline)).to_be_visible()
    context.close()


def test_what_is_ticked_is_kept_from_page_to_page(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, locale="zh-CN", viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/search?q=%E5%B7%A5%E4%BC%9A&size=2")
    page.get_by_role("checkbox").nth(1).check()
    page.get_by_role("button", name="带着勾选到下一页").click()
    expect(page.get_by_text("已选 1 篇")).to_be_visible()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="带着勾选到上一页").click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    page.get_by_role("link", name="下一页", exact=True).click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    page.get_by_role("button", name="做成剪报").click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    assert page.url.count("id=") == 2
    context.close()


def test_a_printed_article_has_its_code_and_a_printed_list_its_address(page: Page) -> None:
    page.goto(f"/article/{LEAD.id}")
    code = page.locator(".code img")
    expect(code).to_be_hidden()
    page.emulate_media(media="print")
    expect(code).to_be_visible()
    has_come = "image => image.complete || new Promise(come => image.addEventListener('load', come))"
    code.evaluate(has_come)  # the page's policy forbids what waits for a condition
    assert code.evaluate("image => image.naturalWidth") > 0
    page.goto(f"/clips?id={LEAD.id}")
    expect(page.get_by_text("打印 http://")).to_be_visible()
    expect(page.get_by_role("button", name="按勾选更新")).to_be_hidden()


def test_a_paper_is_searched_from_its_own_box(page: Page) -> None:
    page.goto("/paper/tonghe")
    page.get_by_role("searchbox", name="在通河晚报中检索").fill("工会")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("共 1 篇")
    assert page.url.endswith("/search?q=%E5%B7%A5%E4%BC%9A&paper=tonghe")


# --- the form that corrects an article


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the form of the first article on page 01 of the sample archive, in a process of its own."""
    folder = tmp_path_factory.mktemp("desk")
    archive = shutil.copytree(PROJECT / "archive", folder / "archive")
    places = ["--archive", str(archive), "--index", str(folder / "index")]
    baosou = [sys.executable, "-m", "indexer.cli.commands"]
    subprocess.run([*baosou, "index", *places], cwd=PROJECT, check=True, capture_output=True)
    command = [*baosou, "serve", *places, "--port", "0", "--edit", "--user-header", "X-Remote-User"]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield re.findall(r"http://\S+", server.stdout.readline())[0]
        server.terminate()


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (1440, "light"),
        (375, "dark"),
        pytest.param(1440, "dark", marks=pytest.mark.long),
        pytest.param(375, "light", marks=pytest.mark.long),
    ],
)
def test_an_article_is_corrected_by_keyboard_without_javascript(
    browser: Browser, desk: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(
        base_url=desk,
        locale="zh-CN",
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        java_script_enabled=False,
        extra_http_headers={"X-Remote-User": "wang"},
    )
    page = context.new_page()
    page.goto("/paper/yunbei/2021-06-18/01")
    page.locator("main h2 a").first.click()
    page.get_by_role("link", name="更正", exact=True).click()
    headline = page.get_by_label("标题", exact=True)
    headline.focus()
    page.keyboard.press("End")
    page.keyboard.type(f"（{scheme}{width}）")
    page.get_by_label("原因").first.focus()
    page.keyboard.type("照报纸改")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("更正预览")
    expect(page.locator("ins").first).to_have_text(f"（{scheme}{width}）")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="登记").press("Enter")
    expect(page.get_by_role("status")).to_have_text("更正已经登记。")
    expect(page.locator("body")).not_to_contain_text("读者还看不到")
    page.get_by_role("link", name="看这篇文章").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{scheme}{width}")
    context.close()


def test_the_form_fits_a_phone(browser: Browser, desk: str) -> None:
    context = browser.new_context(
        base_url=desk, viewport={"width": 320, "height": 640}, extra_http_headers={"X-Remote-User": "wang"}
    )
    page = context.new_page()
    page.goto("/paper/yunbei/2021-06-18/01")
    page.locator("main h2 a").first.click()
    page.goto(f"{page.url.partition('?')[0]}/edit")
    for summary in page.locator("summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = page.evaluate(
        "[...document.querySelectorAll('main button, main input:not([type=hidden]):not([type=checkbox]), main select')]"
        ".filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 32).length"
    )
    assert small == 0
    context.close()


def test_the_heading_says_what_was_searched_and_each_part_comes_off(page: Page) -> None:
    page.goto("/search?q=%E5%B7%A5%E4%BC%9A%20-%E6%8B%9B%E8%81%98%20%E8%81%8C%E5%B7%A5&paper=yunbei")
    expect(page.get_by_role("heading", level=1)).to_have_text("“工会 -招聘 职工”的检索结果 共 1 篇")
    parts = page.get_by_role("list", name="检索式的各部分")
    expect(parts.get_by_role("link")).to_have_count(3)
    parts.get_by_role("link", name="“职工”").click()
    assert page.url.endswith("/search?q=%E5%B7%A5%E4%BC%9A%20-%E6%8B%9B%E8%81%98&paper=yunbei")
    expect(page.get_by_role("heading", level=1)).to_contain_text("共 3 篇")


def test_the_chart_leads_from_years_to_months_to_days_and_back(page: Page) -> None:
    page.goto("/search?q=%E5%B7%A5%E4%BC%9A")
    chart = page.get_by_role("region", name="年份分布")
    chart.get_by_role("link", name="2019：2 篇").click()
    assert page.url.endswith("&from=2019&to=2019")
    page.get_by_role("region", name="2019 年各月").get_by_role("link", name="2019-03：2 篇").click()
    assert page.url.endswith("&from=2019-03&to=2019-03")
    page.get_by_role("region", name="2019-03 各日").get_by_role("link", name="2019-03-08：2 篇").click()
    assert page.url.endswith("&from=2019-03-08&to=2019-03-08")
    expect(page.get_by_role("heading", level=1)).to_contain_text("共 2 篇")
    page.get_by_role("link", name="2019 年", exact=True).click()
    page.get_by_role("link", name="全部年份").click()
    chart.get_by_role("link", name="日期不详 1").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("共 1 篇")
    expect(page.get_by_role("link", name="旧报一则")).to_be_visible()


def test_the_chart_shows_counts_or_shares_without_a_script(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto("/search?q=%E5%B7%A5%E4%BC%9A")
    bar = page.get_by_role("link", name="2019：2 篇，占馆藏 4 篇的 50%")
    expect(bar.locator(".by-count")).to_be_visible()
    page.get_by_label("占馆藏比例").check()
    expect(bar.locator(".by-share")).to_be_visible()
    expect(bar.locator(".by-count")).to_be_hidden()
    context.close()


def test_a_search_within_results_adds_to_the_query_and_keeps_the_filters(page: Page) -> None:
    page.goto("/search?q=%E5%B7%A5%E4%BC%9A%20OR%20%E5%A6%87%E8%81%94&paper=yunbei&sort=oldest&size=20")
    page.get_by_label("在结果中检索").fill("职工")
    page.get_by_role("button", name="再检索").click()
    expect(page.get_by_role("searchbox")).to_have_value("(工会 OR 妇联) 职工")
    assert page.url.endswith("&paper=yunbei&sort=oldest&size=20")
    expect(page.get_by_role("heading", level=1)).to_contain_text("共 1 篇")


def test_a_hit_shows_names_and_matches(page: Page) -> None:
    page.goto("/search?q=%E5%B7%A5%E4%BC%9A&sort=oldest")
    hit = page.get_by_role("article").filter(has_text=LEAD.headline)
    expect(hit).to_contain_text("警钟长鸣")
    expect(hit).to_contain_text("记者 王晓光")
    expect(hit).to_contain_text("共 2 处")

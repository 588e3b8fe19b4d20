"""An audit of every kind of page in a real Chromium: for whom it can be used, on which screen, in which colours.

axe looks at each page as WCAG 2.2 AA demands, in every language, light and dark, on a desk and on a phone. It runs
beside the page's own policy, which keeps out scripts of the page alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.support.chromium import launched
from tests.support.web_audit import EDITOR, PAGES, AuditedSite, listening, others_of, site_over_samples
from webui.i18n import COOKIE, LANGUAGES

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
DESK = {"width": 1440, "height": 900}
TABLET = {"width": 768, "height": 1024}
PHONE = {"width": 375, "height": 740}
POINTER, FINGER = 24, 44
"""The least size of a target, in CSS pixels."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIGHT = ["color-contrast"]
"""Rules that find the same in every language, and take most of the time."""
REPEATED = [
    [".hits > li ~ li ~ li"],
    [".month ~ .month ~ .month"],
    [".facet li ~ li ~ li ~ li"],
    [".timeline li ~ li ~ li ~ li"],
    [".examples div ~ div ~ div"],
    [".api section ~ section ~ section"],
]
"""What is there many times on a page: of each, some are enough."""
SMALL_TARGETS = r"""least => {
    const letters = element => element.textContent.replace(/\s/g, '').length;
    function isInSentence(element) {
        let block = element;
        while (getComputedStyle(block).display.startsWith('inline')) block = block.parentElement;
        const linked = [...block.querySelectorAll('a')].reduce((sum, link) => sum + letters(link), 0);
        return getComputedStyle(element).display === 'inline' && letters(block) > linked;
    }
    function size(element) {
        const boxes = [element, ...(element.type === 'radio' || element.type === 'checkbox' ? element.labels : [])]
            .map(one => one.getBoundingClientRect());
        return [Math.max(...boxes.map(box => box.width)), Math.max(...boxes.map(box => box.height))];
    }
    return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
        .filter(element => element.checkVisibility({visibilityProperty: true}) && !element.closest('.skip'))
        .filter(element => !isInSentence(element))
        .map(element => [element, ...size(element)])
        .filter(([, width, height]) => width < 23.5 || height < least - .5)
        .map(([element, width, height]) => `${element.outerHTML.slice(0, 120)} is ${width} × ${height}`);
}"""
"""Returns the targets that are smaller than this, but for links within a sentence, as WCAG has it."""


@pytest.fixture(name="site", scope="module")
def site_fixture(tmp_path_factory: pytest.TempPathFactory, sample_archive: Path) -> AuditedSite:
    return site_over_samples(tmp_path_factory.mktemp("audit"), sample_archive)


@pytest.fixture(name="address", scope="module")
def address_fixture(site: AuditedSite) -> Iterator[str]:
    with listening(site.app) as address:
        yield address


@pytest.fixture(name="browser", scope="module")
def browser_fixture() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(name="tabs", scope="module")
def tabs_fixture(browser: Browser, address: str) -> Iterator[dict[str, Page]]:
    """A page of an editor's browser in each language."""
    yield (tabs := {language: tab(browser, address, language) for language in LANGUAGES})
    for page in tabs.values():
        page.context.close()


def tab(browser: Browser, address: str, language: str = LANGUAGES[0], **settings: Any) -> Page:
    context = browser.new_context(base_url=address, extra_http_headers=EDITOR, **settings)
    context.add_cookies([{"name": COOKIE, "value": language, "url": address}])
    return context.new_page()


@pytest.fixture(name="page")
def page_fixture(browser: Browser, address: str) -> Iterator[Page]:
    page = tab(browser, address, viewport=DESK)
    yield page
    page.context.close()


@pytest.fixture(name="phone")
def phone_fixture(browser: Browser, address: str) -> Iterator[Page]:
    page = tab(browser, address, viewport=PHONE, has_touch=True, is_mobile=True)
    yield page
    page.context.close()


def audited(page: Page, **options: Any) -> list[str]:
    """Return what axe finds wrong on a page."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(Axe().axe_script)
    found: list[str] = page.evaluate(
        """([exclude, options]) => axe.run({exclude}, options).then(found => found.violations.flatMap(
            one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 200)}`)))""",
        [
            options.pop("exclude", REPEATED),
            {"runOnly": RULES, "resultTypes": ["violations"], "preload": False, **options},
        ],
    )
    return found


def faults(page: Page, screen: dict[str, int], scheme: Scheme, **options: Any) -> list[str]:
    """Return what is wrong with a page that is open, on a screen and in a colour scheme."""
    page.set_viewport_size(screen)  # type: ignore[arg-type]
    page.emulate_media(color_scheme=scheme)
    found: list[str] = page.evaluate(SMALL_TARGETS, FINGER if screen == PHONE else POINTER)
    width = page.evaluate("document.documentElement.scrollWidth")
    return [
        *([f"it is {width} px wide on a screen of {screen['width']}"] if width > screen["width"] else []),
        *found,
        *audited(page, **options),
    ]


IN_ALL_LANGUAGES = (
    "the start",
    "results of many parts",
    "an article that was searched for",
    "a form",
    "a paper",
    "help",
)
"""Pages with most of the words, which are looked at in each language; the long version looks at all."""


@pytest.mark.parametrize("kind", [*PAGES, "pages that have no name here"])
def test_a_page_is_for_everyone(site: AuditedSite, tabs: dict[str, Page], kind: str) -> None:
    """Only what may differ is looked at again: the colours when it is dark, all else in the other languages."""
    first, *others = tabs.values()
    for path in [site.address(PAGES[kind])] if kind in PAGES else others_of(site):
        first.goto(path)
        assert faults(first, DESK, "light") == []
        assert faults(first, PHONE, "dark", runOnly=SIGHT) == []
        first.set_viewport_size(TABLET)  # type: ignore[arg-type]
        assert first.evaluate("document.documentElement.scrollWidth") <= TABLET["width"]
        for page in others if kind in IN_ALL_LANGUAGES else ():
            page.goto(path)
            assert faults(page, PHONE, "light", rules={rule: {"enabled": False} for rule in SIGHT}) == []


@pytest.mark.long
def test_every_page_is_for_everyone_in_all_ways(site: AuditedSite, tabs: dict[str, Page]) -> None:
    everything = {"exclude": [], "runOnly": [*RULES, "best-practice"]}
    paths = [*map(site.address, PAGES.values()), *others_of(site)]
    for path, (language, page) in product(paths, tabs.items()):
        page.goto(path)
        for screen, scheme in product((DESK, TABLET, PHONE), SCHEMES):
            assert (path, language, scheme, faults(page, screen, scheme, **everything)) == (path, language, scheme, [])


def test_the_audit_finds_what_is_wrong(page: Page) -> None:
    page.goto("/search")
    page.evaluate(
        """() => {
            document.querySelector('label[for=q]').remove();
            document.querySelector('#q').removeAttribute('placeholder');
            document.querySelector('.order').innerHTML = '<a href="/a">一二</a><a href="/b">三四</a>';
            document.querySelector('.order').style = 'display: flex; gap: 0; justify-content: start';
            for (const link of document.querySelectorAll('.order a'))
                link.style = 'font-size: 8px; display: block; min-height: 0; min-width: 0; color: #ddd';
            document.querySelector('h1').style = 'min-width: 3000px';
        }"""
    )
    found = "\n".join(faults(page, DESK, "light"))
    for fault in ("px wide", " 13.", "label:", "target-size:", "color-contrast:"):
        assert fault in found


# --- pages that answer a form


def test_the_preview_of_a_correction_and_a_refusal_are_for_everyone(site: AuditedSite, tabs: dict[str, Page]) -> None:
    page = tabs[LANGUAGES[0]]
    for reason in ("照报纸改", ""):
        page.goto(f"/article/{site.names['article']}/edit")
        page.locator("#headline").fill("市总工会给快递小哥送棉衣")
        form = page.locator("form.edit")
        form.locator("[name=reason]").fill(reason)
        form.locator("[name=reason]").evaluate("one => one.removeAttribute('required')")
        form.get_by_role("button").click()
        expect(page.locator("ins" if reason else "[role=alert]").first).to_be_visible()
        for screen, scheme in ((DESK, "light"), (PHONE, "dark")):
            assert faults(page, screen, scheme) == []  # type: ignore[arg-type]


# --- the keyboard


@pytest.mark.parametrize("kind", ["the start", "results", "an article that was searched for", "a form", "a paper"])
def test_the_keyboard_goes_through_a_page_in_the_order_of_reading_and_shows_where_it_is(
    site: AuditedSite, page: Page, kind: str
) -> None:
    page.goto(site.address(PAGES[kind]))
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", "#content")
    seen = []
    for _ in range(30):
        place = page.evaluate(
            """() => {
                const element = document.activeElement, style = getComputedStyle(element);
                const box = element.getBoundingClientRect();
                return {at: [...document.querySelectorAll('*')].indexOf(element), tag: element.tagName,
                        outline: style.outlineStyle, isWide: parseFloat(style.outlineWidth) >= 2,
                        isOnScreen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.width > 0};
            }"""
        )
        if place["tag"] == "BODY":  # past the last one
            break
        seen.append(place["at"])
        assert (place["outline"], place["isWide"], place["isOnScreen"]) == ("solid", True, True), place
        page.keyboard.press("Tab")
    assert len(seen) > 10
    assert seen == sorted(seen)


@pytest.mark.parametrize("kind", ["results", "an article", "a clipping list", "not there"])
def test_the_skip_link_leads_past_the_masthead(site: AuditedSite, page: Page, kind: str) -> None:
    page.goto(site.address(PAGES[kind]))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


# --- colours of the system, and paper


def test_marks_stay_legible_in_forced_colours(site: AuditedSite, browser: Browser, address: str) -> None:
    """The line below a word is thin and below it: the system gives it the colour of the words."""
    page = tab(browser, address, forced_colors="active")
    for kind in ("results", "an article that was searched for"):
        page.goto(site.address(PAGES[kind]))
        line = page.locator("mark").first.evaluate(
            """element => {
                const style = getComputedStyle(element);
                const words = parseFloat(style.fontSize);
                return {thickness: parseFloat(style.textDecorationThickness) / words,
                        offset: parseFloat(style.textUnderlineOffset) / words,
                        ground: style.backgroundColor, colour: style.color};
            }"""
        )
        assert line["thickness"] < 0.15
        assert line["offset"] > 0
        assert line["ground"] != line["colour"]
    page.context.close()


def test_printed_results_say_what_was_asked_where_and_when(page: Page, address: str) -> None:
    path = "/search?q=%E5%B7%A5%E4%BC%9A&paper=yunbei&from=2019"
    page.goto(path)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_contain_text("工会")
    for filter_name in ("云陂日报", "2019"):
        expect(page.locator(".chosen").get_by_text(filter_name).first).to_be_visible()
    expect(page.get_by_text(f"{address}{path}")).to_be_visible()
    expect(page.locator(".print-only.address")).to_contain_text("年")
    for control in (".search", ".facets", ".order", ".paging", ".clip-form", ".within", ".switch"):
        for one in page.locator(control).all():
            expect(one).to_be_hidden()


def test_a_printed_article_says_where_it_is_from(site: AuditedSite, page: Page, address: str) -> None:
    path = f"/article/{site.names['article']}"
    page.goto(path)
    page.emulate_media(media="print")
    expect(page.get_by_text(f"{address}{path}").last).to_be_visible()
    expect(page.locator(".code img")).to_be_visible()
    code = page.locator(".code img")
    code.evaluate("image => image.complete || new Promise(come => image.addEventListener('load', come))")
    assert code.evaluate("image => image.naturalWidth") > 0
    expect(page.locator("pre.cite, .cite").first).to_be_visible()


# --- a phone


def test_facets_are_reached_on_a_phone_without_scrolling_past_the_hits(site: AuditedSite, phone: Page) -> None:
    phone.goto("/search?size=50")
    narrow = phone.locator(".to-facets")
    hits = phone.locator(".hits").first
    assert narrow.bounding_box()["y"] < hits.bounding_box()["y"]  # type: ignore[index]
    assert narrow.bounding_box()["y"] < PHONE["height"]  # type: ignore[index]
    narrow.tap()
    expect(phone.locator(".facet a").first).to_be_in_viewport()
    phone.locator(".facet a").first.tap()
    expect(phone.locator(".chosen").first).to_be_in_viewport()

"""Tests of what chats and search engines get to know of a page, and which pages they are invited to."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from tests.support.web_archive import SAMPLES
from tests.support.web_site import CHINESE, LEAD, xml

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def described(site: FlaskClient, path: str) -> tuple[str, str]:
    page = site.get(path, headers=CHINESE).text
    title = re.search(r'og:title" content="([^"]*)"', page)
    description = re.search(r'og:description" content="([^"]*)"', page)
    assert title
    assert description
    return title[1], description[1]


def test_a_search_is_described_by_query_filters_count_and_first_headlines(site: FlaskClient) -> None:
    path = f"/search?q={quote('工会')}&paper=yunbei&from=2019&to=2019"
    assert described(site, path) == ("“工会”的检索结果 · 云北日报，2019", "共 1 篇 · 全市安全生产工作会议召开")
    title, description = described(site, "/search?sort=oldest")
    assert title == "全部文章"
    assert description.count("；") == 2
    nearest = described(site, f"/search?q={quote('安全生产 火星')}")[1]
    assert nearest == "没有同时含全部词语的稿件 · 最接近的：全市安全生产工作会议召开"


@pytest.mark.parametrize(
    ("path", "is_listed"),
    [
        ("/", True),
        (f"/article/{LEAD}", True),
        ("/paper/yunbei", True),
        ("/paper/yunbei/2019-03-08", True),
        ("/paper/yunbei/2019-03-08/01", True),
        (f"/search?q={quote('工会')}", False),
        (f"/clips?id={LEAD}", False),
        ("/nope", False),
    ],
)
def test_results_and_lists_may_be_previewed_but_are_not_listed(site: FlaskClient, path: str, is_listed: bool) -> None:
    assert ('<meta name="robots" content="noindex">' not in site.get(path).text) == is_listed


def test_robots_may_fetch_results_but_follow_no_facet(site: FlaskClient) -> None:
    forbidden = re.findall("Disallow: (.*)", site.get("/robots.txt").text)
    previewed = (f"/search?q={quote('工会')}", f"/clips?id={LEAD}", f"/preview/article/{LEAD}.png", f"/article/{LEAD}")
    assert not any(path.startswith(prefix) for path in previewed for prefix in forbidden)
    page = site.get(f"/search?q={quote('工会')}").text
    facets = re.findall("<a [^>]*>", page.partition('id="facets"')[2].partition("</aside>")[0])
    assert facets
    assert all('rel="nofollow"' in link for link in facets)


def test_the_sitemap_leads_to_every_article_and_issue(site: FlaskClient) -> None:
    assert "Sitemap: http://localhost/sitemap.xml" in site.get("/robots.txt").text
    parts = [one.text or "" for one in xml(site.get("/sitemap.xml")).iter(f"{SITEMAP}loc")]
    assert "http://localhost/sitemap/yunbei/undated.xml" in parts
    found = {loc.text for part in parts for loc in xml(site.get(part)).iter(f"{SITEMAP}loc")}
    assert found >= {f"http://localhost/article/{sample.id}" for sample in SAMPLES}
    assert found >= {"http://localhost/paper/yunbei", "http://localhost/paper/yunbei/2020-05-01"}
    assert all(site.get(one).status_code == 200 for one in found)


@pytest.mark.parametrize("path", ["/sitemap/nope/2019.xml", "/sitemap/yunbei/1999.xml", "/sitemap/yunbei/x.xml"])
def test_there_is_no_sitemap_of_what_is_not_held(site: FlaskClient, path: str) -> None:
    assert site.get(path).status_code == 404

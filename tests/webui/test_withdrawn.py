"""What readers see of corrected articles, and that nothing leads to withdrawn articles and withheld words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from flask.testing import FlaskClient

from indexer.archive.corrections import Correction
from indexer.indexing import changes
from indexer.model import WITHHELD, Request
from indexer.search.query_parser import parse
from tests.support.library import BRIDGE, DAY, FERRY, RICE, CorrectedLibrary, library
from tests.support.web_site import CHINESE, ENGLISH, in_memory, on_disk, text_of
from webui import Settings, create_app
from webui.views.article import refuse_withdrawn

BEES = """阙云杉办起养蜂场

本报讯（记者 阙云杉）昨日，城南村办起养蜂场，首批蜂王浆上市。养蜂人说，油菜花开得早，蜜源足。

（下转第3版）
"""
MORE_BEES = "阙云杉办起养蜂场\n\n（上接第1版）\n\n场里养了两百箱意蜂，蜂农忙着摇蜜装瓶，销往邻县。\n"
PHONE = "桥边开茶摊\n\n本报讯 桥边新开一处茶摊，摊主阙云杉说，订茶请打00001234567，随叫随到，风雨无阻。\n"
DOUBLED = "桥边开茶摊\n\n本报讯 桥边新开一处茶摊，摊主阙阙云云杉杉说，风雨无阻，随叫随到，远近皆知。\n"
GONE = ("养蜂", "蜂王浆", "意蜂", "摇蜜", "油菜花")
HIDDEN = ("阙云杉", "云杉", "00001234567", "1234567")


@dataclass
class Site:
    lib: CorrectedLibrary
    client: FlaskClient

    def get(self, path: str) -> str:
        response = self.client.get(path, follow_redirects=True, headers=CHINESE)
        assert response.status_code == 200, path
        return response.text


@pytest.fixture(name="site", params=[in_memory, on_disk])
def site_fixture(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    lib = CorrectedLibrary(tmp_path / "archive", request.param(tmp_path))
    for name, text in (("01.txt", f"{BEES}\n{RICE}"), ("02.txt", PHONE), ("03.txt", f"{MORE_BEES}\n{BRIDGE}")):
        lib.put(name, text)
    lib.put("01.txt", FERRY, "2022-05-07")
    lib.index()
    app = create_app(Settings(lib.root, str(tmp_path / "index")), lib.engine)
    return Site(lib, app.test_client())


def taken_down(site: Site) -> str:
    """Withdraw the article about bees and withhold name and number in another; return the former's id."""
    lib = site.lib
    bees = lib.id("阙云杉办起养蜂场")
    lib.record(bees, Correction(action="withdraw", reason="来函三号", public_reason="应当事人要求"))
    lib.record(
        lib.id("桥边开茶摊"),
        Correction(action="withhold", before="阙云杉", reason="来函四号"),
        Correction(action="withhold", before="0000-1234567", reason="来函四号"),
    )
    return bees


@pytest.mark.parametrize("accept", [CHINESE, ENGLISH])
def test_a_withdrawn_article_answers_410_with_the_reason_that_may_be_shown(site: Site, accept: dict[str, str]) -> None:
    bees = taken_down(site)
    response = site.client.get(f"/article/{bees}?q=蜂", headers=accept)
    assert response.status_code == 410
    assert "应当事人要求" in response.text
    assert ("撤下" in text_of(response.text)) == (accept is CHINESE)
    assert "来函" not in response.text
    assert "养蜂" not in response.text


def test_for_programs_it_is_json(site: Site) -> None:
    app = site.client.application
    bees = taken_down(site)
    app.add_url_rule("/api/test/<article_id>", view_func=refuse_withdrawn)
    response = site.client.get(f"/api/test/{bees}")
    assert response.status_code == 410
    assert response.json == {"error": "This article was withdrawn: 应当事人要求", "reason": "应当事人要求"}


def test_without_a_reason_none_is_made_up_and_a_former_address_answers_the_same(site: Site) -> None:
    lib = site.lib
    old = lib.id("早稻开镰")
    now = lib.set("早稻开镰", "headline", "城西早稻开镰").id
    assert site.client.get(f"/article/{old}").headers["Location"].endswith(now)
    lib.record(now, Correction(action="withdraw", reason="来函五号"))
    for one in (old, now):
        response = site.client.get(f"/article/{one}", headers=CHINESE)
        assert response.status_code == 410
        assert "来函" not in response.text
    lib.record(now, Correction(action="undo", of=2))
    assert "一片金黄" in site.get(f"/article/{old}")


def test_it_answers_so_before_the_index_is_brought_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "_PATIENCE", 0.2)  # the other run does not end meanwhile
    lib = CorrectedLibrary(tmp_path / "archive", on_disk(tmp_path))
    lib.put("01.txt", f"{BEES}\n{RICE}")
    lib.index()
    client = create_app(Settings(lib.root, ""), lib.engine).test_client()
    bees = lib.id("阙云杉办起养蜂场")
    other = lib.engine.writer()  # as if another run were still going on
    assert lib.record(bees, Correction(action="withdraw", public_reason="应当事人要求")).pending
    other.abort()
    assert client.get(f"/article/{bees}").status_code == 410
    assert bees in {one.id for one in lib.articles.values()}
    lib.index()
    assert bees not in {one.id for one in lib.articles.values()}


def doors(site: Site) -> list[str]:
    """Addresses of all kinds that may show articles and their words."""
    words = [
        *GONE,
        *HIDDEN,
        "蜂",
        "阙",
        "茶摊",
        "养*",
        "headline:养蜂",
        "byline:阙",
        "furniture:养蜂",
        "早稻 蜂王浆",
        "蜂王桨",
    ]
    lines = [f"?q={quote(word)}" for word in words] + ["?q=", "?q=&sort=newest"]
    found = [
        f"{path}{line}" for path in ("/search.atom", "/search.csv", "/search.ris", "/api/search") for line in lines
    ]
    found += [f"/search{line}" for line in lines]
    found += [f"/suggest?q={quote(word)}" for word in words]
    found += ["/", "/paper/lanhe", f"/paper/lanhe/{DAY}", *(f"/paper/lanhe/{DAY}/0{page}" for page in (1, 2, 3))]
    return found + [f"/article/{one.id}" for one in site.lib.articles.values()]


def test_no_door_leads_to_what_was_taken_down(site: Site) -> None:
    taken_down(site)
    for again in range(3):
        for path in doors(site):
            shown = re.sub(r"<title>.*?</title>|<form.*?</form>|<nav.*?</nav>", "", site.get(path), flags=re.DOTALL)
            for word in (*GONE, *HIDDEN):
                is_echo = word in unquote(path)
                assert is_echo or word not in shown, (path, word)
        reader = site.lib.engine.reader()
        for word in (*GONE, *HIDDEN):
            for line in (word, f'"{word}"', f"{word[:1]}*", f"{word} 早稻"):
                request = Request(parse(line))
                assert reader.count(request) == 0, line
                assert reader.search(request).total == 0, line
            assert reader.holding([word]) == (0,), word
        assert [one.text for one in reader.terms_with_prefix("蜂", 9)] == []
        assert [one.text for one in reader.terms_with_prefix("阙", 9)] == []
        assert "蜂王浆" not in [one.text for one in reader.near_terms("蜂王桨", 9)]
        assert reader.letters_between("蜂", "浆", 9) == ()
        assert reader.letters_between("阙", "杉", 9) == ()
        for field in ("headline", "byline", "paragraph"):
            assert reader.beginning(field, "阙", 9) == ()  # type: ignore[arg-type]
        assert [paper.articles for paper in reader.papers()] == [4]
        site.lib.index(full=again == 1)


def test_an_article_shows_its_corrections_with_their_authors(site: Site) -> None:
    site.lib.set("早稻开镰", "kicker", "丰收在望", author="馆员甲")
    site.lib.record(site.lib.id("早稻开镰"), Correction(action="withhold", before="刘满仓", public_reason="隐去姓名"))
    shown = text_of(site.get(f"/article/{site.lib.id('早稻开镰')}"))
    assert "更正记录" in shown
    assert "馆员甲 引题 丰收在望" in shown
    assert f"隐去 {WITHHELD} 隐去姓名" in shown
    assert "更正记录" not in site.get(f"/article/{site.lib.id('渡口添新船')}")


FOLIO = "2022年5月6日 星期五 第2版 责编：阙云杉\n\n"


@pytest.mark.parametrize("scan", [PHONE, DOUBLED, PHONE.replace("阙云杉", "阙 云\n杉"), FOLIO + PHONE])
def test_the_raw_text_has_no_withheld_letters(site: Site, scan: str) -> None:
    site.lib.put("02.txt", scan)
    site.lib.index()
    article_id = site.lib.record(site.lib.id("桥边开茶摊"), Correction(action="withhold", before="阙云杉")).id
    raw = site.get(f"/article/{article_id}/raw").partition('<section class="raw"')[2]
    assert WITHHELD in raw
    assert "摊主" in raw
    assert "随叫随到" in raw
    assert not set("阙杉") & set(raw)


PHONE_TEXT = PHONE.partition("\n\n")[2]
EDITED_BY = [
    ("02.txt", f"{PHONE}\n责任编辑：阙云杉 校对：阙云杉 第2版\n"),
    ("02.md", f"---\ndate: 2022-05-06\nsection: 阙云杉专栏\neditor: 阙云杉\n---\n\n# {PHONE}"),
    ("02.md", f"<!-- page 2 section 阙云杉版 -->\n\n# {PHONE}"),
    ("02.html", f"<title>兰河日报 2022-05-06 阙云杉专版 02版</title><h1>桥边开茶摊</h1><p>{PHONE_TEXT}</p>"),
]
"""Pages that name the one whose name is withheld beside the article too."""


@pytest.mark.parametrize(("name", "scan"), EDITED_BY)
def test_what_a_page_claims_of_itself_has_no_withheld_letters(site: Site, name: str, scan: str) -> None:
    (site.lib.root / "lanhe" / DAY / "02.txt").unlink()
    site.lib.put(name, scan)
    site.lib.index()
    article_id = site.lib.record(site.lib.id("桥边开茶摊"), Correction(action="withhold", before="阙云杉")).id
    for path in (f"/article/{article_id}", f"/article/{article_id}/raw", f"/api/article/{article_id}"):
        assert "云杉" not in site.get(path)
    assert site.client.get("/api/search", query_string={"q": "furniture:云杉"}).json["total"] == 0  # type: ignore[index]


def test_the_raw_text_is_not_shown_of_a_page_with_something_withheld_that_changed(site: Site) -> None:
    taken_down(site)
    for headline, name in (("桥边开茶摊", "02.txt"), ("早稻开镰", "01.txt"), ("三座老桥修好了", "03.txt")):
        article_id = site.lib.id(headline)
        assert "之后改过" not in site.get(f"/article/{article_id}/raw")
        path = site.lib.root / "lanhe" / DAY / name
        old = path.read_text(encoding="utf-8")
        path.write_text(f"一{old}", encoding="utf-8")
        changed = site.get(f"/article/{article_id}/raw")
        assert ("之后改过" in changed) or name == "03.txt", name
        assert "云杉" not in changed
        path.write_text(old, encoding="utf-8")


def test_the_raw_text_of_a_corrected_article_is_still_what_the_page_has(tmp_path: Path) -> None:
    lib = library(tmp_path)
    done = lib.record(
        lib.id("早稻开镰"),
        Correction(action="set", field="headline", after="完全不同的一个标题"),
        Correction(action="set", field="text", before="种粮大户刘满仓说，今年亩产比去年高", after="一位农民说收成好"),
    )
    client = create_app(Settings(lib.root, ""), lib.engine).test_client()
    raw = client.get(f"/article/{done.id}/raw").text.partition('<section class="raw"')[2]
    assert "早稻开镰" in raw
    assert "种粮大户刘满仓" in raw

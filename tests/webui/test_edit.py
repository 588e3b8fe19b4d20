"""Tests of the form that corrects an article: who gets it, what it records, and that nothing typed is lost."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from indexer.archive.archive import Archive
from indexer.engines.base import Engine
from indexer.indexing.pipeline import index
from indexer.model import Article, Document, Everything, Request
from tests.support.web_site import CHINESE, on_disk, text_of
from webui import Settings, create_app
from webui.editing.form import replacements

USER = "X-Remote-User"
PAGE = """# 市总工会表影先进

本报讯（记者 何汀 通迅员 李青）昨天，市总工会召开大会，表彰了一批先进职工。他们来自各行各业，有的在车间里干了三十年。

大会由市总工会主席主持。获奖职工的电话是0000-1234567，欢迎来电。

# 另一篇的开头

另一篇说的是别的事情，与上面没有关系。
"""
CARD = "# 鹭鸶湾渔民上岸\n\n本报讯（记者 丘壑明）昨天，鹭鸶湾的渔民都上了岸，船交给了玛瑙坊。\n"


@dataclass
class Desk:
    """A site with forms, and an editor who uses it."""

    site: FlaskClient
    archive: Path
    engine: Engine
    user: str = "王老师"

    def as_user(self, user: str) -> Desk:
        return Desk(self.site, self.archive, self.engine, user)

    @property
    def documents(self) -> list[Document]:
        reader = self.engine.reader()
        hits = reader.search(Request(Everything(), size=100, facets=())).hits
        return sorted(
            filter(None, (reader.get(hit.document.id) for hit in hits)), key=lambda one: (one.source, one.ordinal)
        )

    @property
    def article(self) -> Article:
        """The first article of the page."""
        return self.documents[0].article

    def open(self, article_id: str = "", **headers: str) -> dict[str, str]:
        """Open the form, and return the fields of its first form."""
        page = self.get(f"/article/{article_id or self.article.id}/edit", **headers)
        assert page.status_code == 200
        return fields_of(page.text)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.site.get(path, headers={USER: self.user.encode().decode("latin-1"), **CHINESE, **headers})

    def send(self, given: dict[str, str], article_id: str = "") -> TestResponse:
        path = f"/article/{article_id or self.article.id}/edit"
        return self.site.post(path, data=given, headers={USER: self.user.encode().decode("latin-1"), **CHINESE})

    def record(self, article_id: str = "", **typed: str) -> TestResponse:
        """Fill in the form, look at the preview, and record it."""
        given = {**self.open(article_id), "reason": "照报纸改", **typed}
        preview = self.send(given, article_id)
        assert preview.status_code == 200, text_of(preview.text)
        return self.send({**fields_of(preview.text), "step": "record"}, article_id)

    def lines(self) -> list[dict[str, object]]:
        """The lines of the page's corrections file."""
        path = self.archive / "wanbao/2019-03-08/01.corrections.jsonl"
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []

    def audit(self) -> list[dict[str, object]]:
        path = self.archive / "audit.jsonl"
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of the first form in the content of a page."""
    form = re.search(r'<form class="edit".*?</form>', page, re.DOTALL)
    assert form
    found: dict[str, str] = {}
    for name, value in re.findall(
        r'<input (?!type="checkbox")(?:[^>]*? )?name="([^"]*)"[^>]*?value="([^"]*)"', form[0]
    ):
        found[name] = html.unescape(value)
    for name, value in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>\n?([^<]*)</textarea>', form[0]):
        found[name] = html.unescape(value)
    for name, options in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', form[0], re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = html.unescape(chosen[1]) if chosen else ""
    return found


@pytest.fixture(name="desk")
def desk_fixture(tmp_path: Path) -> Desk:
    archive = tmp_path / "archive"
    for name, text in {
        "wanbao/2019-03-08/01.md": PAGE,
        "wanbao/paper.toml": 'title = "螺泉晚报"\nplace = "河南省/驻马店市"\n',
        "xuanbao/2019-03-08/01.md": CARD,
        "xuanbao/paper.toml": 'title = "题目报"\nrights = "metadata"\n',
    }.items():
        (archive / name).parent.mkdir(parents=True, exist_ok=True)
        (archive / name).write_text(text, encoding="utf-8")
    engine = on_disk(tmp_path)
    index(Archive(archive), engine, jobs=1)
    settings = Settings(archive, str(tmp_path / "index"), edit=True, user_header=USER)
    return Desk(create_app(settings, engine).test_client(use_cookies=False), archive, engine)


# --- who gets the form


def test_a_form_is_sent_uncompressed_for_it_has_a_token(desk: Desk) -> None:
    packed = {"Accept-Encoding": "br, gzip"}
    assert "Content-Encoding" not in desk.get(f"/article/{desk.article.id}/edit", **packed).headers
    assert desk.get(f"/article/{desk.article.id}", **packed).headers["Content-Encoding"] == "br"


def test_without_edit_there_is_no_form_and_no_link_to_one(desk: Desk) -> None:
    settings = Settings(desk.archive, "index", user_header=USER)
    site = create_app(settings, desk.engine).test_client()
    assert "/edit" in desk.get(f"/article/{desk.article.id}").text
    assert "/edit" not in site.get(f"/article/{desk.article.id}", headers={USER: "wang"}).text
    path = f"/article/{desk.article.id}/edit"
    assert site.post(path, headers={USER: "wang"}).status_code == 404
    assert site.get(path, headers={USER: "wang"}).headers["Location"] == f"/article/{desk.article.id}"  # healed
    assert site.get("/article/nothing/edit", headers={USER: "wang"}).status_code == 404


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({}, "127.0.0.1"),
        ({USER: ""}, "127.0.0.1"),
        ({USER: "wang"}, "192.0.2.7"),
        ({USER: "made-up, wang"}, "127.0.0.1"),
    ],
)
def test_without_a_name_from_the_proxy_nobody_may_correct(desk: Desk, headers: dict[str, str], address: str) -> None:
    for article_id in (desk.article.id, "wanbao-20190308-01-0000000000"):
        for method in (desk.site.get, desk.site.post):
            given = method(
                f"/article/{article_id}/edit",
                headers={**CHINESE, **headers},
                environ_overrides={"REMOTE_ADDR": address},
            )
            assert given.status_code == 403
            assert "登录以后才能更正文章" in given.text
            assert "表影" not in given.text


def test_a_form_of_another_site_or_another_user_records_nothing(desk: Desk) -> None:
    given = {**desk.open(), "headline": "假的", "reason": "假的", "step": "record"}
    for token in ("", "made-up", desk.as_user("李老师").open()["token"]):
        refused = desk.send({**given, "token": token})
        assert refused.status_code == 403
        assert fields_of(refused.text)["headline"] == "假的"  # what was typed is kept
    assert desk.lines() == []
    assert desk.send({**given, "headline": "市总工会表彰先进", "reason": "误识"}).status_code == 303


def test_forms_are_kept_by_no_cache(desk: Desk) -> None:
    assert desk.get(f"/article/{desk.article.id}/edit").headers["Cache-Control"] == "no-store"


def test_an_unknown_article_has_no_form(desk: Desk) -> None:
    assert desk.get("/article/wanbao-20190308-01-0000000000/edit").status_code == 404


# --- what it records


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ({"headline": "市总工会表彰先进"}, lambda one: one.headline == "市总工会表彰先进"),
        ({"kicker": "劳动最光荣"}, lambda one: one.kicker == "劳动最光荣"),
        ({"subtitle": "三十年如一日"}, lambda one: one.subtitle == "三十年如一日"),
        (
            {"byline": "记者 何汀、李青"},
            lambda one: [(of.role, of.name) for of in one.byline] == [("记者", "何汀"), ("", "李青")],
        ),
        ({"date": "2019-03-09"}, lambda one: one.date and one.date.isoformat() == "2019-03-09"),
        ({"page": "A05"}, lambda one: one.pages == ("A05",)),
        ({"section": "民生"}, lambda one: one.section == "民生"),
        ({"localities": "河南省/驻马店市/驿城区、河南省/周口市"}, lambda one: len(one.localities) == 2),
        ({"kind": "评论"}, lambda one: one.kind == "评论"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_each_field_can_be_corrected(desk: Desk, typed: dict[str, str], read: object) -> None:
    before = desk.article.id
    done = desk.record(**typed)
    assert done.status_code == 303
    now = done.headers["Location"].split("/")[2]
    document = desk.engine.reader().get(now)
    assert document is not None
    assert read(document.article)  # type: ignore[operator]
    [line] = desk.lines()
    assert (line["field"], line["author"], line["reason"], line["article"]) == (*typed, "王老师", "照报纸改", before)
    [noted] = desk.audit()
    assert (noted["author"], noted["origin"], noted["field"]) == ("王老师", "site", *typed)
    if now != before:
        assert desk.get(f"/article/{before}").headers["Location"].startswith(f"/article/{now}")


def test_words_in_the_text_are_replaced_one_by_one(desk: Desk) -> None:
    text = desk.open()["p0"]
    done = desk.record(p0=text.replace("通迅员", "通讯员").replace("三十年", "四十年"))
    assert done.status_code == 303
    assert "通讯员" in desk.article.paragraphs[0].text
    assert "四十年" in desk.article.paragraphs[0].text
    assert [line["field"] for line in desk.lines()] == ["text", "text"]
    assert all(len(str(line["before"])) < 10 for line in desk.lines())


def test_an_article_is_split_and_joined_again(desk: Desk) -> None:
    assert desk.record(what="split", number="1", headline="主席主持大会").status_code == 303
    first, second, _, _ = (document.article for document in desk.documents)
    assert (len(first.paragraphs), second.headline) == (1, "主席主持大会")
    assert desk.record(what="join", other=second.id).status_code == 303
    assert desk.article.paragraphs[-1].text.startswith("大会由市总工会主席")


def test_a_passage_is_withheld_and_shown_again_when_that_is_undone(desk: Desk) -> None:
    assert desk.record(what="withhold", passage="0000-1234567", public_reason="私人电话").status_code == 303
    shown = desk.get(f"/article/{desk.article.id}").text
    assert "1234567" not in shown
    assert "〔…〕" in shown
    assert desk.record(what="undo", number="1").status_code == 303
    assert "1234567" in desk.get(f"/article/{desk.article.id}").text


def test_an_article_is_withdrawn_and_its_form_lifts_that(desk: Desk) -> None:
    article_id = desk.article.id
    done = desk.record(what="withdraw", public_reason="应当事人要求")
    assert done.headers["Location"] == f"/article/{article_id}/edit?done=1"
    assert desk.engine.reader().get(article_id) is None
    page = desk.get(f"/article/{article_id}/edit")
    assert "已经撤稿" in page.text
    form = re.findall(r"<form method=\"post\".*?</form>", page.text, re.DOTALL)[-1]
    given = {name: html.unescape(value) for name, value in re.findall(r'name="([^"]*)" value="([^"]*)"', form)}
    preview = desk.send(given, article_id)
    assert desk.send({**fields_of(preview.text), "step": "record"}, article_id).status_code == 303
    assert desk.engine.reader().get(article_id) is not None


def test_a_whole_page_gets_another_date(desk: Desk) -> None:
    assert desk.record(date="2019-03-09", whole_page="1").status_code == 303
    assert {str(document.article.date) for document in desk.documents if document.paper == "wanbao"} == {"2019-03-09"}
    assert [line.get("article", "") for line in desk.lines()] == [""]


def test_the_preview_shows_the_change_and_records_nothing(desk: Desk) -> None:
    preview = desk.send({**desk.open(), "headline": "市总工会表彰先进", "reason": "误识"})
    assert "<del>影</del><ins>彰</ins>" in preview.text
    assert desk.lines() == []
    again = desk.send({**fields_of(preview.text), "step": "again"})
    assert fields_of(again.text)["headline"] == "市总工会表彰先进"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "没有改动"),
        ({"headline": "市总工会表彰先进", "reason": ""}, "请写明原因"),
        ({"date": "2019-02-30"}, "is not a date"),
        ({"page": "a/b"}, "not the label of a page"),
        ({"kind": "小说"}, "not a kind of article"),
        ({"headline": "另一篇", "date": "2019-03-09", "whole_page": "1"}, "For a whole page"),
        ({"what": "withhold", "passage": "没有这几个字"}, "doesn&#39;t fit"),
        ({"what": "split", "number": "9"}, "没有改动"),
        ({"what": "join", "other": "nothing"}, "doesn&#39;t fit"),
        ({"what": "undo", "number": "7"}, "no correction 7"),
        ({"what": "nonsense"}, "没有改动"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_and_kept(desk: Desk, typed: dict[str, str], says: str) -> None:
    given = {**desk.open(), "reason": "照报纸改", **typed}
    for step in ("preview", "record"):
        refused = desk.send({**given, "step": step})
        assert refused.status_code == 400
        assert says in refused.text
        assert all(
            value in html.unescape(refused.text) for name, value in typed.items() if name in ("headline", "passage")
        )
    assert desk.lines() == []


@pytest.mark.parametrize(
    "given",
    [
        {"what": "undo", "number": "9" * 5000},
        {"what": "split", "number": "²"},
        {"seen": "9" * 5000, "shown": ""},
        {"date": "10000-01-01"},
        {"p0": ""},
        {"p0": "一\r\n二"},
        {"was_p0": "没有这一段", "p0": "有"},
        {"was_headline": "别的", "headline": "\x00\ud7ff〔…〕"},
        {"byline": "、、 、"},
        {"localities": "/"},
        {"kind": ""},
        {"step": "nonsense", "headline": "甲" * 3000},
        {"what": "withhold", "passage": "。"},
        {"what": "join", "other": "\x00"},
    ],
    ids=lambda given: "-".join(given),
)
def test_whatever_is_sent_is_answered_with_a_page(desk: Desk, given: dict[str, str]) -> None:
    for step in ("preview", "again", "record"):
        answered = desk.send({**desk.open(), "reason": "照报纸改", "step": step, **given})
        assert answered.status_code in (200, 303, 400, 409)


# --- two people at one article


def test_the_second_is_told_who_changed_what_and_keeps_what_was_typed(desk: Desk) -> None:
    li = desk.as_user("李老师")
    opened = li.open()
    assert desk.record(headline="市总工会表彰先进").status_code == 303
    typed = {**opened, "kicker": "劳动最光荣", "reason": "漏了引题", "step": "record"}
    refused = li.send(typed)
    assert refused.status_code == 409
    told = text_of(refused.text)
    assert "王老师" in told
    assert "市总工会表影先进 市总工会表彰先进" in told
    kept = fields_of(refused.text)
    assert (kept["kicker"], kept["reason"], kept["headline"]) == ("劳动最光荣", "漏了引题", "市总工会表彰先进")
    assert len(desk.lines()) == 1
    assert li.send({**kept, "step": "record"}).status_code == 303
    assert (desk.article.headline, desk.article.kicker) == ("市总工会表彰先进", "劳动最光荣")
    assert [line["author"] for line in desk.lines()] == ["王老师", "李老师"]


def test_both_at_one_field_the_second_sees_what_it_says_now(desk: Desk) -> None:
    li = desk.as_user("李老师")
    opened = li.open()
    desk.record(headline="市总工会表彰先进", p1=opened["p1"].replace("主席", "副主席"))
    refused = li.send(
        {**opened, "headline": "总工会表彰先进", "p1": opened["p1"].replace("大会", "会议"), "reason": "误"}
    )
    assert refused.status_code == 409
    assert fields_of(refused.text)["headline"] == "总工会表彰先进"
    assert "现在是：市总工会表彰先进" in refused.text
    assert opened["p1"].replace("大会", "会议") in html.unescape(refused.text)  # the paragraph is another one now


# --- rights


def test_the_form_of_a_catalogue_entry_shows_no_text_and_corrects_its_head(desk: Desk) -> None:
    card = desk.documents[-1].article
    assert card.headline == "鹭鸶湾渔民上岸"
    page = desk.get(f"/article/{card.id}/edit").text
    assert "玛瑙坊" not in page
    preview = desk.send({**desk.open(card.id), "headline": "鹭鸶湾渔民", "reason": "误"}, card.id)
    assert preview.status_code == 200
    assert "玛瑙坊" not in preview.text
    assert desk.record(card.id, headline="鹭鸶湾渔民").status_code == 303


# --- replaced words


@pytest.mark.parametrize(
    ("texts", "typed"),
    [
        (["甲乙丙甲乙丁"], "甲乙丙甲戊丁"),
        (["甲乙丙", "甲乙丙丁"], "甲乙戊丁"),
        (["本报讯 （记者 何汀）昨天"], "本报讯（记者 何汀）昨天上午"),
        (["一二三四五六七八九十一二三四五六七八九十"], "一二三四五六七八九十一二三四五六七八九"),
        (["会会议开完了"], "会议开完了"),
        (["删去这一段"], ""),
    ],
)
def test_replacing_the_words_one_after_another_gives_what_was_typed(texts: list[str], typed: str) -> None:
    text = texts[-1]
    for before, after in replacements(texts, len(texts) - 1, typed):
        assert text.count(before) == 1
        text = text.replace(before, after)
    assert "".join(text.split()) == "".join(typed.split())

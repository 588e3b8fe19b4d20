"""Tests of the pictures that chats show, and of the code on printed articles."""

from __future__ import annotations

import io
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import segno
from flask.testing import FlaskClient
from PIL import Image

from tests.support.web_site import CHINESE, ENGLISH, FAIR, LEAD, xml
from webui.sharing import fonts
from webui.sharing.card import MOST_KEPT, SIZE, Card, picture, wrapped

needs_a_font = pytest.mark.skipif(not fonts.can_draw(), reason="no font with Chinese characters is installed")
CARD = Card("报搜", "警钟长鸣", "全市安全生产工作会议召开", "会议强调，安全生产。", "云北日报")


@pytest.fixture
def without_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def forget() -> None:
        for known in (fonts.font, fonts._face, fonts._files, picture):
            known.cache_clear()

    monkeypatch.setattr(fonts, "_FOLDERS", ())
    forget()
    yield
    monkeypatch.undo()
    forget()


@needs_a_font
@pytest.mark.parametrize("path", [f"/article/{LEAD}", f"/search?q={quote('工会')}"])
def test_a_page_names_a_picture_that_can_be_fetched(site: FlaskClient, path: str) -> None:
    page = site.get(path).text
    address = page.partition('og:image" content="')[2].partition('"')[0].replace("&amp;", "&")
    assert 'twitter:card" content="summary_large_image"' in page
    response = site.get(address)
    assert (response.status_code, response.mimetype) == (200, "image/png")
    assert Image.open(io.BytesIO(response.data)).size == SIZE
    assert len(response.data) < 100_000
    assert site.get(address, headers=ENGLISH).data == site.get(address, headers=CHINESE).data


@needs_a_font
def test_pictures_differ_by_what_they_show(site: FlaskClient) -> None:
    paths = [f"/preview/article/{LEAD}.png", f"/preview/article/{FAIR}.png", "/preview/search.png"]
    assert len({site.get(path).data for path in paths}) == 3


@needs_a_font
@pytest.mark.parametrize(
    "card",
    [
        Card("", "", "", "", ""),
        Card("报搜", "一" * 900, "二" * 9_000, "三" * 99_000, "四" * 900, (("2019", 0), ("2020", 9))),
        Card("报搜", "x", "\x00<b>\u202e𠀀", "w" * 900, "", tuple((str(year), year) for year in range(1900, 2026))),
    ],
)
def test_anything_can_be_drawn(card: Card) -> None:
    drawn = picture(card)
    assert drawn
    assert Image.open(io.BytesIO(drawn)).size == SIZE


@needs_a_font
def test_a_line_is_no_wider_than_its_place_and_begins_with_no_closing_mark() -> None:
    face = fonts.font("head", 60)
    assert face
    lines = list(wrapped("全市安全，生产工作。会议召开" * 9, face, 500, 3))
    assert len(lines) == 3
    assert all(face.getlength(line) <= 500 for line in lines)
    assert not any(line[0] in "，。" for line in lines)
    assert lines[-1].endswith("…")


@needs_a_font
def test_no_more_pictures_are_kept_than_there_is_room_for() -> None:
    assert picture.cache_info().maxsize == MOST_KEPT


def test_without_a_chinese_font_there_is_no_picture(site: FlaskClient, without_fonts: None) -> None:
    page = site.get(f"/article/{LEAD}").text
    assert "og:image" not in page
    assert 'twitter:card" content="summary"' in page
    assert site.get(f"/preview/article/{LEAD}.png").status_code == 404
    assert picture(CARD) is None


def test_a_printed_article_has_the_code_of_its_address(site: FlaskClient) -> None:
    page = site.get(f"/article/{LEAD}").text
    path = f"/preview/article/{LEAD}.svg"
    assert f'<img src="{path}"' in page
    response = site.get(path)
    assert response.mimetype == "image/svg+xml"
    size = segno.make(f"http://localhost/article/{LEAD}", error="m").symbol_size(border=2)[0]
    assert xml(response).get("width") == str(size)


@pytest.mark.parametrize("path", ["/preview/article/nope.png", "/preview/article/nope.svg"])
def test_what_is_not_held_has_no_picture(site: FlaskClient, path: str) -> None:
    assert site.get(path).status_code == 404

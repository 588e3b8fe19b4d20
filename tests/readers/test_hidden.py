"""Tests of what a browser does not show: it is in no article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.readers.html.reader import read_html

HIDDEN = [
    '<span style="display:none">{}</span>',
    '<SPAN STYLE="COLOR: red; DISPLAY : NONE !important">{}</SPAN>',
    "<font style='visibility:hidden;'>{}</font>",
    "<span hidden>{}</span>",
    '<div hidden="hidden">{}</div>',
    '<i aria-hidden="true">{}</i>',
    '<span style="font-size:0">{}</span>',
    '<span style="font-size: 0px; line-height: 0">{}</span>',
    '<span style="font: 0/0 a">{}</span>',
    '<span style="opacity:0">{}</span>',
    '<span style="position:absolute;left:-9999px">{}</span>',
    '<span style="text-indent:-999em">{}</span>',
    '<span style="height:0;overflow:hidden">{}</span>',
    '<font color="#FFFFFF">{}</font>',
    '<span style="color:white">{}</span>',
    '<p style="background:#fff"><span style="color:rgb(255, 255, 255)">{}</span></p>',
    '<span class="jam">{}</span>',
    '<b id="trap">{}</b>',
    "<template>{}</template>",
]
SHOWN = [
    '<span style="display:block">{}</span>',
    '<span style="font-size:0.9em">{}</span>',
    '<span style="font:bold 10px serif">{}</span>',
    '<span style="opacity:0.8">{}</span>',
    '<div style="font-size:0"><span style="font-size:14px">{}</span></div>',
    '<div style="background:#036"><span style="color:#fff">{}</span></div>',
    '<div style="overflow:hidden;height:auto">{}</div>',
    '<p aria-hidden="true">{}</p>',
    '<font color="#ffff00">{}</font>',
    '<span class="print-only">{}</span>',
    '<span class="jammed">{}</span>',
    '<span style="margin-left:-2px">{}</span>',
]
SHEET = """<style>/* .shown{display:none} */ .jam, #trap {display:none}
@media print { .print-only { display: none } } p.x .y {visibility:hidden}</style>"""


def page(piece: str) -> str:
    """Return the text of a page with this piece inside a sentence of its article."""
    body = f"<p>本报讯 昨日，云陂少年夏令{piece}营开营，一百二十名学生报到。</p><p>营期十天，吃住免费。</p>"
    html = f"<html><head>{SHEET}</head><body><h1>夏令营开营</h1><div id=ozoom>{body}</div></body></html>"
    return read_html(html.encode(), "demo/2019-08-12/03.html").text


@pytest.mark.parametrize("tag", HIDDEN)
def test_what_a_browser_does_not_show_is_left_out(tag: str) -> None:
    text = page(tag.format("请勿采集"))
    assert "请勿采集" not in text
    assert "学生报到" in text
    assert "吃住免费" in text


@pytest.mark.parametrize("tag", SHOWN)
def test_what_a_browser_shows_stays(tag: str) -> None:
    assert "少年宫的" in page(tag.format("少年宫的"))


@given(st.lists(st.sampled_from(HIDDEN[:8]), max_size=4))
def test_hidden_tags_leave_the_sentence_as_it_was(tags: list[str]) -> None:
    inline = [tag.format("x9") for tag in tags if not tag.startswith("<div")]
    assert page("".join(inline)) == page("")


def test_an_article_that_a_script_shows_later_is_read() -> None:
    html = "<h1>夏令营开营</h1><div id=ozoom style='display:none'><p>本报讯 夏令营昨日开营，学生报到。</p></div>"
    assert "学生报到" in read_html(html.encode(), "demo/1.html").text


def test_metadata_in_a_hidden_tag_is_read() -> None:
    html = (
        "<div style='display:none'><!--enpproperty <title>夏令营开营</title>/enpproperty--></div>"
        "<div id=ozoom><p>本报讯 昨日开营，学生报到。</p></div>"
    )
    assert read_html(html.encode(), "demo/1.html").text.startswith("夏令营开营")

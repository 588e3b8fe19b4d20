"""Tests of paper.toml: the settings of a paper, and what is said where they are wrong."""

from __future__ import annotations

from contextlib import suppress

import pytest

from indexer.archive.paper import parse_paper, rights_meant
from indexer.errors import SettingsError

GOOD = """
title = "云陂日报"
place = "河东省/云陂市"
former_titles = ["云陂报"]
rights = "inhouse"
[rhythm]
weekdays = [1, 5]
pages = 4
[places]
"市区" = "河东省/云陂市"
[sections]
"云水" = "副刊"
"""


def test_the_contact_for_errors_is_read() -> None:
    assert (
        parse_paper(b'contact = "errata@example.cn"', "yunbei", "yunbei/paper.toml")[0].contact == "errata@example.cn"
    )


def test_settings_are_read() -> None:
    paper, warnings = parse_paper(b"\xef\xbb\xbf" + GOOD.encode(), "yunbei", "yunbei/paper.toml")
    assert warnings == ()
    assert (paper.title, paper.place, paper.former_titles) == ("云陂日报", "河东省/云陂市", ("云陂报",))
    assert (paper.places, paper.sections) == ({"市区": "河东省/云陂市"}, {"云水": "副刊"})
    assert (paper.rhythm, paper.rights, len(paper.digest)) == ({"weekdays": [1, 5], "pages": 4}, "inhouse", 64)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("title = 3", "title must be text in quotes, not 3"),
        ('former_titles = "云陂报"', "former_titles must be a list"),
        ("former_titles = [1]", "each of former_titles must be text"),
        ('place = "河东省//云陂市"', "place must be a path of places"),
        ("places = 1", r"places must be a table.*write \[places\]"),
        ('[places]\n"市区" = 3', "places.市区 must be text"),
        ('[sections]\n"云水" = ["副刊"]', "sections.云水 must be text"),
        ('rights = "open"', "rights must be one of public, inhouse, metadata, not “open”"),
        ("rights = []", "rights must be one of"),
        ("[rhythm]\nweekdays = [0]", "from 1 .Monday. to 7"),
        ("[rhythm]\nweekdays = true", "from 1 .Monday. to 7"),
        ("[rhythm]\npages = 0", "rhythm.pages must be how many pages"),
        ('contact = "errata"', "contact must be one mail address, not “errata”; write it like"),
        ('contact = "a@b.cn,c@d.cn"', "contact must be one mail address"),
        ('contact = "a@b.cn?bcc=c@d.cn"', "contact must be one mail address"),
        ("contact = 3", "contact must be text in quotes"),
        ("title = 云陂日报", "not valid TOML.*quotes"),
        ('title = "甲"\ntitle = "乙"', "not valid TOML"),
    ],
)
def test_a_wrong_value_names_file_key_and_remedy(text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=f"(?s)^yunbei/paper.toml: .*{says}"):
        parse_paper(text.encode(), "yunbei", "yunbei/paper.toml")


@pytest.mark.parametrize(
    ("text", "rights"),
    [
        ('title = "甲"\ntitle = "乙"', "public"),
        ('title = 3\nrights = "public"', "public"),
        ('title = 3\nrights = "inhouse"', "inhouse"),
        ('title = 3\nrights = "metadata"  # by contract', "metadata"),
        ("rights = 'metadata", "metadata"),
        ('rights = "in-house"', "inhouse"),
        ('"rights" = "nobody"', "inhouse"),
        ("rights = []", "inhouse"),
        ('# rights = "inhouse"\ntitle = 3', "public"),
        ('rihgts = "inhouse"\ntitle = 3', "inhouse"),
    ],
)
def test_settings_that_cannot_be_used_open_no_paper(text: str, rights: str) -> None:
    with suppress(SettingsError):
        parse_paper(text.encode(), "yunbei", "yunbei/paper.toml")
    assert rights_meant(text.encode()) == rights


def test_a_misspelt_key_opens_no_paper() -> None:
    paper, warnings = parse_paper(b'rihgts = "inhouse"', "yunbei", "yunbei/paper.toml")
    assert paper.rights == "inhouse"
    assert "did you mean “rights”" in warnings[0]


def test_settings_that_are_not_utf8_are_refused() -> None:
    with pytest.raises(SettingsError, match="not UTF-8; save it again"):
        parse_paper(GOOD.encode("gbk"), "yunbei", "yunbei/paper.toml")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('sekctions = "x"', "did you mean “sections”"),
        ('Title = "x"', "did you mean “title”"),
        ("[rhythm]\nweekday = [1]", "did you mean “rhythm.weekdays”"),
        ('colour = "red"', "known are title, place"),
    ],
)
def test_an_unknown_key_is_a_warning(text: str, says: str) -> None:
    _, (warning,) = parse_paper(text.encode(), "yunbei", "yunbei/paper.toml")
    assert says in warning

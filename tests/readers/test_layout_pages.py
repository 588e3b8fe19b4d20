"""The generator of typeset pages prints no line over another, and loses no text of its articles."""

from __future__ import annotations

import pytest

from tests.support.typesetting import MAKES, overlaps, typeset


@pytest.mark.parametrize("name", MAKES)
@pytest.mark.parametrize("columns", [3, 4, 5, 6])
def test_typeset_pages_are_whole(name: str, columns: int) -> None:
    page = typeset(1, columns, MAKES[name])
    if not MAKES[name].noise:
        assert not overlaps(page)
    for number, story in enumerate(page.articles):
        lines = [line for line in page.lines if line.article == number]
        printed = {role: [line.text for line in lines if line.role == role] for role in ("headline", "caption")}
        assert "".join(printed["headline"]).replace(" ", "") == story.headline.replace(" ", "")
        assert "".join(printed["caption"]) == "".join(story.captions)
        text = [line.text for line in lines if line.role in ("body", "inner")]
        assert "".join(text) == "".join(story.paragraphs)

"""Find captions: marked lines (▲ ◀ 图为), doubled sentences, people placed in a picture (左三)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.articles.page_lines.source_map import Line

_MARK = re.compile(r"^[▲△▼▽◀◁◄▶▷►◢◣◤◥↑↓←→↖↗↘↙⬆⬇⬅➡]\s*\S")
_OPENING = re.compile(
    r"^(?:上|下|左|右|大|小|题)?图(?:为|是|说|片说明|[①-⑩一二三四五六七八九十\d]+[：:为、])|^(?:资料图|本报资料)"
)
_PLACED = re.compile(r"[（(](?:前排|后排|中排|一排|二排)?(?:左|右|中)(?:起?第?[一二三四五六七八九十\d]*|者|图)[)）]")
_SENTENCE_END = re.compile(r"[。！!]\s*(?:[（(][^（）()]{2,30}[)）])?$")
_LONGEST = 120
_LONGEST_PLAIN = 45


def is_caption(line: Line) -> bool:
    """Return whether a line is a caption, by its own words.

    >>> is_caption(Line("▲ 授发奖牌。", 0, 7)), is_caption(Line("会议强调，安全生产是大事。", 0, 13))
    (True, False)
    """
    if line.role == "caption":
        return True
    if line.role is not None or line.level or len(line.text) > _LONGEST:
        return False
    if _MARK.match(line.text) or _OPENING.match(line.text) or _PLACED.search(line.text):
        return True
    return line.doubled and bool(_SENTENCE_END.search(line.text))


def neighbours(lines: Sequence[Line], captions: Sequence[bool]) -> list[bool]:
    """Mark the short single sentences between two captions too: they belong to the same row of pictures.

    Takes and returns one bool per line, in order.
    """
    return [
        known or (0 < place < len(lines) - 1 and captions[place - 1] and captions[place + 1] and _is_plain(line))
        for place, (line, known) in enumerate(zip(lines, captions, strict=True))
    ]


def _is_plain(line: Line) -> bool:
    text = line.text
    return len(text) <= _LONGEST_PLAIN and text.count("。") == 1 and text.endswith("。") and line.role is None

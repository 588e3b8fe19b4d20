"""Turn Markdown, as people and OCR models write it, into the lines that it prints.

Headings keep their marks, which give their level; everything else that is not printed goes: fences, comments, pictures,
tags, table rules, emphasis, escapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from indexer.readers.escapes import unescaped
from indexer.readers.formulas import latex_in_print, without_formulas
from indexer.text.newsprint import STOPS

_FENCE = re.compile(r"^[ \t]*(?:`{3,}|~{3,})[^\n`]{0,40}$", re.MULTILINE)
_PAGE_COMMENT = re.compile(r'<!--\s*Page(?:Header|Footer|Number)\s*=\s*"([^"\n]{0,300})"\s*-->')
_COMMENT = re.compile(r"<!--(?:(?!<!--).)*?-->", re.DOTALL)
_GROUNDING = re.compile(r"<\|det\|>[^<]*<\|/det\|>|<\|/?\w{1,20}\|>")
_UNSEEN = re.compile(r"<(script|style)\b[^<>]*>(?:(?!<\1\b).)*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TABLE = re.compile(r"<table\b[^<>]*>((?:(?!<table\b).)*?)</table\s*>", re.DOTALL | re.IGNORECASE)
_ROW = re.compile(r"</?tr\b[^<>]*>", re.IGNORECASE)
_CELL = re.compile(r"</?t[dh]\b[^<>]*>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_HEADING_TAG = re.compile(r"<h([1-6])\b[^<>]*>\s*", re.IGNORECASE)
_BLOCK_TAG = re.compile(
    r"</?(?:html|head|body|div|p|center|table|thead|tbody|tfoot|tr|ul|ol|li|dl|dt|dd|section|article|header|footer|figure"
    r"|figcaption|blockquote|hr|pre|h[1-6]|page|page_number|watermark|signature|details|summary|caption|main|nav)\b[^<>]*>",
    re.IGNORECASE,
)
_RAISED_TAG = re.compile(r"<sup\b[^<>]*>\s*(\d{1,2})\s*</sup\s*>", re.IGNORECASE)
_INLINE_TAG = re.compile(
    r"</?(?:span|b|i|em|strong|u|s|sup|sub|small|big|font|a|img|mark|ins|del|code|kbd|td|th|col|colgroup|label|input|title"
    r"|meta|link|script|style|q|cite|svg|path|button)(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_PICTURE = re.compile(r"!\[([^\[\]\n]{0,300})\](?:\((?:[^()\n]|\([^()\n]{0,200}\)){0,2000}\)|\[[^\[\]\n]{0,80}\])")
_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\((?=[^()\s]{0,300}[./#:])[^()\s]{1,500}(?:\s+\"[^\"\n]{0,200}\")?\)")
_ALT_IS_CAPTION = re.compile(r"\s*[▲▼△]|\s*图为|.{4,}[摄影]\s*$")
_TABLE_RULE = re.compile(
    r"^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)+\|?[ \t]*$|^[ \t]*\|[ \t]*:?-{2,}:?[ \t]*\|[ \t]*$",
    re.MULTILINE,
)
_TABLE_ROW = re.compile(r"^[ \t]*\|(.+)\|[ \t]*$", re.MULTILINE)
_SEPARATOR = re.compile(
    r"^[ \t]*(?:\{\d{1,4}\})?(?:-{3,}|_{3,}|\*{3,}|(?:[-*_][ \t]+){2,}[-*_]|\\newpage|\\pagebreak)[ \t]*$", re.MULTILINE
)
_UNDERLINED = re.compile(r"^([^\n#>|]{1,80})\n={3,}[ \t]*$", re.MULTILINE)
_BOLD = re.compile(r"(\*{2,3}|__)(?=\S)([^\n*_]{1,300}?)(?<=\S)\1(?!\*)")
_ITALIC = re.compile(r"(?<![*0-9A-Za-z\\])\*(?=[^\s*])([^\n*]{1,200}?)(?<=[^\s*\\])\*(?![*0-9A-Za-z])")
_STRUCK = re.compile(r"(~~|==)(?=\S)([^\n~=]{1,200}?)\1")
_CODE = re.compile(r"`([^`\n]{1,300})`")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")

_HEADING = re.compile(r"[ \t]{0,3}(#{1,6})(?:[ \t]+|(?=[^#\s]))(.*?)[ \t]*#*[ \t]*")
_BOLD_LINE = re.compile(r"[ \t]*(?:\*\*|__)([^*\n]{2,60})(?:\*\*|__)[ \t]*")
_OPENS = re.compile(
    r"^\s*[【（(]?(?:本报|本刊|本网|新华社|中新社|中新网)\S{0,14}?(?:讯|电)|^\s*[（(](?:本报|全媒体|融媒体|首席|见习)?(?:记者|通讯员)"
)
_SIGNED = re.compile(
    r"^\s*[□○●■◎]?\s*(?:(?:本报|特约|见习|实习|全媒体|融媒体|首席)*(?:记者|通讯员|评论员)|(?:作者|文)\s*[:：/])\s*\S"
)
_SENTENCE_END = re.compile(rf"[{STOPS}；][”’）]?$")
_NUMBERED = re.compile(
    r"[（(]?[一二三四五六七八九十]{1,3}[、）)]|第[一二三四五六七八九十]+[章节部]|\d{1,2}[.、．]\s?(?!\d)"
)
_LONGEST_HEADING = 60
"""The most letters of a heading; a longer one is a paragraph that a model took for a heading."""


def printed(text: str) -> str:
    r"""Return the lines that a page in Markdown prints, with marks at headings only.

    >>> printed('# 增长 $12.6\\%$\n\n![Image](a.jpg)\n\n**本报讯** 甲<br>乙&nbsp;丙')
    '# 增长 12.6%\n\n\n\n本报讯 甲\n乙\xa0丙'
    """
    text = _FENCE.sub("", text)
    if "<" in text:
        text = _without_tags(text)
    text = without_formulas(text)
    if "[" in text:
        text = _LINK.sub(r"\1", _PICTURE.sub(_alternative, text))
    if "|" in text and _TABLE_RULE.search(text):
        text = _TABLE_ROW.sub(lambda row: _cells(row[1].split("|")), _TABLE_RULE.sub("", text))
    text = _SEPARATOR.sub("", text)
    text = _levelled(_UNDERLINED.sub(r"# \1", text))
    return unescaped(_without_emphasis(text))


def _without_tags(text: str) -> str:
    """Return a text without tags. Rows of tables and blocks are lines."""
    text = _PAGE_COMMENT.sub(r"\n\1\n", text)
    text = _UNSEEN.sub("", _COMMENT.sub("", _GROUNDING.sub("", text)))
    text = _TABLE.sub(_rows, text)
    text = _BREAK.sub("\n", text)
    text = _HEADING_TAG.sub(lambda tag: f"\n\n{'#' * int(tag[1])} ", text)
    text = _RAISED_TAG.sub(lambda tag: latex_in_print(f"^{{{tag[1]}}}"), text)
    return _BLANK_LINES.sub("\n\n", _INLINE_TAG.sub("", _BLOCK_TAG.sub("\n", text)))


def _rows(table: re.Match[str]) -> str:
    rows = (_cells(_BREAK.sub("", cell) for cell in _CELL.split(row)) for row in _ROW.split(table[1]))
    return "\n\n" + "\n".join(row for row in rows if row) + "\n\n"


def _cells(cells: Sequence[str] | Iterator[str]) -> str:
    return " ".join(text for cell in cells if (text := " ".join(cell.split())))


def _alternative(picture: re.Match[str]) -> str:
    """Return the text in place of a picture: its caption if it is one, not a model's word for it."""
    return f"\n{picture[1]}\n" if _ALT_IS_CAPTION.match(picture[1]) else ""


def _without_emphasis(text: str) -> str:
    if "*" in text or "_" in text:
        text = _BOLD.sub(r"\2", text)
        text = _ITALIC.sub(r"\1", _BOLD.sub(r"\2", text))
    if "`" in text:
        text = _CODE.sub(r"\1", text)
    if "~~" in text or "==" in text:
        text = _STRUCK.sub(r"\2", text)
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text


# --- levels of headings


@dataclass(frozen=True, slots=True)
class _Heading:
    """A line with the mark of a heading, or a bold line, which has level 0."""

    line: int
    level: int
    text: str


def _levelled(text: str) -> str:
    """Return a text in which the headings that begin articles have one level.

    Models give the same rank different levels, mark paragraphs as headings, and headlines as bold lines. A heading
    begins an article if a dateline or a byline follows. Inner headings go below that level.
    """
    if "#" not in text and "**" not in text and "__" not in text:
        return text
    lines = text.split("\n")
    headings: dict[int, _Heading] = {}
    for number, line in enumerate(lines):
        if heading := _heading(number, line):
            if heading.level and _is_paragraph(heading.text):
                lines[number] = heading.text
            else:
                headings[number] = heading
    for heading in _ranked(lines, headings):
        lines[heading.line] = f"{'#' * heading.level} {heading.text}"
    return "\n".join(lines)


def _heading(number: int, line: str) -> _Heading | None:
    if (match := _HEADING.fullmatch(line)) and match[2] and not _is_topic(line):
        return _Heading(number, len(match[1]), match[2])
    bold = _BOLD_LINE.fullmatch(line)
    if not bold or any(otherwise.search(bold[1]) for otherwise in (_SENTENCE_END, _OPENS, _SIGNED)):
        return None
    return _Heading(number, 0, bold[1].strip())


def _is_topic(line: str) -> bool:
    """Return whether a line begins with a topic between two marks, as in social media: #书香云陂#."""
    return bool(re.match(r"\s*#[^#\s]+#", line))


def _is_paragraph(text: str) -> bool:
    plain = text.replace("*", "")
    return (
        bool(_OPENS.match(plain))
        or (bool(_SENTENCE_END.search(plain)) and ("，" in plain or "。" in plain[:-2]) and len(plain) > 20)
        or len(plain) > _LONGEST_HEADING + 40
    )


def _ranked(lines: Sequence[str], headings: dict[int, _Heading]) -> Iterator[_Heading]:
    """Yield the headings whose level changes."""
    runs = list(_runs(lines, headings))
    begins = [run for run in runs if _opens(lines, run[-1].line + 1)]
    top = min((heading.level for run in begins for heading in run if heading.level), default=0)
    bold = [run for run in begins if not any(heading.level for heading in run)]
    top = top or (1 if bold and not any(heading.level for heading in headings.values()) else 0)
    if not top:
        return
    for run in runs:
        levels = [heading.level for heading in run if heading.level]
        if run in begins and levels and min(levels) > top:
            yield from (replace(one, level=one.level - min(levels) + top) for one in run if one.level)
        elif run in bold:
            yield replace(run[0], level=top)
        elif run not in begins:
            yield from (
                replace(one, level=top + 1) for one in run if 0 < one.level <= top and _NUMBERED.match(one.text)
            )


def _runs(lines: Sequence[str], headings: dict[int, _Heading]) -> Iterator[list[_Heading]]:
    """Yield the headings that follow one another with nothing but blank lines between."""
    run: list[_Heading] = []
    for number, line in enumerate(lines):
        if number in headings:
            run.append(headings[number])
        elif run and line.strip():
            yield run
            run = []
    if run:
        yield run


def _opens(lines: Sequence[str], start: int) -> bool:
    """Return whether the text from this line on begins an article."""
    first = next((line.replace("*", "") for line in lines[start : start + 6] if line.strip()), "")
    return bool(_OPENS.match(first) or (_SIGNED.match(first) and not _SENTENCE_END.search(first)))

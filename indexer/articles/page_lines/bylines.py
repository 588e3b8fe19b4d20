"""Parse bylines: names and roles of writers and photographers.

Bylines stand in three places: the parentheses of a dateline (本报讯（记者 唐舫 通讯员 武强）), a line of their own
(本报记者 张丽丽), and the end of an article or caption (（记者 王帆 摄）). Printing pads short names (唐 舫), and
line wraps break long ones (冯炜 桐).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from indexer.model import Contributor
from indexer.text.newsprint import DATELINE, NEWS_OPENING, ROLE, STOPS
from indexer.text.tables import table_lines
from indexer.text.tokenizer import dictionary, is_word, share_in_words

_HAN = r"[㐀-鿿豈-﫿𠀀-𲎯々〇]"
_DOT = "·•‧∙⋅・．"
_ROLE_AFTER = re.compile(
    r"摄影报道|图片报道|采写报道|综合报道|联合报道|参与报道|报道|摄影|摄像|文[/／、]?图|图[/／、]?文|采写|整理|[/／]?[摄文图]"
)
_LATIN_NAME = re.compile(r"[A-Z][a-z]+(?:[ .·-]+[A-Z][A-Za-z.]*){1,3}")
_COUNTRY = re.compile(
    r"[（(\[【〔](?:美|英|法|德|日|俄|意|加|澳|韩|印|西|美国|英国|法国|德国|日本|俄罗斯)[）)\]】〕]\s*"
)
_ROLE_BEHIND = re.compile(
    r"(?P<names>[^（）()]{2,20}?)(?:[（(]\s*|\s+)(?P<role>(?:本[报网刊]|新华社)(?:见习|特约|首席)?(?:记者|通讯员|评论员))[）)]?"
)
_WORD = re.compile(rf"{_LATIN_NAME.pattern}|{_HAN}(?:(?!{ROLE.pattern})[{_HAN[1:-1]}{_DOT}])*")
_TEXT_AND_PICTURE = re.compile(rf"(?<=\s)文\s?(?=\S{{2,14}}\s+[图摄]|{_HAN}[ \u3000]{_HAN}\s+[图摄])")
_ACT = {"摄", "摄影", "摄像", "图", "文", "/摄", "/文", "/图"}
_SEPARATORS = " \t\u3000、，,；;：:/／|"
_ORGANISATION = re.compile(
    r"(?:局|公司|委|委员会|协会|学会|联合会|部|院|所|中心|学校|[小中大]学|社|电?台|电视台|站|办|办公室|办事处|镇|乡|街道|社区|村|区|县|市|省|政府|"
    r"支队|大队|中队|总队|集团|银行|医院|法院|工会|妇联|团委|报社|日报|晚报|融媒体|处|科|室|馆|厂|党校|机关)$"
)
_SOURCE = re.compile(r"[（(]?(?:来源|稿源|素材来源|文章来源|消息来源)\s*[：:｜|]\s*[^\s。，]{2,20}?[）)]?$")
_EDITOR = re.compile(
    r"[【（(]?(?:责任编辑|本期编辑|编辑|策划|制作|审核|校对|配音|剪辑)\s*[：:]\s*[^。，]{2,20}[】）)]?$"
)
_EDITED = re.compile(r"(?<=\S)[\s、]+(?:责任编辑|责编|编辑|校对|审核|美编|策划|制图)[\s:：]")
_DATED = re.compile(r"^本报[一-鿿]{2,6}\d{1,2}月\d{1,2}日电\s*")
_AUTHOR_OF = re.compile(r"[，,\s]*作者(?:单位|系|为|是).*$")
_UNNAMED = re.compile(
    r"(?:本报|本网|本刊|[一-鿿]{2,4}社)(?:特约|集体|综合)?(?:评论员|记者|通讯员|编辑部|综合(?:报道|整理|消息)?|评论部|编者|报道组|采访组)"
)
_OWN_DESK = re.compile("本[报网刊]")
_BESIDE_NAMES = re.compile(
    rf"[\W_]*(?:(?:本[报网刊台社]|[一-鿿]{{1,4}}(?:社|报|网|台))?[\W_]*(?:{_ROLE_AFTER.pattern})?|{_COUNTRY.pattern})[\W_]*"
)
"""What stands beside the names of a byline: the desk of 本报记者, the act of 摄影报道, the country of （美）."""
_AT_A_DESK = re.compile(r"(?:本[报网刊]|[一-鿿]{2}社|(?:中新|人民|新华)网|[一-鿿]{2}日报)[ \t\u3000]+(?=[一-鿿])")
_SOURCE_ONLY = re.compile(r"(?:综合|据|转自|摘自)(?:[一-鿿]{2,4}[社报网](?:等?(?:报道|消息|电))?|媒体报道)")
_IN_PARENTHESES = re.compile(r"[（(](?P<inside>[^（）()。]{2,40})[）)]")
_OF_MAKERS = re.compile(r"^(?:作者|编辑|本报|本网)|记者|通讯员|评论员|报道$|[摄图文]$")
_GLUED_DESK = re.compile(rf"^(?:新华[社网]|人民网|中新[社网]|央视网|光明网|本[报网刊])(?={_HAN}{{2,3}}$)")
_STANDING_MARK = re.compile(r"^[□■◎●○◇◆▲△☆★]\s*")

_TORN_DATELINE = re.compile(rf"^(?P<who>[^（）()，{STOPS}]{{2,24}})[)）]")
_REPORTED = re.compile(r"^本[报网]讯\s*(?P<who>[^，。：（(]{4,30}?)(?:报道)?[：:]")
_CREDIT_AT_END = re.compile(rf"[{STOPS}!?…”][ \t]*[（(](?P<who>[^（）()]{{2,40}})[)）]\s*$")
_LONGEST_CREDIT, _LONGEST_NAMES, _LONGEST_OF_PARTS = 60, 40, 9
_MOSTLY, _SOME_WORDS, _FEW_WORDS = 0.7, 0.5, 0.3
_ALL_HAN = re.compile(f"{_HAN}+")
_DOTTED = re.compile(rf"{_HAN}+(?:[{_DOT}]{_HAN}+)+")
_GLUED = re.compile(rf"[：:\s]*{_HAN}{{4,9}}")


@cache
def _surnames() -> frozenset[str]:
    """Return the table of surnames, single and compound."""
    return frozenset(table_lines("indexer.text", "surnames.tsv"))


@cache
def _of_parts() -> re.Pattern[str]:
    """Return the pattern of names without a surname: 乌云其其格, 次仁旺姆, 迪丽努尔."""
    parts = "|".join(sorted(table_lines("indexer.text", "name_parts.tsv"), key=len, reverse=True))
    return re.compile(rf"(?:{parts})(?:{parts})*(?:[江汗娜]|{_HAN}{{0,2}}(?:{parts}))?|{_HAN}(?:{parts})(?:{parts})+")


@cache
def _beginnings_of_parts() -> frozenset[str]:
    return frozenset(part[0] for part in table_lines("indexer.text", "name_parts.tsv"))


def _is_of_parts(text: str) -> bool:
    may_be = len(text) <= _LONGEST_OF_PARTS and not _beginnings_of_parts().isdisjoint(text[:2])
    return (may_be and _of_parts().fullmatch(text) is not None) or _is_transcribed(text)


@cache
def _transcribing() -> frozenset[str]:
    """Return the letters that names of Uyghurs, Mongolians and Tibetans are written with."""
    return frozenset("".join(table_lines("indexer.text", "name_parts.tsv"))) - frozenset("中文明金花山红")


def _is_transcribed(text: str) -> bool:
    """Return whether a text has the letters of transcribed names and no words: 木巴热克, but not 阿尔及利亚."""
    if not 3 <= len(text) <= _LONGEST_OF_PARTS:
        return False
    transcribing = _transcribing()
    share = sum([letter in transcribing for letter in text]) / len(text)
    if share < _MOSTLY or not _ALL_HAN.fullmatch(text):
        return False
    if share == 1 and len(text) > 3 and not is_word(text):
        return share_in_words(text) <= _SOME_WORDS
    return share >= (1 if len(text) == 3 else _MOSTLY) and share_in_words(text) < _FEW_WORDS


def looks_like_name(text: str) -> bool:
    """Return whether a text has the form of a personal name.

    That is a known surname and one or two letters, a name with a dot, a Latin name, or one of Mongolian, Tibetan,
    Uyghur or Kazakh parts.

    >>> [looks_like_name(text) for text in ("张丽丽", "欧阳娜娜", "阿卜杜拉·买买提", "开展活动", "市总工会")]
    [True, True, True, False, False]
    >>> [looks_like_name(text) for text in ("乌云其其格", "次仁旺姆", "David Smith", "乌兰牧骑")]
    [True, True, True, False]
    """
    if _is_of_parts(text) or _LATIN_NAME.fullmatch(text):
        return True
    if _DOTTED.fullmatch(text):
        return True
    if not 2 <= len(text) <= 4 or not _ALL_HAN.fullmatch(text) or _ORGANISATION.search(text):
        return False
    return text[:2] in _surnames() if len(text) == 4 else text[0] in _surnames() or text[:2] in _surnames()


def parse(text: str, *, trusted: bool = True) -> tuple[Contributor, ...]:
    """Parse a byline into names with roles; () if it is not a byline.

    A role stands before its names, or after all of them (摄, 文/图). Organisations are left out. If the place makes a
    byline certain (`trusted`), a name beside a role may have an unknown surname.

    >>> [(one.name, one.role) for one in parse("本报记者 唐 舫 通讯员 代子涵 摄影报道")]
    [('唐舫', '记者'), ('代子涵', '通讯员')]
    >>> [(one.name, one.role) for one in parse("吴勇峰 摄")]
    [('吴勇峰', '摄')]
    """
    text = _role_first(_COUNTRY.sub("", _EDITED.split(text.strip())[0]))
    groups = _groups(_TEXT_AND_PICTURE.sub("文 ", text))
    if groups is None:
        return ()
    found: list[Contributor] = []
    for before, tokens, after in groups:
        role = after if after in _ACT or not before else before
        names = _names(tokens, trusted=trusted and bool(before or after))
        if names is None:
            return ()
        found += [Contributor(name, role.removeprefix("/")) for name in names]
    return tuple(found)


def _role_first(text: str) -> str:
    """Move a role behind the names to their front: 陈小满（本报记者） and 陈小满 本报记者."""
    after = _ROLE_BEHIND.fullmatch(text)
    return f"{after['role']} {after['names']}" if after else text


def standing(text: str) -> tuple[Contributor, ...]:
    """Parse a line of its own as a byline. It must contain a role or a mark, and otherwise only names.

    >>> standing("本报记者 郑付生 吴勇峰")[1].name
    '吴勇峰'
    >>> standing("记者节到来之际 市领导看望新闻工作者")
    ()
    """
    for aside in (_DATED, _SOURCE, _EDITOR, _AUTHOR_OF):
        text = aside.sub("", text).rstrip()
    text = _role_first(text)
    if len(text) > 60 or re.search(r"[。，！？；《》“”]", text):
        return ()
    marked = _STANDING_MARK.match(text) or _AT_A_DESK.match(text)
    rest = text[marked.end() :] if marked else text
    in_parentheses = len(rest) >= 4 and rest[0] in "（("
    if not (marked or in_parentheses or ROLE.match(rest) or _ROLE_AFTER.search(rest[-4:])):
        return ()
    return parse(rest.strip("（）() "), trusted=bool(re.search(r"\s", rest)))


def of_line(text: str) -> tuple[Contributor, ...]:
    """Parse a line known to be a byline. Names need no role.

    >>> [of_line(text)[0].name for text in ("陈小满", "记者 陈小满")], of_line("来源：云陂日报")
    (['陈小满', '陈小满'], ())
    """
    if _UNNAMED.fullmatch(text):
        return (Contributor(text, ""),) if _OWN_DESK.match(text) else ()
    return standing(text) or (() if is_credit(text) else parse(text))


def names_desk(text: str) -> bool:
    """Return whether a part of a byline only says for whom or how its authors work.

    >>> [names_desk(text) for text in ("□本报", "（新华社", "摄影报道", "（美）", "来源：云陂日报")]
    [True, True, True, True, False]
    """
    return _BESIDE_NAMES.fullmatch(text) is not None


def is_credit(text: str) -> bool:
    """Return whether a line only names an article's authors or its source.

    >>> is_credit("本报记者 郑付生"), is_credit("来源：云陂日报"), is_credit("编辑：李娟"), is_credit("编辑部的故事")
    (True, True, True, False)
    """
    return len(text) <= _LONGEST_CREDIT and _is_short_credit(text)


@lru_cache(1024)  # a line is asked about as itself and as what stands above others
def _is_short_credit(text: str) -> bool:
    inside = _IN_PARENTHESES.fullmatch(text)
    return bool(
        standing(text)
        or _SOURCE.match(text)
        or _EDITOR.match(text)
        or _UNNAMED.fullmatch(text)
        or _SOURCE_ONLY.fullmatch(text)
        or _DATED.fullmatch(text)
        or (inside and _OF_MAKERS.search(inside["inside"]))
        or _is_role_with_glued_names(text)
    )


def _is_role_with_glued_names(text: str) -> bool:
    """Return whether a role is followed by joined names that could be segmented in several ways: 作者林馨林浩."""
    role = ROLE.match(text)
    return (
        role is not None and bool(_GLUED.fullmatch(text, role.end())) and bool(_ways(text[role.end() :].strip("：: ")))
    )


def is_signature(text: str) -> bool:
    """Return whether a line consists of names that are no words.

    >>> [is_signature(text) for text in ("陈小满", "高考", "记者 陈小满", "陈小满 周禾", "乌云其其格", "高考 招生")]
    [True, False, False, True, True, False]
    """
    if len(text) > _LONGEST_NAMES:
        return False
    if _LATIN_NAME.fullmatch(text):
        return True
    text = _GLUED_DESK.sub("", _COUNTRY.sub("", _STANDING_MARK.sub("", text)))
    names = _join_padded(re.split(rf"[{_SEPARATORS}]+", text.strip(_SEPARATORS)))
    doubtful = [name for name in names if not _is_surely_name(name, among=len(names))]
    return bool(names) and 3 * len(doubtful) <= len(names) and all(map(looks_like_name, doubtful))


def _is_surely_name(text: str, among: int) -> bool:
    """Return whether a name is no word. A word of two letters that is a name too must stand `among` several names."""
    if not looks_like_name(text):
        return False
    if len(text) > 3 or _is_of_parts(text) or not is_word(text):
        return True
    return (among > 1 or len(text) == 3) and text in _persons()


@cache
def _persons() -> frozenset[str]:
    """Return the names of persons in jieba's dictionary."""
    entries = (line.split(" ") for line in dictionary().splitlines())
    return frozenset(word for word, _, tag in entries if tag == "nr")


def of_dateline(text: str) -> tuple[Contributor, ...]:
    """Parse the byline at the beginning of a first paragraph, even if the byline's beginning is lost.

    >>> [one.name for one in of_dateline("本报讯（通讯员 李申佳 冯炜 桐）今年以来，")]
    ['李申佳', '冯炜桐']
    >>> [one.name for one in of_dateline("李申佳）今年以来，开发区")]
    ['李申佳']
    """
    for pattern in (DATELINE, _REPORTED, _TORN_DATELINE):
        if (found := pattern.match(text)) and (names := parse(found["who"])):
            return names
    return ()


def at_end(text: str) -> tuple[Contributor, ...]:
    """Parse a byline in parentheses at the end of a paragraph or caption.

    >>> at_end("活动现场。（记者 王帆 摄）")
    (Contributor(name='王帆', role='摄'),)
    """
    found = _CREDIT_AT_END.search(text, max(len(text) - _LONGEST_CREDIT, 0))
    return parse(found["who"]) if found else ()


def at_end_of_lead(text: str) -> tuple[Contributor, ...]:
    """Parse a byline in parentheses at the end of the first of several paragraphs. Names without a role are no words.

    >>> [[one.name for one in at_end_of_lead(text)] for text in ("夜市开张。（陈小满 周禾）", "他去了云南。（高原）")]
    [['陈小满', '周禾'], []]
    """
    names = at_end(text)
    return tuple(one for one in names if one.role or _is_surely_name(one.name, among=len(names)))


def has_dateline(text: str) -> bool:
    """Return whether a text begins with 本报讯 or a news agency's dateline.

    >>> has_dateline("新华社北京3月30日电（记者张莹）中国"), has_dateline("李申佳）今年以来，")
    (True, False)
    """
    return bool(NEWS_OPENING.match(text))


def opens_news(text: str) -> bool:
    """Return whether a paragraph can only begin a news article (本报讯, a news agency's dateline).

    >>> opens_news("本报讯（记者 王帆）近日，"), opens_news("近日，开发区召开会议。")
    (True, False)
    """
    return has_dateline(text) or bool(of_dateline(text))


Group = tuple[str, list[str], str]


def _groups(text: str) -> list[Group] | None:
    """Split a byline into (role before, tokens, role after); None if it contains anything else."""
    groups: list[Group] = []
    before, tokens = "", list[str]()
    while text := text.strip(_SEPARATORS):
        if (role := ROLE.match(text)) and not (tokens and not before and _ROLE_AFTER.fullmatch(text)):
            if before or tokens:
                groups.append((before, tokens, ""))
            before, tokens = _short_role(role.group()), []
            text = text[role.end() :]
        elif (role := _ROLE_AFTER.match(text)) and (tokens or before) and _ends_here(text, role.end()):
            groups.append((before, tokens, role.group()))
            before, tokens = "", []
            text = text[role.end() :]
        elif word := _WORD.match(text):
            token, after = _cut_role_after(word.group())
            tokens.append(token)
            if after:
                groups.append((before, tokens, after))
                before, tokens = "", []
            text = text[word.end() :]
        else:
            return None
    if before or tokens:
        groups.append((before, tokens, ""))
    return groups


def _ends_here(text: str, place: int) -> bool:
    return place == len(text) or text[place] in _SEPARATORS


def _short_role(role: str) -> str:
    """Return the role without the paper's own name: 本报记者 becomes 记者."""
    return re.sub(r"^(?:本报|本网|本刊|新华社)|\s|[/／:：]$", "", role) or role


def _cut_role_after(word: str) -> tuple[str, str]:
    """Split a role off the end of a word that is otherwise a name: 吴勇峰摄."""
    found = re.fullmatch(rf"({_HAN}{{2,4}}?)(摄影报道|摄影|报道|摄|文|图)", word)
    if found and looks_like_name(found[1]) and not _is_of_parts(word) and not (len(word) == 3 and found[2] in "文图"):
        return found[1], found[2]
    return word, ""


def _names(tokens: list[str], *, trusted: bool) -> list[str] | None:
    """Return the names among the tokens between two roles; None if one is neither a name nor an organisation.

    `trusted` means that a role stands beside them, so an unknown surname is allowed.
    """
    names: list[str] = []
    for token in _join_padded(tokens):
        if _ORGANISATION.search(token) and len(token) > 3:
            continue
        parts = [token] if looks_like_name(token) else _unglue(token)
        if parts:
            names += parts
        elif trusted and _may_be_name(token, alone=len(tokens) == 1):
            names.append(token)
        else:
            return None
    return names


def _may_be_name(token: str, *, alone: bool) -> bool:
    """Return whether a token beside a role may be a name that no table knows."""
    if re.fullmatch(rf"{_HAN}{{2,4}}", token) and (len(token) < 4 or alone):
        return True
    return re.fullmatch(rf"{_HAN}{{4,8}}", token) is not None and share_in_words(token) < _FEW_WORDS


def _join_padded(tokens: list[str]) -> list[str]:
    """Join padded and broken names: 唐 舫 becomes 唐舫, 冯炜 桐 becomes 冯炜桐."""
    joined: list[str] = []
    for token in tokens:
        open_name = bool(joined) and len(joined[-1]) == 1
        tail = len(token) == 1 and joined and 1 < len(joined[-1]) <= 2 and token not in _surnames()
        if open_name or tail:
            joined[-1] += token
        else:
            joined.append(token)
    if len(joined) > 1 and len(joined[-1]) == 1:
        joined[-2:] = ["".join(joined[-2:])]
    return joined


def _unglue(token: str) -> list[str]:
    """Segment joined names (张静李丹), if there is exactly one way."""
    if not re.fullmatch(rf"{_HAN}{{4,9}}", token):
        return []
    ways = _ways(token)
    return ways[0] if len(ways) == 1 else []


def _ways(token: str) -> list[list[str]]:
    if not token:
        return [[]]
    return [[token[:size], *rest] for size in (2, 3) if looks_like_name(token[:size]) for rest in _ways(token[size:])]

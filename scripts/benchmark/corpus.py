"""Generate any number of articles from real paragraphs, varying names and numbers.

Real text of any size has a long tail, because every name and number is a separate word. Each paragraph is therefore a
template, and its numbers and names are drawn again on every use. Every article also has a byline and a sentence with
names of people and villages, as is typical of local news.
"""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from indexer.archive.archive import Archive
from indexer.indexing.issue_reader import read_issue
from indexer.model import Article, Contributor, Document, Passage

FIRST_DAY = date(2010, 1, 1)
DAYS = 15 * 365
SECTIONS = ("要闻", "综合", "县区", "经济", "社会", "教育", "副刊", "体育")
PAPER, PAPER_TITLE = "bench", "基准日报"
ARTICLES_A_PAGE = 5
CHARACTERS = 600
"""The mean length of an article's body."""

_TAKEN = re.compile("[^\n]{19,399}[。！？”）]")
"""Paragraphs to use: complete sentences, neither very short nor very long."""
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_SLOT = re.compile(
    rf"(?P<number>[0-9]+)"
    rf"|(?:(?<=[，。：；、“（]) | (?<=记者|书记|市长|局长|主任|村民|居民|经理|教授))"
    rf"(?P<person>[{_SURNAMES}][\u4e00-\u9fa5]{{1,2}})(?=(?:说|表示|介绍|认为|告诉|指出)[，：。]|[，、）])",
    re.VERBOSE,
)
_OPENING = "本报讯（记者 {person} 通讯员 {person}）"
_LOCAL = (
    "{place}村村民{person}告诉记者，今年他家种了{number}亩，收入比去年多了{number}元。",
    "{place}镇党委书记{person}介绍，全镇{number}户已有{number}户搬进新居。",
    "在{place}社区，{person}和{person}正在为{number}名老人量血压。",
    "“这条路一修，{place}村的菜就好卖了。”{person}说。",
    "{place}小学教师{person}、{person}获得表彰，奖金各{number}元。",
    "{place}合作社负责人{person}算了一笔账：{number}个大棚，一年能挣{number}万元。",
    "记者在{place}街道看到，{person}带着{number}名志愿者清理河道。",
    "{place}公司车间里，工人{person}正在赶制第{number}套零件。",
)


@dataclass(frozen=True, slots=True)
class Story:
    """A real article to recombine."""

    headline: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A text with slots: `parts[0]`, a value for `slots[0]`, `parts[1]` …"""

    parts: tuple[str, ...]
    slots: tuple[str, ...]


class Draft(NamedTuple):
    """A generated article as it would be printed."""

    number: int
    day: date
    locality: str
    section: str
    headline: str
    byline: tuple[str, ...]
    paragraphs: tuple[str, ...]


def stories(folder: Path, sample: Path) -> list[Story]:
    """Read all `*.jsonl` and `*.jsonl.gz` files of a corpus folder.

    Their records have `title` and `paragraphs`. If there are none, the articles of the archive `sample` are used.
    """
    found = [
        Story(record["title"], tuple(record["paragraphs"]))
        for path in sorted(folder.glob("*.jsonl*"))
        for record in map(json.loads, _lines(path))
    ]
    return found or _stories_of(Archive(sample))


def template(text: str) -> Template:
    """Make a template of a text, with slots for its numbers and names.

    >>> template("去年产茶300吨，村民张小虎说，好收成").slots
    ('number', 'person')
    """
    return _cut(_SLOT, text)


class Recombiner:
    """Generates articles in date order: those with `numbers`, of `size` in total.

    The result is deterministic.

    >>> one, two = Recombiner([Story("新茶上市", ("去年产茶300吨，今年更多，村民都说是好收成。",))], 2, localities=12)
    >>> one.day < two.day, one.section in SECTIONS, one.paragraphs[0].startswith("本报讯（记者 ")
    (True, True, True)
    """

    def __init__(self, found: Sequence[Story], size: int, localities: int, numbers: range | None = None) -> None:
        self._size = size
        self._numbers = range(size) if numbers is None else numbers
        self._rng = random.Random(f"{size} {self._numbers.start}")
        self._headlines = [template(story.headline) for story in found]
        texts = (paragraph.strip() for story in found for paragraph in story.paragraphs)
        self._paragraphs = [(len(text), template(text)) for text in texts if _TAKEN.fullmatch(text)]
        self._local = [_cut(_BRACED, text) for text in _LOCAL]
        self._opening = _cut(_BRACED, _OPENING)
        self._localities = place_names(localities)
        self._weights = list(itertools.accumulate(rank**-0.7 for rank in range(1, localities + 1)))
        letters = sorted({letter for text in found for letter in text.headline if "\u4e00" <= letter <= "\u9fa5"})
        random.Random(0).shuffle(letters)
        self._letters = "".join(letters)

    def __iter__(self) -> Iterator[Draft]:
        for number in self._numbers:
            yield self._draft(number)

    def _draft(self, number: int) -> Draft:
        rng = self._rng
        names: list[str] = []
        paragraphs = [self._fill(self._opening, names)]
        byline = tuple(dict.fromkeys(names))
        wanted = min(rng.lognormvariate(0, 0.5) * 0.8 * (CHARACTERS - 70), 4000)
        length = 0
        while length < wanted:
            size, paragraph = rng.choice(self._paragraphs)
            paragraphs.append(self._fill(paragraph, []))
            length += size
        paragraphs.append(self._fill(rng.choice(self._local), []))
        return Draft(
            number=number,
            day=FIRST_DAY + timedelta(days=number * DAYS // self._size),
            locality=rng.choices(self._localities, cum_weights=self._weights)[0],
            section=SECTIONS[min(int(rng.expovariate(0.5)), len(SECTIONS) - 1)],
            headline=self._fill(rng.choice(self._headlines), []),
            byline=byline,
            paragraphs=("".join(paragraphs[:2]), *paragraphs[2:]),
        )

    def _fill(self, text: Template, names: list[str]) -> str:
        """Fill in a template and append the people's names in it to `names`."""
        pieces = [text.parts[0]]
        for slot, part in zip(text.slots, text.parts[1:], strict=True):
            made = self._number() if slot == "number" else self._name(slot)
            if slot == "person":
                names.append(made)
            pieces += (made, part)
        return "".join(pieces)

    def _number(self) -> str:
        """Return a number of one to five digits.

        Small numbers are more frequent, as in real text.
        """
        return str(int(10 ** (self._rng.random() * 4.5)))

    def _name(self, slot: str) -> str:
        """Return the name of a person (two or three characters) or a place (two).

        Some characters are much more frequent than others.
        """
        rng, letters = self._rng, self._letters
        given = [letters[int(len(letters) * rng.random() ** 3)] for _ in range(1 if rng.random() < 0.3 else 2)]
        first = _SURNAMES[int(len(_SURNAMES) * rng.random() ** 2)] if slot == "person" else rng.choice(letters)
        return first + "".join(given if slot == "person" else given[:1])


def place_names(count: int) -> list[str]:
    """Return `count` names of places, twelve per city.

    >>> place_names(14)[0], place_names(14)[-1]
    ('河东省/甲州市/子县', '河东省/乙州市/丑县')
    """
    cities, counties = "甲乙丙丁戊己庚辛壬癸云河山海湖江春夏秋冬东西南北中", "子丑寅卯辰巳午未申酉戌亥"
    return [f"河东省/{cities[n // 12]}州市/{counties[n % 12]}县" for n in range(count)]


def document(draft: Draft) -> Document:
    """Return a draft in the form that the pipeline gives to an engine."""
    page, ordinal = divmod(draft.number, ARTICLES_A_PAGE)
    label = f"{page % 8 + 1:02}"
    digest = hashlib.sha256(f"{draft.number}{draft.headline}".encode()).hexdigest()[:10]
    article = Article(
        id=f"{PAPER}-{draft.day:%Y%m%d}-{label}-{digest}",
        kind="新闻",
        kicker="",
        headline=draft.headline,
        subtitle="",
        byline=tuple(Contributor(name, "记者") for name in draft.byline),
        section=draft.section,
        localities=(draft.locality,),
        date=draft.day,
        paragraphs=_passages(draft.paragraphs),
        captions=(),
        end_code="",
        pages=(label,),
    )
    source = f"{PAPER}/{draft.day.isoformat()}/{label}-{page}.txt"
    return Document(article, PAPER, PAPER_TITLE, label, ordinal, source)


def _passages(texts: Sequence[str]) -> tuple[Passage, ...]:
    ends = list(itertools.accumulate(len(text) + 1 for text in texts))
    return tuple(Passage(text, ((end - len(text) - 1, end - 1),)) for text, end in zip(texts, ends, strict=True))


def _lines(path: Path) -> list[str]:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8").splitlines()


def _stories_of(archive: Archive) -> list[Story]:
    pages = (page for issue in archive.survey().issues for page in read_issue(issue.pages, issue.paper).pages.values())
    return [
        Story(article.headline, tuple(passage.text for passage in article.paragraphs))
        for page in pages
        for article in page.articles
    ]


_BRACED = re.compile(r"\{(?P<person>person)\}|\{(?P<place>place)\}|\{(?P<number>number)\}")


def _cut(slot: re.Pattern[str], text: str) -> Template:
    parts, slots, place = [], [], 0
    for match in slot.finditer(text):
        start, end = match.span(str(match.lastgroup)) if slot is _SLOT else match.span()
        parts.append(text[place:start])
        slots.append(str(match.lastgroup))
        place = end
    return Template((*parts, text[place:]), tuple(slots))

"""Damage pages of clean news in the ways that extraction tools do, one kind a page, and measure what is restored.

A page is an article, set in one of a few ways. Each kind of damage either prints things several times over or puts
lines of the page into the middle of a sentence. A page is exact if cleaning it gives the text of the page without the
damage, paragraph by paragraph, but for width and spacing.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from indexer import clean
from indexer.text.folding import fold
from indexer.text.newsprint import HAN
from indexer.text.tokenizer import is_in_dictionary
from tests.support.damage import wrapped
from tests.support.layouts import Article, letters

Lines = list[str]
_TOO_SHORT = 40
_DOUBLED_MARK = re.compile("[，。、；：]")
_BREAKABLE = re.compile(rf"(?<=[{HAN}，、])(?=[{HAN}])")


@dataclass(frozen=True, slots=True)
class Setting:
    """How a page is set.

    `columns` is the width at which paragraphs are wrapped (0: not at all), `between` what parts them.
    """

    columns: int = 0
    indent: str = ""
    between: str = "\n\n"


SETTINGS = (
    Setting(),
    Setting(between="\n"),
    Setting(columns=36),
    Setting(columns=44),
    Setting(columns=30, indent="　　"),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page without damage: its headline, and the lines of each paragraph as set."""

    headline: str
    paragraphs: Sequence[Sequence[str]]
    setting: Setting

    def text(self, *, headline: str | None = None, paragraphs: Sequence[Sequence[str]] | None = None) -> str:
        """Return the text of the page, with other parts where they are given."""
        blocks = ["\n".join(lines) for lines in (self.paragraphs if paragraphs is None else paragraphs)]
        return (self.headline if headline is None else headline) + "\n\n" + self.setting.between.join(blocks)


Damage = Callable[[Sheet, random.Random], "tuple[str, str] | None"]
"""Gives a page with the damage and without it; None if the page can't be damaged so."""


def sheet(article: Article, rng: random.Random) -> Sheet | None:
    """Set an article as a page; None if no paragraph of it is long enough to be damaged."""
    headline, texts = article
    texts = [text for text in texts[:8] if text]
    setting = rng.choice(SETTINGS)
    if not any(len(text) > _TOO_SHORT for text in texts) or len(headline) < 5:
        return None
    rows = [
        wrapped(setting.indent + text, setting.columns, hanging=True) if setting.columns else [setting.indent + text]
        for text in texts
    ]
    return Sheet(headline, rows, setting)


def _times(text: str, count: int) -> str:
    return "".join(letter if letter in " 　" else letter * count for letter in text)


def _headline(change: Callable[[str, random.Random], str]) -> Damage:
    def damage(page: Sheet, rng: random.Random) -> tuple[str, str] | None:
        changed = change(page.headline, rng)
        return (page.text(headline=changed), page.text()) if changed != page.headline else None

    return damage


def _lost(headline: str, rng: random.Random) -> str:
    """Double a headline, and lose one copy of one letter."""
    places = [place for place, letter in enumerate(headline) if re.match(f"[{HAN}]", letter)]
    if len(places) < 6:
        return headline
    lost = rng.choice(places)
    return "".join(_times(letter, 1 if place == lost else 2) for place, letter in enumerate(headline))


def _misread(headline: str, rng: random.Random) -> str:
    """Double a headline, and misread one copy of one letter."""
    places = [place for place, letter in enumerate(headline) if re.match(f"[{HAN}]", letter)]
    if len(places) < 6:
        return headline
    wrong = rng.choice(places)
    pair = [headline[wrong], rng.choice("巳戍末曰千王已人入干土士天夭日目白自末未")]
    rng.shuffle(pair)
    if pair[0] == pair[1]:
        return headline
    return "".join("".join(pair) if place == wrong else _times(one, 2) for place, one in enumerate(headline))


def _broken_pair(headline: str, rng: random.Random) -> str:
    places = [
        place for place in range(3, len(headline) - 2) if re.fullmatch(f"[{HAN}]+", headline[place - 1 : place + 2])
    ]
    if not places or len(headline) < 8:
        return headline
    doubled, place = _times(headline, 2), rng.choice(places)
    at = len(_times(headline[:place], 2)) + 1
    return doubled[:at] + "\n" + doubled[at:]


def _label(headline: str, rng: random.Random) -> str:
    word = rng.choice(["信息", "简讯", "要闻", "目录", "通知", "公告", "图片新闻", "综述", "短评", "特写"])
    return rng.choice(["[{}]", "【{}】", "〔{}〕"]).format(word) + headline


def _in_label(page: Sheet, rng: random.Random) -> tuple[str, str]:
    labelled = _label(page.headline, rng)
    doubled = re.sub(r"(?<=[\[【〔])[^\]】〕]+", lambda found: _times(found[0], 2), labelled, count=1)
    return page.text(headline=doubled), page.text(headline=labelled)


def _numbered(page: Sheet, rng: random.Random) -> tuple[str, str]:
    number = rng.choice(["1", "2.", "三、", "（四）", "3、", "12"])
    word = rng.choice(["目录", "概况", "总则", "附则", "前言", "工作回顾", "主要任务", "保障措施"])
    one, other = [[number + word], *page.paragraphs], [[number + _times(word, 2)], *page.paragraphs]
    return page.text(paragraphs=other), page.text(paragraphs=one)


def _each_line_twice(page: Sheet, rng: random.Random) -> tuple[str, str]:
    twice = [[line for line in lines for _ in (0, 1)] for lines in page.paragraphs]
    headline = rng.choice([page.headline, page.headline + "\n" + page.headline])
    return page.text(headline=headline, paragraphs=twice), page.text()


def _lines_of_one_paragraph(page: Sheet, rng: random.Random) -> tuple[str, str] | None:
    places = [place for place, lines in enumerate(page.paragraphs) if len(lines) > 2]
    if not places:
        return None
    chosen = rng.choice(places)
    rows = [[one for one in lines for _ in range(1 + (place == chosen))] for place, lines in enumerate(page.paragraphs)]
    return page.text(paragraphs=rows), page.text()


def _letters_of(pattern: re.Pattern[str]) -> Damage:
    """Double all letters of a page that match."""

    def damage(page: Sheet, rng: random.Random) -> tuple[str, str] | None:
        del rng
        rows = [[pattern.sub(lambda found: found[0] * 2, line) for line in lines] for lines in page.paragraphs]
        whole = "".join(map("".join, page.paragraphs))
        few = len(pattern.findall(whole)) < 3
        return None if few else (page.text(paragraphs=rows), page.text())

    return damage


def _bold_lead(page: Sheet, rng: random.Random) -> tuple[str, str] | None:
    """Double the first clause of a paragraph."""
    places = [
        (place, found.end())
        for place, lines in enumerate(page.paragraphs)
        if (found := re.match(rf"　*[{HAN}“”、]{{4,16}}(?=[，。：])", lines[0]))
    ]
    return _doubled_in_first_line(page, [(place, 0, end) for place, end in places], rng)


def _bold_word(page: Sheet, rng: random.Random) -> tuple[str, str] | None:
    """Double one word, as the dictionary cuts it, inside a sentence."""
    import jieba

    places = []
    for place, lines in enumerate(page.paragraphs):
        for word, start, end in jieba.tokenize(lines[0]):
            if start > 3 and 3 <= len(word) <= 8 and re.fullmatch(f"[{HAN}]+", word) and is_in_dictionary(fold(word)):
                places.append((place, start, end))
    return _doubled_in_first_line(page, places, rng)


def _doubled_in_first_line(
    page: Sheet, places: Sequence[tuple[int, int, int]], rng: random.Random
) -> tuple[str, str] | None:
    if not places:
        return None
    chosen, start, end = rng.choice(places)
    rows = [list(lines) for lines in page.paragraphs]
    line = rows[chosen][0]
    rows[chosen][0] = line[:start] + _times(line[start:end], 2) + line[end:]
    return page.text(paragraphs=rows), page.text()


def _bold_paragraph(page: Sheet, rng: random.Random) -> tuple[str, str] | None:
    """Double all of the first paragraph, which is of sentences."""
    del rng
    if not re.search("，.*。", "".join(page.paragraphs[0])):
        return None
    rows = [[_times(line, 2) for line in page.paragraphs[0]], *page.paragraphs[1:]]
    return page.text(paragraphs=rows), page.text()


DOUBLING: Mapping[str, Damage] = {
    "letters set apart, in pairs": _headline(lambda text, _: " ".join(_times(re.sub(r"\s", "", text), 2))),
    "headline in pairs": _headline(lambda text, _: _times(text, 2)),
    "headline three-fold": _headline(lambda text, _: _times(text, 3)),
    "headline five-fold": _headline(lambda text, _: _times(text, 5)),
    "headline says itself twice": _headline(lambda text, _: text * 2 if len(text) >= 8 else text),
    "headline twice, with a space": _headline(lambda text, _: f"{text} {text}" if len(text) >= 8 else text),
    "short headline twice": _headline(lambda text, _: text[:7].strip("，：“”　 ") * 2),
    "each line twice": _each_line_twice,
    "lines of one paragraph twice": _lines_of_one_paragraph,
    "pair broken by a line end": _headline(_broken_pair),
    "copy of a letter lost": _headline(_lost),
    "copy of a letter misread": _headline(_misread),
    "marks only": _letters_of(_DOUBLED_MARK),
    "figures and Latin only": _letters_of(re.compile("[0-9A-Za-z.%]")),
    "bold lead": _bold_lead,
    "bold first paragraph": _bold_paragraph,
    "bold word": _bold_word,
    "label in brackets": _in_label,
    "numbered label": _numbered,
}


def _short_twice(page: Sheet, rng: random.Random) -> tuple[str, str] | None:
    del rng
    short = re.split(r"[\s，：！？“”]", page.headline)[0]
    return (page.text(headline=short * 2), page.text(headline=short)) if 4 <= len(short) < 8 else None


def _between_halves(foot: Callable[[random.Random], str]) -> Damage:
    """Put lines of the page into the middle of a sentence, with blank lines around or without."""

    def damage(page: Sheet, rng: random.Random) -> tuple[str, str] | None:
        cuts = _cuts(page)
        if not cuts:
            return None
        rows = [list(lines) for lines in page.paragraphs]
        place, row, at = rng.choice(cuts)
        gap = rng.choice(["\n", "\n\n"])
        line = rows[place][row]
        if page.setting.columns:
            rows[place][row] = line + gap + foot(rng) + gap.removesuffix("\n")
        else:
            rows[place][row] = line[:at] + gap + foot(rng) + gap + line[at:]
        return page.text(paragraphs=rows), page.text()

    return damage


def _cuts(page: Sheet) -> list[tuple[int, int, int]]:
    """Return where a sentence may be cut: paragraph, line, and offset in the line."""
    cuts = []
    for place, lines in enumerate(page.paragraphs):
        if page.setting.columns:
            cuts += [
                (place, row, 0)
                for row, line in enumerate(lines[:-1])
                if re.search(f"[{HAN}，、]$", line) and re.match(f"[{HAN}]", lines[row + 1])
            ]
        else:
            cuts += [(place, 0, found.start()) for found in _BREAKABLE.finditer(lines[0], 16, len(lines[0]) - 12)]
    return cuts


def _page_number(rng: random.Random) -> str:
    number = rng.randint(1, 40)
    form = rng.choice(
        [
            "— {} —",
            "-{}-",
            "第{}页",
            "第 {} 页 共 40 页",
            "· {} ·",
            "{}",
            "{}/40",
            "Page {}",
            "[{}]",
            "（{}）",
            "－{}－",
            "第{}版",
            "P{}",
            "~{}~",
            "{} / 40",
        ]
    )
    return form.format(number)


def _date(rng: random.Random) -> str:
    return f"{rng.randint(1998, 2024)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日"


def _running_foot(rng: random.Random) -> str:
    paper = rng.choice(["柳溪日报", "云陂晚报", "沙洲农村报", "青岭工人报"])
    form = rng.choice(
        [
            "{paper} {date} 第{page}版",
            "{paper}　第{page}版",
            "{date} 星期{day} {paper}",
            "责任编辑：王芹 电话：0396-2345678",
            "责编：王芹 美编：周砚 校对：何汀",
            "本版编辑 沈青禾　版式 何汀",
            "{paper} · {page}",
            "{page} {paper} {date}",
            "A{page:02} 要闻 {date}",
            "第{page}版 责任编辑：王芹",
            "要闻 {page:02} {date} 星期{day}",
            "{paper}社出版 国内统一刊号CN00-0000",
            "新闻热线：0396-2345678",
            "投稿邮箱：abc@example.cn",
        ]
    )
    return form.format(paper=paper, date=_date(rng), page=rng.randint(1, 16), day=rng.choice("一二三四五六日"))


def _web_print(rng: random.Random) -> str:
    form = rng.choice(
        [
            "打印日期：{year}-{month:02}-{day:02}",
            "打印时间：{year}/{month}/{day} {hour}:{minute:02}",
            "{year}/{month}/{day} {hour}:{minute:02}",
            "{year}-{month:02}-{day:02} {hour:02}:{minute:02}:33",
            "{month}/{day}/{short}, {hour}:{minute:02} PM",
            "{year}/{month}/{day} 上午{hour}:{minute:02}",
            "https://paper.example.cn/html/{year}-{month:02}/{day:02}/content_{page}.htm",
            "https://paper.example.cn/c_{page}.html 2/5",
            "www.example.cn/news/{page}.html",
            "{year}/{month}/{day} {hour}:{minute:02} 老街夜市开张-柳溪网",
            "file:///C:/Users/a/page{page}.html",
            "{year}年{month}月{day}日 {hour}:{minute:02}",
            "来自网页 http://example.cn/a?id={page}",
            "第 1 页 共 3 页 {year}/{month}/{day} {hour}:{minute:02}",
        ]
    )
    year = rng.randint(2008, 2024)
    return form.format(
        year=year,
        short=year % 100,
        month=rng.randint(1, 12),
        day=rng.randint(1, 28),
        hour=rng.randint(1, 12),
        minute=rng.randint(0, 59),
        page=rng.randint(1000, 99999),
    )


def _notice(rng: random.Random) -> str:
    return rng.choice(
        [
            "仅供内部阅读",
            "仅供学习参考 请勿转载",
            "内部资料 注意保存",
            "柳溪图书馆藏",
            "版权所有 翻版必究",
            "扫描全能王 创建",
            "样报",
            "未经许可不得转载",
            "SAMPLE",
            "内部资料 严禁外传",
            "仅供个人研究使用",
        ]
    )


def _watermark(page: Sheet, rng: random.Random) -> tuple[str, str] | None:
    """Put one mark into several sentences."""
    cuts = _cuts(page)
    if len(cuts) < 4:
        return None
    mark = rng.choice(["柳溪文库", "云陂数字报", "沙洲档案馆", "青岭图书馆藏", "柳溪日报数字版", "www.liuxi.example"])
    chosen = sorted(rng.sample(cuts, min(len(cuts) // 2, rng.randint(3, 5))), reverse=True)
    rows = [list(lines) for lines in page.paragraphs]
    gap = rng.choice(["\n", "\n\n"])
    for place, row, at in chosen:
        line = rows[place][row]
        rows[place][row] = (
            line + gap + mark + gap.removesuffix("\n")
            if page.setting.columns
            else line[:at] + gap + mark + gap + line[at:]
        )
    return page.text(paragraphs=rows), page.text()


def _jump(rng: random.Random) -> str:
    page, other = rng.randint(2, 12), rng.randint(1, 8)
    return rng.choice(
        [
            "（下转第{0}版）\n（上接第{1}版）",
            "下转第{0}版\n上接第{1}版",
            "（紧接第{1}版）",
            "（下转{0}版）",
            "▲下转第{0}版",
            "（上接第{1}版）",
            "【下转第{0}版】",
            "（下转A{0}版）\n（上接A0{1}版）",
            "(下转第{0}版)",
        ]
    ).format(page, other)


def _hyphenated(page: Sheet, rng: random.Random) -> tuple[str, str] | None:
    cuts = _cuts(page) if not page.setting.columns else []
    if not cuts:
        return None
    one, other, glue = rng.choice(
        [
            ("infor", "mation", ""),
            ("E", "mail", "-"),
            ("manage", "ment", ""),
            ("COVID", "19", "-"),
            ("Wi", "Fi", "-"),
            ("develop", "ment", ""),
            ("Inter", "net", ""),
            ("Tech", "nology", ""),
        ]
    )
    place, row, at = rng.choice(cuts)
    damaged, whole = [list(lines) for lines in page.paragraphs], [list(lines) for lines in page.paragraphs]
    line = whole[place][row]
    damaged[place][row] = f"{line[:at]}{one}-\n{other}{line[at:]}"
    whole[place][row] = f"{line[:at]}{one}{glue}{other}{line[at:]}"
    return page.text(paragraphs=damaged), page.text(paragraphs=whole)


_SOUNDS = dict(
    zip(
        "的一是在有了和不人中大为上年", str.split("de yī shì zài yǒu le hé bù rén zhōng dà wéi shàng nián"), strict=True
    )
)


def _pinyin(page: Sheet, rng: random.Random) -> tuple[str, str] | None:
    """Put a line of sounds above some lines."""
    rows, count = [], 0
    syllables = str.split("běi jīng shì zhǎng qū xiàn gōng zuò huì yì rén mín kāi zhǎn fā tuī jìn")
    for lines in page.paragraphs:
        out: Lines = []
        for line in lines:
            han = re.findall(f"[{HAN}]", line)
            if len(han) >= 6 and (count == 0 or rng.random() < 0.4):
                out.append(" ".join(_SOUNDS.get(letter, rng.choice(syllables)) for letter in han))
                count += 1
            out.append(line)
        rows.append(out)
    return (page.text(paragraphs=rows), page.text()) if count else None


def _mojibake(page: Sheet, rng: random.Random) -> tuple[str, str] | None:
    codec = rng.choice(["cp1252", "latin-1"])
    share = rng.choice([0.3, 1.0])

    def misread(found: re.Match[str]) -> str:
        return "".join(_letter(byte, codec) for byte in found[0].encode()) if rng.random() < share else found[0]

    damaged = re.sub("[“”‘’，。、；：！？（）《》—…·]", misread, page.text())
    return damaged, page.text()


def _letter(byte: int, codec: str) -> str:
    try:
        return bytes([byte]).decode(codec)
    except UnicodeDecodeError:
        return chr(byte)


def _vertical(page: Sheet, rng: random.Random) -> tuple[str, str] | None:
    """Set one paragraph or the headline one letter a line."""
    places = [
        p
        for p, lines in enumerate(page.paragraphs)
        if re.fullmatch(f"[{HAN}，。、“”：；（）《》！？]{{8,200}}", "".join(lines).strip())
    ]
    if rng.random() < 0.4 and re.fullmatch(f"[{HAN}，：“”]{{8,30}}", page.headline):
        return page.text(headline="\n".join(page.headline)), page.text()
    if not places:
        return None
    place = rng.choice(places)
    gap = rng.choice(["\n", "\n", "\n\n"])
    column = [gap.join("".join(page.paragraphs[place]).strip())]
    rows = [column if p == place else lines for p, lines in enumerate(page.paragraphs)]
    return "\n\n".join([page.headline, *map("\n".join, rows)]), "\n\n".join(
        [
            page.headline,
            *("".join(lines) if p == place else "\n".join(lines) for p, lines in enumerate(page.paragraphs)),
        ]
    )


FEET: Mapping[str, Damage] = {
    "page numbers": _between_halves(_page_number),
    "running feet": _between_halves(_running_foot),
    "what a browser prints": _between_halves(_web_print),
    "notices": _between_halves(_notice),
    "jump lines": _between_halves(_jump),
    "watermarks": _watermark,
    "hyphens": _hyphenated,
    "pinyin": _pinyin,
    "misread marks": _mojibake,
    "one letter a line": _vertical,
}
KINDS: Mapping[str, Damage] = {**DOUBLING, "short headline twice": _short_twice, **FEET}


def paragraphs(text: str) -> list[str]:
    """Return the letters of each paragraph of a page as it is cleaned."""
    return [letters(line) for line in clean(text).text.split("\n")]


def damaged_pages(articles: Sequence[Article], damage: Damage, count: int, seed: int = 13) -> list[tuple[str, str]]:
    """Return `count` pages with a damage, each with the page without it."""
    rng = random.Random(seed)
    made: list[tuple[str, str]] = []
    for _ in range(20 * count):
        page = sheet(rng.choice(articles), rng)
        both = damage(page, rng) if page else None
        if both:
            made.append(both)
        if len(made) == count:
            break
    return made


def exact(made: Sequence[tuple[str, str]]) -> float:
    """Return the share of pages that are cleaned to the page without the damage."""
    return sum(paragraphs(damaged) == paragraphs(whole) for damaged, whole in made) / len(made)


def between_paragraphs(foot: Callable[[random.Random], str]) -> Damage:
    """Put lines of the page where a paragraph or a headline ends: nothing may be joined there."""

    def damage(page: Sheet, rng: random.Random) -> tuple[str, str]:
        rows = [list(lines) for lines in page.paragraphs]
        chosen = rng.randrange(-1, len(rows) - 1) if len(rows) > 1 else -1
        if chosen < 0:
            gap = rng.choice(["\n", "\n\n"])
            return page.text(headline=page.headline + gap + foot(rng)), page.text()
        rows[chosen].append(foot(rng))
        return page.text(paragraphs=rows), page.text()

    return damage


GUARDS: Mapping[str, Damage] = {
    "page numbers at an end": between_paragraphs(_page_number),
    "running feet at an end": between_paragraphs(_running_foot),
    "browser's lines at an end": between_paragraphs(_web_print),
    "notices at an end": between_paragraphs(_notice),
    "jump lines at an end": between_paragraphs(_jump),
}


def kept_apart(made: Sequence[tuple[str, str]]) -> float:
    """Return the share of pages on which every paragraph of the undamaged page still is one."""
    return sum(set(paragraphs(whole)) <= set(paragraphs(damaged)) for damaged, whole in made) / len(made)

"""Tests of the tokenizer, with texts and queries."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import jieba
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from indexer.model import Article, Contributor, Document, Passage, Unit
from indexer.text import folding, tokenizer
from indexer.text.folding import fold
from indexer.text.id_folding import fold_for_id
from indexer.text.numerals import is_numeral_word
from indexer.text.tokenizer import bare_words, is_word, pieces, pieces_at, query_words, tokenise, words

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FD5)
ANY_HAN = st.one_of(HAN, st.characters(min_codepoint=0x3400, max_codepoint=0x4DBF), st.sampled_from("𠮷𬸚々〇"))
DICTIONARY_WORDS = st.sampled_from(
    ["南京市", "长江大桥", "安全", "生产", "工会", "职工", "会议", "表彰", "干隆", "的", "中华人民共和国", "马克思主义"]
)
NUMERALS = st.lists(
    st.sampled_from([*"二〇零三十廿元年月日号农历o0123,-./，。 万", "2023", "二〇二三", "11月", "1,200"]), max_size=12
).map("".join)
PROSE = st.lists(st.one_of(DICTIONARY_WORDS, ANY_HAN), max_size=12).map("".join)


def texts(text: str) -> list[str]:
    return [token.text for token in words(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("南京市长江大桥", ["南京", "京市", "南京市", "长江", "大桥", "长江大桥"]),
        ("長江大橋", ["长江", "大桥", "长江大桥"]),
        ("安全 生产", ["安全", "生产"]),
        ("长 江", ["长", "江", "长江"]),
        ("长\u3000江", ["长", "江", "长江"]),
        ("（王\u3000霞、李 四）", ["王", "霞", "李", "四", "王霞", "李四"]),
        ("王小明 李 四 赵红", ["王小明", "李", "四", "赵红", "李四"]),
        ("长\u200b江", ["长江"]),
        ("2023年", ["2023", "2023年", "年"]),
        ("8.5%", ["8.5", "8.5%"]),
        ("８．５％", ["8.5", "8.5%"]),
        ("E卡", ["e", "e卡", "卡"]),
        ("5G", ["5", "g", "5g"]),
        ("PM2.5", ["pm", "2.5", "pm2.5"]),
        ("C++和C#", ["c", "c++", "和", "c", "c#"]),
        ("593460", ["593460"]),
        ("王·李", ["王", "李"]),
        ("王𬸚", ["王", "𬸚"]),
        ("乾隆", ["干隆"]),
        ("《，。！》—", []),
        ("", []),
    ],
)
def test_words_of_a_text(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("南京市长江大桥", ("南京市", "长江大桥")),
        ("2023年", ("2023年",)),
        ("2023年度", ("2023", "年度")),
        ("8.5%", ("8.5%",)),
        ("3月8日", ("3月", "8日")),
        ("PM2.5", ("pm2.5",)),
        ("工会工会", ("工会",)),
        ("1,200", ("1", "200")),
        ("，", ()),
    ],
)
def test_words_of_a_query(query: str, expected: tuple[str, ...]) -> None:
    assert query_words(query) == expected


@pytest.mark.parametrize(
    "query", ["2023年", "2023", "8.5%", "E卡", "593460", "5G", "PM2.5", "AI", "3月8日", "B超", "C++"]
)
@pytest.mark.parametrize("context", ["{}", "到{}，", "（{}）", "和{}的", "{} 成果", "“{}”。", "a {} b"])
def test_a_text_holds_the_words_of_what_is_quoted_from_it(query: str, context: str) -> None:
    assert set(query_words(query)) <= set(texts(context.format(query)))


def test_a_number_is_found_with_its_unit_and_without() -> None:
    assert {"2023", "2023年"} <= set(texts("到2023年底"))
    assert "95" in texts("95%")


def test_a_word_inside_another_is_no_word() -> None:
    assert "市长" not in texts("南京市长江大桥")
    assert "工会" not in texts("职工会议")


@pytest.mark.parametrize("word", ["工会", "市长", "长江大桥", "乾隆", "長江", "水", "B超", "ｂ超"])
def test_words_of_the_dictionary(word: str) -> None:
    assert is_word(word)


@pytest.mark.parametrize("text", ["安全生产工作", "王小明家", "2023年", "王·李", "𬸚", "工会 表彰", "", "，"])
def test_what_is_no_single_word_of_the_dictionary(text: str) -> None:
    assert not is_word(text)


@given(
    st.one_of(st.text(), PROSE, st.lists(st.sampled_from(["安全", "ﷺ", "㈠", " ", "2.5", "%", "A", "。"])).map("".join))
)
def test_a_token_s_place_holds_its_letters(text: str) -> None:
    for token in words(text):
        assert 0 <= token.start < token.end <= len(text)
        place = fold(text[token.start : token.end])
        assert token.text in place or is_numeral_word(token.text)


@given(st.one_of(PROSE, st.text(st.sampled_from("长江大桥安全生产2023年.5%abc+#𬸚，"), max_size=20), NUMERALS))
def test_the_words_at_a_place_are_those_that_begin_there(folded: str) -> None:
    folded = fold(folded)
    for place in range(len(folded)):
        assert pieces_at(folded, place) == [piece for piece in pieces(folded) if piece[1] == place]


@given(st.text(), st.text())
def test_no_word_reaches_over_white_space(one: str, other: str) -> None:
    found = texts(f"{one} {other}")
    assert Counter(texts(one) + texts(other)) <= Counter(found)
    for joined in Counter(found) - Counter(texts(one) + texts(other)):
        assert any(len(part) == 1 for part in (one[-1:], other[:1])), joined


@given(PROSE)
def test_a_query_s_words_are_among_its_own_text_s_words(text: str) -> None:
    assert set(query_words(text)) <= set(texts(text))
    assert set(bare_words(fold(text))) <= set(texts(fold(text)))


# --- both implementations of jieba


@pytest.fixture(scope="module")
def cutters() -> tuple[tokenizer.Cutter, tokenizer.Cutter]:
    pytest.importorskip("rjieba", reason="SKIPPED: rjieba is not installed, so there is nothing to compare jieba with")
    return tokenizer.rust_cutter(), tokenizer.python_cutter()


@pytest.fixture(scope="module")
def jieba_words() -> list[str]:
    import jieba

    dictionary = Path(jieba.__file__).with_name("dict.txt")
    return [line.split(" ")[0] for line in dictionary.read_text(encoding="utf-8").splitlines()]


@given(
    text=st.one_of(st.text(HAN), st.lists(DICTIONARY_WORDS).map("".join), st.text(st.sampled_from("南京市长江大桥")))
)
def test_both_jiebas_cut_alike(cutters: tuple[tokenizer.Cutter, tokenizer.Cutter], text: str) -> None:
    # Three equal characters in a row (江江江) can have two segmentations of exactly the same probability. The result
    # then depends on the order in which logarithms are summed, which differs between Rust and Python.
    assume(not re.search(r"(.)\1\1", text))
    rust, python = cutters
    assert rust.cut(text) == python.cut(text)
    assert rust.cut_for_search(text) == python.cut_for_search(text)


def test_both_jiebas_know_the_same_words(
    cutters: tuple[tokenizer.Cutter, tokenizer.Cutter], jieba_words: list[str]
) -> None:
    rust, python = cutters
    assert [word for word in jieba_words if rust.has_word(word) != python.has_word(word)] == []
    assert [word for word in ("干隆", "b超", "龘龘") if rust.has_word(word) != python.has_word(word)] == []


def test_inner_words_are_those_of_jieba_s_search_mode(
    cutters: tuple[tokenizer.Cutter, tokenizer.Cutter], jieba_words: list[str]
) -> None:
    import jieba

    for word in jieba_words[::97]:
        if all("\u4e00" <= character <= "\u9fd5" for character in word) and fold(word) == word:
            assert [text for text in texts(word) if not is_numeral_word(text)] == jieba.lcut_for_search(word)


@pytest.mark.parametrize("step", [16, pytest.param(4, marks=pytest.mark.long)])
def test_both_jiebas_agree_on_news(
    step: int, cutters: tuple[tokenizer.Cutter, tokenizer.Cutter], shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with gzip.open(shared / "corpus" / "news-dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    passages = [passage for article in articles[::step] for passage in (article["title"], *article["paragraphs"])]
    found = []
    for cutter in cutters:
        monkeypatch.setattr(tokenizer, "_cutter", lambda cutter=cutter: cutter)
        tokenizer._inner_words.cache_clear()
        found.append([texts(passage) for passage in passages])
    assert found[0] == found[1]


def test_importing_loads_no_dictionary() -> None:
    modules = "indexer.search.search, indexer.text.tokenizer"
    program = f"import sys, {modules}; print('jieba' in sys.modules or 'rjieba' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


# --- articles


def article() -> Article:
    return Article(
        id="a-1",
        kind="新闻",
        kicker="我市",
        headline="長江 大橋通車",
        subtitle="",
        byline=(Contributor("王 刚", "记者"), Contributor("李·明", "通讯员")),
        section="要闻",
        localities=(),
        date=date(2023, 3, 8),
        paragraphs=(Passage("2023年，市长讲话。", ()), Passage(" \u3000", ())),
        captions=(Passage("图为大桥", ()),),
        end_code="①",
    )


def test_units_are_folded_and_never_empty() -> None:
    assert tokenise(Document(article(), "a", "A", "1", 0, "a/1.txt")).units == (
        Unit("kicker", "我市"),
        Unit("headline", "长江大桥通车"),
        Unit("byline", "王刚"),
        Unit("byline", "李·明"),
        Unit("caption", "图为大桥"),
        Unit("paragraph", "2023年,市长讲话。"),
    )


def test_an_article_s_words_are_those_of_its_units() -> None:
    tokenised = tokenise(Document(article(), "a", "A", "1", 0, "a/1.txt"))
    assert Counter(tokenised.headline_words) == Counter(["长江", "大桥", "通车"])
    expected = [texts(text) for text in ("我市", "长江 大桥通车", "王 刚", "李·明", "图为大桥", "2023年，市长讲话。")]
    assert Counter(tokenised.words) == Counter(word for unit in expected for word in unit)


ANYTHING = st.lists(
    st.sampled_from(["安全生产", "长江大桥", "2023", "年", "8.5%", "pm2.5", "𬸚", "，", " ", "\n", "。\t“", "Ａ卡"])
)


@given(
    st.one_of(
        st.text(), ANY_HAN.map(str), ANYTHING.map("".join), NUMERALS, st.text(st.sampled_from("张 \u3000王平安四\n，"))
    )
)
def test_words_are_the_same_with_places_and_without(text: str) -> None:
    made = tokenise(Document(replace(article(), paragraphs=(Passage(text, ()),)), "a", "A", "1", 0, "a/1.txt"))
    others = tokenise(Document(replace(article(), paragraphs=()), "a", "A", "1", 0, "a/1.txt"))
    assert Counter(made.words) == Counter([*others.words, *texts(text)])


UNCOUNTED = {
    "亻尔",
    "充满著",
    "北彊",
    "去浄",
    "士著",
    "妳会",
    "妳在",
    "妳是",
    "妳有",
    "妳爱",
    "妳自己",
    "宋江著",
    "山殽野湋",
    "斜著",
    "明著",
    "标志著",
    "氵去",
    "氵干",
    "范著",
    "著合",
    "著身",
    "衣锦褧衣",
    "非妳",
    "餔糟歠醨",
}
"""Words of the dictionary that its makers didn't count, most of them misprints. Folded, they are cut as their
right spelling is: 充满|着, 你|会."""


@pytest.mark.parametrize("cutter", [tokenizer.python_cutter, tokenizer.rust_cutter])
def test_variants_are_cut_as_the_dictionary_cuts_them_before_folding(cutter: Callable[[], tokenizer.Cutter]) -> None:
    try:
        cut = cutter().cut
    except ImportError:
        pytest.skip("SKIPPED: rjieba is not installed")
    jieba.setLogLevel("WARNING")
    before = jieba.Tokenizer().lcut
    dictionary = [line.split(" ")[0] for line in tokenizer.dictionary().splitlines()]
    changed = [word for word in dictionary if fold(word) != fold_for_id(word) and word not in UNCOUNTED]
    assert {"著名", "显著", "土著", "著作者", "名著"} <= set(changed)
    assert len(changed) > 1_000
    assert [word for word in changed if cut(fold(word)) != [fold(part) for part in before(word)]] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("看着满仓的谷子", ("看着", "满仓", "的", "谷子")),
        ("笑著對記者說", ("笑", "着", "对", "记者", "说")),
        ("著名歌手", ("着名", "歌手")),
        ("进展显著", ("进展", "显着")),
        ("土著文化", ("土着", "文化")),
        ("看着作业", ("看着", "作业")),
        ("带着名单", ("带", "着", "名单")),
        ("意味着", ("意味着",)),
    ],
)
def test_words_with_one_of_two_letters_that_meet(text: str, expected: tuple[str, ...]) -> None:
    assert query_words(text) == expected


def test_whoever_changes_a_rule_raises_its_number() -> None:
    sample = (
        "二〇二三年十一月二十日1,200 张\u3000三 長江大橋2023年8.5%，PM2.5·E卡“C++”——王𬸚 〇七，乾隆 ＷＴＯ㈠ﷺ"
        + repr(folding._ONE_FORM)
    )
    digest = hashlib.sha256(repr((words(sample), query_words(sample), fold(sample))).encode()).hexdigest()
    assert (tokenizer._RULES, digest[:16]) == ("3", "0fb90a9930ac0aa8")


FIRST_READERS = """
import threading
from indexer.text.tokenizer import bare_words
start, found = threading.Barrier(8), []
def read():
    start.wait()
    found.append(bare_words("柳溪镇工会会议"))
threads = [threading.Thread(target=read) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert len(found) == 8 and len(set(found)) == 1, found
"""


def test_the_first_readers_of_a_new_process_may_come_all_at_once() -> None:
    for _ in range(3):
        subprocess.run([sys.executable, "-c", FIRST_READERS], check=True)

"""Tests of the query parser: each syntax, and that every line is valid and fast."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.model import And, Everything, Near, Not, Or, Phrase, Prefix, Query, Word
from indexer.search.query_parser import (
    MAX_CLAUSES,
    MAX_DEPTH,
    MAX_LINE,
    MAX_TEXT,
    parse,
    positive_leaves,
    read_line,
    render,
)
from indexer.text.folding import fold

UNION = Word("工会", ("工会",), or_phrase=False)
WOMEN = Word("妇联", ("妇联",), or_phrase=False)
JOBS = Word("招聘", ("招聘",), or_phrase=False)
SAFETY = Word("安全生产", ("安全", "生产"), or_phrase=True)


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("工会", UNION),
        ("安全生产", SAFETY),
        ("安全生产 工会", And((SAFETY, UNION))),
        ('"安全生产"', Phrase("安全生产", ("安全", "生产"))),
        ("工会 OR 妇联", Or((UNION, WOMEN))),
        ("工会 OR 妇联 招聘", Or((UNION, And((WOMEN, JOBS))))),
        ("(工会 OR 妇联) 招聘", And((Or((UNION, WOMEN)), JOBS))),
        ("-招聘", Not(JOBS)),
        ("工会 -招聘", And((UNION, Not(JOBS)))),
        ('-"招聘"', Not(Phrase("招聘", ("招聘",)))),
        ("-(工会 OR 妇联)", Not(Or((UNION, WOMEN)))),
        ("headline:工会", Word("工会", ("工会",), or_phrase=False, field="headline")),
        ('headline:"工会"', Phrase("工会", ("工会",), field="headline")),
        ("-headline:工会", Not(Word("工会", ("工会",), or_phrase=False, field="headline"))),
        ("byline:王", Word("王", ("王",), or_phrase=True, field="byline")),
        ("furniture:报头", Word("报头", (), or_phrase=True, field="furniture")),
        ("furniture:“今日 8版”", Phrase("今日8版", (), field="furniture")),
        ("张*", Prefix("张")),
        ("headline:张*", Prefix("张", field="headline")),
        ('"招商 签约"~10', Near(("招商", "签约"), 10, ("招商", "签约"))),
        ("王·李", Word("王·李", ("王", "李"), or_phrase=True)),
        ("8.5%", Word("8.5%", ("8.5%",), or_phrase=True)),
        ("水", Word("水", ("水",), or_phrase=True)),
        ("人民银行", Word("人民银行", ("人民银行",), or_phrase=True)),
        ("2023年", Word("2023年", ("2023年",), or_phrase=True)),
        ("二〇二三年", Word("二零二三年", ("2023年",), or_phrase=True)),
        ("2023/1/5", Word("2023/1/5", ("2023-01-05",), or_phrase=True)),
        ("1，200", Word("1,200", ("1200",), or_phrase=True)),
        ('"1,200"', Phrase("1,200", ("1", "200"))),
        ("", Everything()),
        (" \u3000\u200b", Everything()),
    ],
)
def test_what_a_line_means(line: str, meaning: Query) -> None:
    assert parse(line) == meaning


@pytest.mark.parametrize(
    ("line", "same"),
    [
        ("“安全生产”", '"安全生产"'),
        ("「安全生产」", '"安全生产"'),
        ("『安全生产』", '"安全生产"'),
        ("＂安全生产＂", '"安全生产"'),
        ("“安全生产“", '"安全生产"'),
        ("”安全生产”", '"安全生产"'),
        ('"安全生产”', '"安全生产"'),
        ('"安全 生产"', '"安全生产"'),
        ("（工会　ＯＲ　妇联）－招聘", "(工会 OR 妇联) -招聘"),
        ("headline：表彰", "headline:表彰"),
        ("张＊", "张*"),
        ("“招商　签约”～１０", '"招商 签约"~10'),
        ('"招商 签约"~0010', '"招商 签约"~10'),
        ("總工會", "总工会"),
        ("ＧＤＰ", "gdp"),
        ("((工会) (妇联))", "工会 妇联"),
        ("工会 工会", "工会"),
        ("-(-工会)", "工会"),
        ("headline:(工会 妇联)", "headline:工会 headline:妇联"),
        ("headline:(工会 byline:王)", "headline:工会 byline:王"),
        ('headline:"招商 签约"~10', 'headline:"招商" headline:"签约"'),
        ('"招商"~10', '"招商"'),
        ('"招商 招商"~10', '"招商"'),
        ('工会"安全"妇联', '工会 "安全" 妇联'),
        ("工会 AND 妇联", "工会 妇联"),
        ("工会 ＡＮＤ 妇联", "工会 妇联"),
        ("工会 && 妇联", "工会 妇联"),
        ("工会＆＆妇联", "工会 妇联"),
        ("工会 || 妇联", "工会 OR 妇联"),
        ("工会｜｜妇联", "工会 OR 妇联"),
        ("工会 AND (妇联 || 招聘)", "工会 (妇联 OR 招聘)"),
        ("工会 NOT 招聘", "工会 -招聘"),
        ("工会 AND NOT 招聘", "工会 -招聘"),
        ("工会 OR NOT 招聘", "工会 OR -招聘"),
        ("工会 NOT -招聘", "工会 -招聘"),
        ("工会 NOT (妇联 OR 招聘)", "工会 -(妇联 OR 招聘)"),
        ("工会 NOT 标题:招聘", "工会 -headline:招聘"),
        ("工会&&-招聘", "工会 -招聘"),
        ("title:工会", "headline:工会"),
        ("标题：工会", "headline:工会"),
        ("標題:(工会 妇联)", "headline:工会 headline:妇联"),
        ("作者：“王小明”", 'byline:"王小明"'),
        ("记者:王小明 -記者：李四", "byline:王小明 -byline:李四"),
    ],
)
def test_other_spellings_of_the_same(line: str, same: str) -> None:
    assert parse(line) == parse(same)
    assert render(parse(line)) == same


@pytest.mark.parametrize(
    ("line", "read_as"),
    [
        ('"工会', '"工会"'),
        ("招聘 “工会 OR 妇联", '招聘 "工会or妇联"'),
        ("(招聘 「工会) 妇联", '招聘 "工会)妇联"'),
        ('工会 "', "工会"),
        ("工会” 妇联", "工会 妇联"),
        ("工会」 妇联", "工会 妇联"),
        ("工会”", "工会"),
        ("(工会 妇联", "工会 妇联"),
        ("工会) 妇联", "工会 妇联"),
        ("工会 OR", "工会"),
        ("OR 工会", "工会"),
        ("工会 OR OR 妇联", "工会 OR 妇联"),
        ("OR", "or"),
        ("工会 or 妇联", "工会 or 妇联"),
        ("-", '"-"'),
        ("--工会", '"--工会"'),
        ("—记者", '"-记者"'),
        ("工会 - 妇联", "工会 妇联"),
        ("工会 － 妇联 —", "工会 妇联"),
        ("工会-妇联", "工会-妇联"),
        ("“工会”-“妇联”", '"工会" "妇联"'),
        ("~5", "~5"),
        ('"工会" ~5', '"工会" ~5'),
        ('"工会 妇联"~x', '"工会妇联" ~x'),
        ("headline:", "headline:"),
        ("headline: 工会", "headline: 工会"),
        ("HEADLINE:工会", '"headline:工会"'),
        ("Title:工会", '"title:工会"'),
        ("本报记者:王", "本报记者:王"),
        ("标\u200b题:王", '"标题:王"'),
        ("标题: 王", "标题: 王"),
        ("AND", "and"),
        ("AND 工会", "工会"),
        ("工会 NOT", "工会"),
        ("-AND", "-and"),
        ("headline:AND", "headline:and"),
        ("工会 And 妇联", "工会 and 妇联"),
        ("not 工会", "not 工会"),
        ("BRAND 工会", "brand 工会"),
        ("a﹠﹠b", '"a&&b"'),
        ("a&b|c", "a&b|c"),
        ("http://x.cn/?a=1", "http://x.cn/?a=1"),
        ("C++", "c++"),
        ("*", '"*"'),
        ("张**", "张**"),
        ("张*三", "张*三"),
        ("㈠", '"(一)"'),
        ("“他说「好」”", '「他说"好"」'),
        ('""', '「""」'),
        ('工会 ""', "工会"),
        ("()", '"()"'),
        ("，", '","'),
    ],
)
def test_anything_else_is_literal_or_harmless(line: str, read_as: str) -> None:
    assert render(parse(line)) == read_as


@pytest.mark.parametrize(
    ("line", "kind", "text", "meant"),
    [
        ('工会 "妇联 招聘', "unclosed_quote", "妇联 招聘", '工会 "妇联 招聘"'),
        ("“工会 ", "unclosed_quote", "工会", "“工会”"),
        ("「工会", "unclosed_quote", "工会", "「工会」"),
        ("工会 or 妇联", "lower_case_operator", "or", "工会 OR 妇联"),
        ("工会 Or 妇联 and (招聘 not 签约)", "lower_case_operator", "Or", "工会 OR 妇联 AND (招聘 NOT 签约)"),
        ("not 招聘", "lower_case_operator", "not", "NOT 招聘"),
        ("工会 二〇二三年", "numeral", "二零二三年", '"二零二三年"'),
        ("headline:2023-11-20", "numeral", "2023-11-20", 'headline:"2023-11-20"'),
    ],
)
def test_a_note_says_what_may_be_meant_otherwise(line: str, kind: str, text: str, meant: str) -> None:
    assert [(note.kind, note.text, note.line) for note in read_line(line).notes] == [(kind, text, meant)]
    assert not read_line(meant).notes


@pytest.mark.parametrize(
    "line",
    [
        *(
            "工会 OR 妇联",
            "or",
            "or 工会",
            "工会 or",
            "-or 工会",
            "headline:or 工会",
            '"工会 or 妇联"',
            '工会 "',
            "工会”",
        ),
        *("2023年", "8.5%", "-2023-11-20"),
    ],
)
def test_nothing_is_said_where_all_is_clear(line: str) -> None:
    assert read_line(line).notes == ()


@pytest.mark.parametrize(
    "line",
    [
        *(
            "工会",
            "安全生产 工会",
            '"安全生产工作"',
            "工会 OR 妇联",
            "(工会 OR 妇联) 招聘",
            "-招聘",
            "工会 -(妇联 OR 招聘)",
        ),
        *(
            "headline:工会",
            'headline:"安全 生产"',
            "byline:王",
            "furniture:报头",
            "-byline:王小明",
            "张*",
            "headline:张*",
            '"招商 签约"~10',
        ),
        *(
            "王·李",
            "8.5%",
            "c++",
            "工会 or 妇联",
            "工会 and 妇联",
            "not 工会",
            "工会-妇联",
            "headline: 工会",
            "~5",
            "a&b",
        ),
        *('"-"', '"&&"', '"||"', '"and"', '"title:工会"', "「标题:工会」", '"headline:工会"', "http://x.cn/?a=1&b=2"),
        *("2023年", "2023年11月20日", "2023-11-20", "1,200", "1200", "二零二三年", "第3", "12000", "1.2万", "20%"),
    ],
)
def test_old_links_keep_their_meaning(line: str) -> None:
    """Links with canonical lines of earlier releases: each is still read as what it says."""
    assert render(parse(line)) == line.replace('"安全 生产"', '"安全生产"').replace("「标题:工会」", '"标题:工会"')


def test_what_is_ruled_out_is_not_asked_for() -> None:
    query = parse('工会 -招聘 (张* OR -"签约") -(-妇联)')
    assert [render(leaf) for leaf in positive_leaves(query)] == ["工会", "张*", "妇联"]


# --- every line

SYNTAX = '安全生产&|＆｜工会王·1.%-－—"“”「」『』()（）:：*＊~～OR　＂㈠〇\u200b﹡﹣﹙ﷺ '
FRAGMENTS = [
    *(
        "安全生产",
        "王·李",
        "8.5%",
        "㈠",
        " ",
        "OR",
        " OR ",
        "AND",
        " NOT ",
        "&&",
        "||",
        "headline:",
        "标题:",
        "byline:",
        "~10",
        "*",
        "\ud800",
    ),
    *("-", '"', "(", ")", "“", "”", "「", "」", "-(", '-"', '" '),
]
LINES = st.one_of(
    st.text(),
    st.text(st.sampled_from(SYNTAX)),
    st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join),
)


@given(LINES)
def test_the_canonical_spelling_reads_as_the_same_query(line: str) -> None:
    query = parse(line)
    assert parse(render(query)) == query


@given(LINES)
def test_texts_in_a_query_are_folded(line: str) -> None:
    for leaf in positive_leaves(parse(line)):
        found = leaf.texts if isinstance(leaf, Near) else (leaf.text,)
        assert all(text and fold(text) == text for text in found)


def depth(query: Query) -> int:
    match query:
        case And(clauses) | Or(clauses):
            return 1 + max(map(depth, clauses))
        case Not(clause):
            return 1 + depth(clause)
        case _:
            return 0


@pytest.mark.parametrize(
    "fragment",
    [
        *(
            "a or ",
            "NOT ",
            "a&&",
            "||-",
            "(",
            ")",
            "-(",
            '"',
            "“",
            "“”",
            '""',
            "「",
            "“a”",
            "a ",
            "a or ",
            "NOT ",
            "a&&",
            "||",
            "安",
            "-",
            "~9",
            "*",
            "OR ",
            "ﷺ",
            "(a)",
        ),
        *("headline:", "headline:(", '-headline:"', "a OR (b ", "a (b OR -(", '"a b"~9 ', "安全生产，"),
    ],
)
def test_no_line_is_slow_deep_or_long(fragment: str) -> None:
    parse("安全")  # loads the dictionary, which happens only once
    line = fragment * (3 * MAX_LINE // len(fragment))
    began = time.process_time()
    query = parse(line)
    assert parse(render(query)) == query
    assert time.process_time() - began < 1
    assert len(positive_leaves(query)) <= MAX_CLAUSES
    assert depth(query) <= 3 * MAX_DEPTH
    assert len(render(query)) <= MAX_LINE


def test_a_long_phrase_is_cut_off() -> None:
    assert parse(f'"{"安" * (MAX_TEXT + 1)}"') == parse(f'"{"安" * MAX_TEXT}"')

"""Tests of near spellings, of other queries for one that finds nothing, and of completions, over real engines."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.engines import open_engine
from indexer.engines.base import Engine, IndexIdentity, Reader
from indexer.engines.memory import MemoryEngine
from indexer.engines.near_texts import is_near
from indexer.model import Article, Contributor, Document, Passage, Request
from indexer.search.alternatives import alternatives
from indexer.search.completions import LONGEST, completions
from indexer.search.near_spellings import near_spellings
from indexer.search.query_parser import parse, render
from indexer.text.tokenizer import tokenise

TEXTS = (
    ("妇联组织采茶", "柳溪镇妇联组织采茶比赛，茶农参加。", "沈砚之"),
    ("渡轮靠岸", "昨晚，渡轮靠岸，船长沈砚之向岸上的人告别。", "林晓航"),
    ("安全生产检查", "各村落实“三班两查”制度，安全、生产两不误。", "林晓航"),
    ("人民银行通知", "中国人民银行发出通知，陶砚声主持，auto展开幕。", ""),
)


def documents() -> list[Document]:
    return [document(number, *texts) for number, texts in enumerate(TEXTS)]


def document(number: int, headline: str, text: str, name: str) -> Document:
    article = Article(
        id=f"a-{number}",
        kind="新闻",
        kicker="",
        headline=headline,
        subtitle="",
        byline=(Contributor(name, "记者"),) if name else (),
        section="",
        localities=(),
        date=date(2022, 6, 1) + timedelta(number),
        paragraphs=(Passage(text, ((0, len(text)),)),),
        captions=(),
        end_code="",
    )
    return Document(article, "demo", "示例报", "01", number, f"demo/{number}.txt")


def filled(engine: Engine, articles: list[Document]) -> Reader:
    writer = engine.writer()
    for one in articles:
        writer.replace(one.source, [tokenise(one)], "f")
    writer.commit()
    return engine.reader()


@pytest.fixture(name="reader", scope="module", params=["memory", "whoosh"])
def reader_fixture(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    if request.param == "memory":
        return filled(MemoryEngine(), documents())
    folder = tmp_path_factory.mktemp("index")
    return filled(open_engine(str(folder / "index"), IndexIdentity("here", "these")), documents())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("沈研之", "沈砚之"),  # sounds alike
        ("申砚之", "沈砚之"),
        ("沈砚知", "沈砚之"),  # nearly the same: zh and z, n and ng
        ("林小航", "林晓航"),
        ("凌晓航", "林晓航"),
        ("林春航", "林晓航"),  # any other letter, within and at both ends
        ("高晓航", "林晓航"),
        ("李砚之", "沈砚之"),
        ("李砚声", "陶砚声"),  # 陶砚 is in the dictionary, 砚声 is not
        ("林晓军", "林晓航"),
        ("林航", "林晓航"),  # one letter fewer
        ("林晓晓航", "林晓航"),  # one more
        ("晓林航", "林晓航"),  # two swapped
        ("渡伦", "渡轮"),
        ("渡纶", "渡轮"),
        ("中国人民银航", "中国人民银行"),
        ("中囯人民很行", ""),  # two letters off
        ("aut", "auto"),
        ("柳西镇", "柳溪镇"),
        ("妇联会", "妇联"),  # not 妇联组: two words that meet are none
        ("火星", ""),
        ("火", ""),
        ("", ""),
    ],
)
def test_the_likeliest_near_spelling(reader: Reader, typed: str, meant: str) -> None:
    assert next((one.text for one in near_spellings(reader, typed, 3)), "") == meant


def test_what_sounds_alike_comes_before_what_is_more_frequent(tmp_path: Path) -> None:
    texts = ["王砚秋到会", "李砚秋到会", "李砚秋讲话"]
    reader = filled(MemoryEngine(), [document(number, "", text, "") for number, text in enumerate(texts)])
    found = [(one.text, one.count) for one in near_spellings(reader, "汪砚秋", 3)]
    assert found == [("王砚秋", 1), ("李砚秋", 2)]


names = st.text("王林沈砚晓秋航之", min_size=2, max_size=4)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(held=st.lists(names, min_size=1, max_size=6), typed=names)
def test_a_near_spelling_is_near_and_held(held: list[str], typed: str) -> None:
    texts = [f"，{name}，" for name in held]
    reader = filled(MemoryEngine(), [document(number, "", text, "") for number, text in enumerate(texts)])
    found = near_spellings(reader, typed, 99)
    assert len({one.text for one in found}) == len(found)
    for one in found:
        assert is_near(typed, one.text)
        assert one.count == sum(one.text in text for text in texts) > 0
    if len(typed) > 2 and typed not in "，".join(held):
        alike = [name for name in held if len(name) > 2 and is_near(typed, name)]
        assert all(any(one.text in name or name in one.text for one in found) for name in alike)


# --- other queries


@pytest.mark.parametrize(
    ("line", "change", "other"),
    [
        ("30公斤", "numeral", "30kg"),
        ("申砚之 渡轮", "spelling", "沈砚之 渡轮"),
        ("申砚之 采茶比赛", "spelling", "沈砚之"),
        ("渡纶靠岸", "spelling", "渡轮靠岸"),
        ('"落实三班两查制度"', "as_printed", '「落实"三班两查"制度」'),
        ('"安全生产两不误"', "as_printed", '"安全、生产两不误"'),
        ('"采茶，比赛"', "as_printed", '"采茶比赛"'),
        ('"比赛、茶农参加" -渡轮', "as_printed", '"比赛,茶农参加" -渡轮'),
        ('"渡轮最后靠岸"', "as_words", "渡轮最后靠岸"),
        ('"靠岸 茶农"~3', "as_words", "靠岸 茶农"),
        ("headline:船长", "anywhere", "船长"),
        ("byline:船长", "anywhere", "船长"),
        ("headline:林晓航", "in_byline", "byline:林晓航"),
        ("记者林晓航", "as_byline", "byline:林晓航"),
        ("本报记者林晓航", "as_byline", "byline:林晓航"),
        ("林晓航摄", "as_byline", "byline:林晓航"),
        ("柳溪镇妇联举办采茶大赛", "most_words", ""),
        ("渡轮 火星 采茶", "without_word", "渡轮 采茶"),
        ("渡轮 火星", "one_word", "渡轮"),
        ("采茶比赛有多少人参加火星", "one_word", "采茶"),
        ("渡轮 火星", "any_of", "渡轮 OR 火星"),
        ("渡轮 -靠岸", "without_not", "渡轮"),
    ],
)
def test_other_queries_for_one_that_finds_nothing(reader: Reader, line: str, change: str, other: str) -> None:
    query = parse(line)
    found = [
        (one.change, render(one.query)) for one in alternatives(reader, query, lambda of: reader.count(Request(of)))
    ]
    assert (change, other) in found if other else change in [one for one, _ in found], found


def test_a_question_is_never_answered_with_its_asking_words(reader: Reader) -> None:
    query = parse("沈砚之什么时候登上了火星")
    found = alternatives(reader, query, lambda of: reader.count(Request(of)))
    alone = [render(one.query) for one in found if one.change == "one_word"]
    assert not {"什么", "时候", "什么时候", "了"} & set(alone)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=st.text('渡轮安全，、。"()-~*: 砚之沈headline:byline:ORa5', max_size=14))
def test_any_query_has_other_queries_that_can_be_written(reader: Reader, line: str) -> None:
    for one in alternatives(reader, parse(line), lambda of: reader.count(Request(of))):
        reader.count(Request(parse(render(one.query))))


# --- completions


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("渡", [("渡轮", 1), ("渡轮靠岸", 1)]),
        ("林", [("林晓航", 2)]),
        ("采茶 妇", [("采茶 妇联", 1)]),
        ("-渡", [("-渡轮", 3)]),
        ("byline:沈", [("byline:沈砚之", 1)]),
        ("火", []),
        ("渡轮 妇", []),
        ("", []),
        (" ", []),
        ("渡" * (LONGEST + 1), []),
    ],
)
def test_what_was_typed_is_completed(reader: Reader, typed: str, lines: list[tuple[str, int]]) -> None:
    found = [(one.line, one.count) for one in completions(reader, typed)]
    assert [one for one in found if one in lines] == lines
    assert lines or not found
    assert all(line.startswith(typed) and reader.count(Request(parse(line))) == count for line, count in found)

"""Tests of each cleaning rule and of the invariants of cleaning."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.cleaning import RULES, clean
from indexer.cleaning.apply import Change, Rule, apply
from tests.conftest import PROJECT
from tests.support.examples import examples

DOC = (PROJECT / "docs/cleaning.md").read_text(encoding="utf-8")
MESS = '工会员 职高兴的一人，。：“”"(),:;!?-—…·、《》#*>0123Aa.①②③记者记通讯员本报讯'
MESS += "\n\n\n\r\t\u3000\ufffd\ufffd\u200b\xa0\uf06c"


def replayed(raw: str, text: str) -> str:
    parts, at = [], 0
    for edit in clean(raw).edits:
        assert edit.start >= at
        assert raw[edit.start : edit.end] == edit.before
        assert edit.rules
        parts += [raw[at : edit.start], edit.after]
        at = edit.end
    return "".join([*parts, raw[at:]])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_does_what_its_example_says(rule: Rule) -> None:
    assert apply(rule.before, [rule]).text == rule.after


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_is_explained_in_the_docs_with_its_example(rule: Rule) -> None:
    def shown(text: str) -> str:
        return "`" + repr(text)[1:-1].replace("\\'", "'") + "`"

    assert f"| {rule.name} | {rule.says} | {shown(rule.before)} | {shown(rule.after)} |" in DOC


@given(st.text(alphabet=MESS, max_size=120))
@examples(150, 500)
def test_replaying_the_edits_gives_the_text(raw: str) -> None:
    assert replayed(raw, clean(raw).text) == clean(raw).text


@given(st.text(max_size=60))
@settings(deadline=None)
def test_replaying_holds_for_any_unicode(raw: str) -> None:
    assert replayed(raw, clean(raw).text) == clean(raw).text


@given(st.text(alphabet=" 工会员职高兴人，。：“”《》0123Aa.%", max_size=80))
@examples(150, 500)
def test_the_short_way_for_plain_text_gives_the_same(raw: str) -> None:
    assert clean(raw) == apply(raw, RULES)


@given(st.text(alphabet="abc", max_size=20), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_edits_of_many_rules_compose(raw: str, rng: random.Random) -> None:
    def some(text: str) -> list[Change]:
        cuts = sorted(rng.sample(range(len(text) + 1), min(len(text) + 1, 2 * rng.randrange(3))))
        pairs = zip(cuts[::2], cuts[1::2], strict=False)
        return [Change(start, end, rng.choice(["", "x", "yz"])) for start, end in pairs]

    texts = [raw]

    def remember(text: str) -> list[Change]:
        changes, at, parts = some(text), 0, []
        for start, end, after in changes:
            parts += [text[at:start], after]
            at = end
        texts.append("".join([*parts, text[at:]]))
        return changes

    cleaned = apply(raw, [Rule(f"r{i}", remember, "", "", "") for i in range(4)])
    assert cleaned.text == texts[-1]
    starts = [edit.start for edit in cleaned.edits]
    assert starts == sorted(starts)
    assert all(a.end <= b.start for a, b in zip(cleaned.edits, cleaned.edits[1:], strict=False))


@pytest.mark.parametrize(
    "raw",
    [
        "记者 " + "张 " * 20_000,
        "(" * 50_000 + "工" + ")" * 50_000,
        '工"' * 10_000,
        "工工会会" * 25_000,
        " " * 100_000 + "\n" + "\t " * 50_000 + "x",
        "a" * 50_000 + "(工:",
        "工" + "\ufffd " * 50_000,
    ],
    ids=["names", "brackets", "quotes", "pairs", "blanks", "letters", "bullets"],
)
def test_no_text_is_slow(raw: str) -> None:
    start = time.process_time()
    clean(raw)
    assert time.process_time() - start < 5


def test_an_edit_names_all_the_rules_that_made_it() -> None:
    (edit,) = clean("服务 \u200b 20人。").edits
    assert edit.rules == ("invisible", "spaces")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("(记者 张丽丽 通讯员 赵 丹)近日,开展活动。", "（记者 张丽丽 通讯员 赵丹）近日，开展活动。"),
        ("第一条 为了加强生态保护，制定本条例。", "第一条 为了加强生态保护，制定本条例。"),
        ("实现“云启未来 联通天中”愿景，服务发 展。", "实现“云启未来 联通天中”愿景，服务发展。"),
        ("限值40W/m²,共1,000人,15:30到。", "限值40W/m²，共1,000人，15:30到。"),
        ("详见https://a.cn/b?c=1,2或a.b@c.com,谢谢。", "详见https://a.cn/b?c=1,2或a.b@c.com，谢谢。"),
        ('推行"一把手"责任制、"五包"制,突出"五抓', '推行“一把手”责任制、“五包”制，突出"五抓'),
        ('名为"工作方案" (A B-C)的网站。', "名为“工作方案”（A B-C）的网站。"),
        ('“物尽其用"释放潜能。"运筹帷幄"', "“物尽其用”释放潜能。“运筹帷幄”"),
        ("医疗废物 激增如何应对?", "医疗废物激增如何应对？"),
        ("中国--东盟博览会", "中国——东盟博览会"),
        ("全链条工作模式:审计一整改一提高。", "全链条工作模式：审计一整改一提高。"),
        ("It's 5:30 now, (see p. 3).", "It's 5:30 now, (see p. 3)."),
        ("⻓江⻛⾬，⺠⽣⼯程。", "长江风雨，民生工程。"),
        ("靑山鎭淸明，劒术与⼑法。", "靑山鎭淸明，劒术与刀法。"),  # variants are forms of print, and stay
    ],
)
def test_spaces_and_marks(raw: str, text: str) -> None:
    assert clean(raw).text == text

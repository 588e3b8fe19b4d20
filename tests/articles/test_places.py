"""Tests of an article's places, which are derived from place names in its text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.archive.archive import Archive
from indexer.articles.metadata.page_identity import identify
from indexer.articles.page_reader import read_page
from indexer.articles.places.gazetteer import level, names_for
from indexer.articles.places.locate import WEIGHTS, locate
from indexer.model import Paper
from indexer.readers import read
from indexer.text.place_path import ancestors, last_name

ZHUMADIAN = Paper(
    "zhumadian",
    place="河南省/驻马店市",
    places={
        "开发区": "河南省/驻马店市/开发区",
        "示范区": "河南省/驻马店市/城乡一体化示范区",
        "刘阁街道": "河南省/驻马店市/城乡一体化示范区/刘阁街道",
        "金河办事处": "河南省/驻马店市/开发区/金河街道",
    },
)
NOWHERE = Paper("nowhere")


def places(*parts: tuple[str, str], paper: Paper = NOWHERE) -> list[str]:
    return list(locate(parts, paper)[0])


def headline(text: str, paper: Paper = NOWHERE) -> list[str]:
    return places(("headline", text), paper=paper)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("驻马店市召开大会", "河南省/驻马店市"),
        ("驻马店召开大会", "河南省/驻马店市"),
        ("河南省驻马店市驿城区举办活动", "河南省/驻马店市/驿城区"),
        ("河南驻马店：麦收开镰", "河南省/驻马店市"),
        ("河南省济源市举办活动", "河南省/济源市"),
        ("北京市海淀区的秋天", "北京市/海淀区"),
        ("重庆市云阳县的橙子", "重庆市/云阳县"),
        ("广东东莞的工厂", "广东省/东莞市"),
        ("恩施州的茶", "湖北省/恩施土家族苗族自治州"),
        ("围场县的草原", "河北省/承德市/围场满族蒙古族自治县"),
        ("香港特别行政区湾仔区", "香港特别行政区/湾仔区"),
        ("澳门的夜", "澳门特别行政区"),
        ("台湾高雄的港口", "台湾省/高雄市"),
        ("海南三沙市西沙区", "海南省/三沙市/西沙区"),
        ("吉林粮食丰收", "吉林省"),
        ("吉林省吉林市的雾凇", "吉林省/吉林市"),
        ("雄安新区加快建设", "河北省/雄安新区"),
    ],
)
def test_a_place_has_the_path_that_people_say(text: str, path: str) -> None:
    assert headline(text) == [path]


@pytest.mark.parametrize(
    ("former", "path"),
    [
        ("淮阳县", "河南省/周口市/淮阳区"),
        ("开封县", "河南省/开封市/祥符区"),
        ("陕县", "河南省/三门峡市/陕州区"),
        ("许昌县", "河南省/许昌市/建安区"),
        ("偃师市", "河南省/洛阳市/偃师区"),
        ("孟津县", "河南省/洛阳市/孟津区"),
        ("长垣县", "河南省/新乡市/长垣市"),
        ("巩县", "河南省/郑州市/巩义市"),
        ("周口地区", "河南省/周口市"),
        ("驻马店地区", "河南省/驻马店市"),
        ("襄樊市", "湖北省/襄阳市"),
        ("襄樊", "湖北省/襄阳市"),
        ("莱芜市", "山东省/济南市/莱芜区"),
        ("四川省万县市", "重庆市/万州区"),
        ("昌平县", "北京市/昌平区"),
        ("哲里木盟", "内蒙古自治区/通辽市"),
    ],
)
def test_a_former_name_means_the_place_of_today_and_is_quoted_as_printed(former: str, path: str) -> None:
    paths, evidence = locate([("headline", f"{former}表彰先进")], NOWHERE)
    assert paths == (path,)
    assert [(one.about, one.value, one.source, one.quote) for one in evidence] == [
        ("locality", path, "headline", former)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "鼓楼区举行活动",
        "朝阳区、新华区、和平区",
        "城关镇的早晨",
        "各乡镇、街道",
        "确山",
        "中山大学与北京大学",
        "北京东路改造",
        "南京路步行街",
        "河南日报 上海汽车",
        "记者李河南",
        "新华社消息",
        "社会长治久安",
        "三明治和北京烤鸭",
        "通化解了矛盾",
        "中国石油的加油站",
        "人们和平相处，资源丰富，公安和谐",
        "家乡、下乡、返乡、小镇、古镇",
        "沟和田间",
        "扩大连续生产",
        "京津冀、粤港澳、长三角",
        "",
    ],
)
def test_what_is_no_place_or_nowhere_in_particular(text: str) -> None:
    assert headline(text) == []


def test_a_name_of_several_places_is_decided_by_what_the_article_names() -> None:
    assert places(("headline", "鼓楼区举行活动"), ("body", "活动在开封市开幕。")) == ["河南省/开封市/鼓楼区"]
    assert places(("headline", "鼓楼区举行活动"), ("body", "南京市的市民来了。")) == ["江苏省/南京市/鼓楼区"]
    assert places(("headline", "开封市鼓楼区举行活动")) == ["河南省/开封市/鼓楼区"]


def test_the_papers_own_place_decides_first() -> None:
    kaifeng = Paper("kaifeng", place="河南省/开封市")
    assert headline("鼓楼区举行活动", kaifeng) == ["河南省/开封市/鼓楼区"]
    assert headline("鼓楼区举行活动", ZHUMADIAN) == ["河南省/驻马店市"]


def test_short_names_of_counties_count_at_home() -> None:
    assert headline("确山的栗子熟了", ZHUMADIAN) == ["河南省/驻马店市/确山县"]
    assert headline("确山的栗子熟了") == []
    assert headline("淮阳经验", Paper("zhoukou", place="河南省/周口市")) == ["河南省/周口市/淮阳区"]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([("headline", "擦亮“工”字品牌"), ("subtitle", "——市总工会2023年工作纪略")], ["驻马店市"]),
        ([("headline", "我市表彰先进")], ["驻马店市"]),
        ([("headline", "让群众吃得放心")], ["驻马店市"]),
        ([("headline", "驿城区总工会写春联"), ("lead", "市自然资源局派人参加。")], ["驿城区"]),
        ([("kicker", "水屯镇"), ("lead", "本报讯（记者 张静）近日，驿城区水屯镇开展排查。")], ["水屯镇"]),
        ([("kicker", "金桥办事处"), ("lead", "近日，驿城区金桥办事处宣传医保。")], ["金桥街道"]),
        ([("kicker", "金河办事处")], ["金河街道"]),
        ([("headline", "刘阁街道走访慰问")], ["刘阁街道"]),
        ([("headline", "刘阁办事处走访慰问")], ["刘阁街道"]),
        ([("kicker", "开发区妇联"), ("lead", "开发区妇联联合驻马店市一家公司办班。")], ["开发区"]),
        ([("headline", "让群众放心"), ("lead", "连日来，市城乡一体化示范区组织检查。")], ["城乡一体化示范区"]),
        ([("headline", "驻马店经济技术开发区招商")], ["开发区"]),
        ([("headline", "郑州高新区招商")], ["高新区"]),
        ([("headline", "平舆县邮政分公司防火")], ["平舆县"]),
        ([("headline", "招商"), ("lead", "河南乐山电缆有限公司员工获奖。")], ["驻马店市"]),
    ],
)
def test_a_local_paper(parts: list[tuple[str, str]], expected: list[str]) -> None:
    assert [last_name(path) for path in places(*parts, paper=ZHUMADIAN)] == expected


def test_a_township_that_no_table_knows_is_kept_as_printed() -> None:
    known_by_county = places(
        ("kicker", "云桥镇"), ("lead", "本报讯（记者 王一）近日，驿城区云桥镇开展排查。"), paper=ZHUMADIAN
    )
    assert known_by_county == ["河南省/驻马店市/驿城区/云桥镇"]
    assert places(("headline", "云桥镇：排查隐患"), paper=ZHUMADIAN) == ["河南省/驻马店市/云桥镇"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("新郑市龙湖镇", "龙湖镇"),
        ("确山县任店镇", "任店镇"),
        ("遂平县城镇居民", "遂平县"),
        ("泌阳县各乡镇", "泌阳县"),
        ("正阳县返乡农民", "正阳县"),
        ("上蔡县某镇", "上蔡县"),
        ("平舆县驻京办事处", "平舆县"),
        ("西平县乡镇企业", "西平县"),
        ("汝南县古镇游", "汝南县"),
    ],
)
def test_what_follows_a_county_is_a_township_only_if_it_is_a_name(text: str, name: str) -> None:
    assert [last_name(path) for path in headline(text, ZHUMADIAN)] == [name]


def test_an_invented_place_exists_by_the_papers_settings() -> None:
    paper = Paper("yp", place="河东省/云陂市", places={"竹镇": "河东省/云陂市/青渡区/竹镇"})
    assert headline("云陂38个项目开工", paper) == ["河东省/云陂市"]
    assert headline("青渡区竹镇的春天", paper) == ["河东省/云陂市/青渡区/竹镇"]
    assert headline("青渡区办实事", paper) == ["河东省/云陂市/青渡区"]


def test_a_dateline_tells_where_from() -> None:
    assert places(("lead", "本报北京3月5日电（记者 王一）今天，大会开幕。"), paper=ZHUMADIAN) == ["北京市"]
    assert places(("lead", "新华社莫斯科3月30日电 疫情扩散。"), paper=ZHUMADIAN) == []


@pytest.mark.parametrize("lead", ["本报讯昨日市通讯员报道", "本报综合讯 秋收正忙。", "本报记者张三通讯员李四报道"])
def test_news_of_the_paper_itself_comes_from_its_own_place(lead: str) -> None:
    assert places(("lead", lead), paper=ZHUMADIAN) == ["河南省/驻马店市"]


def test_the_heaviest_place_comes_first_and_passing_mentions_are_left_out() -> None:
    parts = [
        ("headline", "遂平县考察团归来"),
        ("lead", "考察团先后到西平县、上蔡县学习。"),
        ("body", "西平县的做法受到好评。路过石家庄。"),
    ]
    assert [last_name(path) for path in places(*parts, paper=ZHUMADIAN)] == ["遂平县", "西平县", "上蔡县"]


def test_a_wider_place_is_listed_only_when_the_article_is_about_it() -> None:
    about_both = [("headline", "驻马店市部署防汛"), ("body", "驿城区、驿城区已经行动。")]
    assert [last_name(path) for path in places(*about_both)] == ["驻马店市", "驿城区"]
    about_one = [("headline", "驿城区部署防汛"), ("body", "驻马店市要求各区县行动，驻马店市气象局发布预警。")]
    assert [last_name(path) for path in places(*about_one)] == ["驿城区"]


def test_names_of_contributors_are_no_places() -> None:
    assert places(("headline", "春天"), ("byline", "张北京"), ("byline", "唐河")) == []


def test_every_place_of_the_gazetteer_lies_in_places() -> None:
    names = names_for("")
    text = "河南省 驻马店市 驿城区 新疆维吾尔自治区 淮阳县"
    for found in names.find(text, *names.starts([text])):
        for meaning in found.meanings:
            assert level(meaning.path)
            assert all(level(path) for path in ancestors(meaning.path))


TEXT = st.text(
    st.sampled_from("河南省驻马店市驿城区鼓楼开封县水屯镇街道办事处淮阳我全本和平北京东路，。（）\n 3月5日电新华社a𠮷"),
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([*WEIGHTS, "unknown"]), TEXT | st.text(max_size=20)), max_size=6),
    st.sampled_from([NOWHERE, ZHUMADIAN, Paper("yp", place="河东省/云陂市")]),
)
def test_any_text(parts: list[tuple[str, str]], paper: Paper) -> None:
    paths, evidence = locate(parts, paper)
    assert [one.value for one in evidence] == list(paths)
    assert len(set(paths)) == len(paths)
    for one in evidence:
        told = [paper.place] if one.source == "paper.toml" else [text for role, text in parts]
        assert any(one.quote in text for text in told)
        assert one.quote
        assert all(one.value.split("/"))


def test_real_pages(shared: Path) -> None:
    """The true county or township of each article is among its first two places."""
    gold = json.loads((shared / "pages" / "gold" / "articles.json").read_text(encoding="utf-8"))
    folders = {"p000": "zhumadian", "p003": "huaiyang"}
    right = wanted = 0
    for page, folder in folders.items():
        found = read_localities(shared / "pages" / folder, f"{page}.txt")
        for article in gold[page]["articles"]:
            wanted += 1
            right += bool(set(article["locality"]) & set(found.get(article["headline"], [])[:2]))
    assert right / wanted >= 0.95


def read_localities(folder: Path, page: str) -> dict[str, list[str]]:
    paper = Archive(folder.parent).paper(folder.name)
    [raw] = read(folder / page, f"{folder.name}/{page}")
    articles = read_page(raw, identify(raw, paper), paper).articles
    return {article.headline: [last_name(path) for path in article.localities] for article in articles}


@pytest.mark.parametrize(
    ("folder", "page", "expected"),
    [
        ("zhumadian", "p002.txt", {"开发区": 7, "刘阁街道": 1, "金河街道": 1}),
        (
            "zhumadian",
            "p004.txt",
            {"驿城区": 1, "古城街道": 1, "驻马店市": 3, "雪松街道": 1, "金桥街道": 1, "水屯镇": 1, "平舆县": 1},
        ),
        ("nanyang", "p001.txt", {"南阳市": 1}),
    ],
)
def test_first_places_of_the_other_pages(shared: Path, folder: str, page: str, expected: dict[str, int]) -> None:
    """The number of articles with each first place matches a manual count."""
    firsts = [names[0] for names in read_localities(shared / "pages" / folder, page).values()]
    assert {name: firsts.count(name) for name in expected} == expected

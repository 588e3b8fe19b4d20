"""Links to articles go on working, whatever release made the index that they were copied from.

`tests/data` keeps a small index of each release: the sample archive as that release indexed it. CONTRIBUTING.md says
how to add one.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from indexer.archive.archive import Archive
from indexer.engines.base import IndexIdentity
from indexer.engines.memory import MemoryEngine
from indexer.engines.whoosh.adapter import commits
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.engines.whoosh.old_indexes import old_articles
from indexer.errors import IndexStale
from indexer.indexing.pipeline import index
from indexer.indexing.renames import renamed
from indexer.model import FormerArticle
from tests.conftest import PROJECT
from webui.app import create_app
from webui.settings import Settings

RELEASES = sorted((PROJECT / "tests" / "data").glob("index-*"))
RULES = "the rules of today"


def engine_of(folder: Path, archive: Path) -> WhooshEngine:
    return WhooshEngine(folder, IndexIdentity(str(archive), RULES))


def dead_links(ids: set[str], archive: Path, engine: WhooshEngine) -> set[str]:
    """The ids whose pages don't answer on the site, and don't lead to one that does."""
    site = create_app(Settings(archive=archive, index=""), engine).test_client()
    return {one for one in ids if site.get(f"/article/{one}", follow_redirects=True).status_code != 200}


@pytest.fixture
def archive(tmp_path: Path, sample_archive: Path) -> Path:
    """A copy of the sample archive."""
    return Path(shutil.copytree(sample_archive, tmp_path / "archive"))


@pytest.mark.parametrize("release", RELEASES, ids=lambda folder: folder.name)
def test_each_id_of_an_old_index_answers_or_leads_on_after_an_upgrade(
    release: Path, archive: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(release, tmp_path / "index"))
    ids = {article.id for article in old_articles(folder)}
    engine = engine_of(folder, archive)
    with pytest.raises(IndexStale, match="baosou index --full"):
        index(Archive(archive), engine, jobs=1)
    assert {article.id for article in engine.former_articles()} == ids  # the refusal lost nothing
    index(Archive(archive), engine, full=True, jobs=1)
    assert len(ids) > 50
    assert dead_links(ids, archive, engine) == set()


PAGES = {
    "01": "县里修好三座老桥\n\n本报讯 昨日，县里修好了三座老桥，过往行人连声称便。修桥师傅说，桥面换成了新石板。\n",
    "02": "早稻开镰\n\n本报讯 城西早稻昨日开镰，田里一片金黄，收割机来回奔忙。种粮大户说，今年亩产比去年高。\n",
    "03": "图书室夜里也开门\n\n本报讯 镇图书室从本周起夜里也开门，学生放学后可以来看书，值班的是退休教师。\n\n"
    "渡口添新船\n\n本报讯 河口渡口添了一条新船，能坐四十人，摆渡的老人试航后十分满意。\n",
}


def issue(root: Path, pages: dict[str, str], day: str = "2022-05-06") -> Path:
    for name, text in pages.items():
        (root / "lanhe" / day).mkdir(parents=True, exist_ok=True)
        (root / "lanhe" / day / f"{name}.txt").write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize("full", [True, False], ids=["--full", "an update"])
@pytest.mark.parametrize(
    ("name", "edit"),
    [
        ("01", lambda text: text.replace("县里修好三座老桥", "三座老桥修好了", 1)),
        ("01", lambda text: text.replace("昨日", "前日").replace("称便", "称赞")),
        ("03", lambda text: re.sub("\n\n渡口添新船\n\n本报讯 ", "", text)),
        ("03", lambda text: text.replace("图书室夜里也开门\n\n", "").replace("学生放学后可以来看书，", "")),
    ],
    ids=["another headline", "a correction", "two articles joined", "a headline lost"],
)
def test_old_ids_lead_to_what_became_of_the_article(name: str, edit, full: bool, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    root = issue(tmp_path / "archive", PAGES)
    engine = engine_of(tmp_path / "index", root)
    index(Archive(root), engine, jobs=1)
    ids = {article.id for article in engine.former_articles()}
    issue(root, {name: edit(PAGES[name])})
    index(Archive(root), engine, full=full, jobs=1)
    assert len(ids) == 4
    assert dead_links(ids, root, engine) == set()


@pytest.mark.parametrize("full", [True, False], ids=["--full", "an update"])
def test_old_ids_follow_a_page_that_moved_to_another_day(full: bool, tmp_path: Path) -> None:
    root = issue(tmp_path / "archive", PAGES)
    engine = engine_of(tmp_path / "index", root)
    index(Archive(root), engine, jobs=1)
    ids = {article.id for article in engine.former_articles()}
    (root / "lanhe" / "2022-05-06").rename(root / "lanhe" / "2022-05-07")
    index(Archive(root), engine, full=full, jobs=1)
    assert not ids & {article.id for article in engine.former_articles()}
    assert dead_links(ids, root, engine) == set()


def test_a_link_that_was_kept_once_is_kept_by_later_changes(tmp_path: Path) -> None:
    root = issue(tmp_path / "archive", PAGES)
    engine = engine_of(tmp_path / "index", root)
    index(Archive(root), engine, jobs=1)
    ids = {article.id for article in engine.former_articles()}
    for headline in ("三座老桥修好了", "老桥修好", "县里修好三座老桥"):
        issue(root, {"01": PAGES["01"].replace("县里修好三座老桥", headline, 1)})
        index(Archive(root), engine, full=True, jobs=1)
        ids |= {article.id for article in engine.former_articles()}
    assert len(ids) == 6
    assert dead_links(ids, root, engine) == set()


def test_an_article_that_is_gone_leads_nowhere(tmp_path: Path) -> None:
    root = issue(tmp_path / "archive", PAGES)
    engine = engine_of(tmp_path / "index", root)
    index(Archive(root), engine, jobs=1)
    (root / "lanhe" / "2022-05-06" / "02.txt").unlink()
    index(Archive(root), engine, full=True, jobs=1)
    assert Archive(root).redirects() == {}


def test_a_dry_run_writes_no_redirects(tmp_path: Path) -> None:
    root = issue(tmp_path / "archive", PAGES)
    engine = engine_of(tmp_path / "index", root)
    index(Archive(root), engine, jobs=1)
    issue(root, {"01": PAGES["01"].replace("县里修好三座老桥", "三座老桥修好了", 1)})
    index(Archive(root), engine, full=True, dry_run=True, jobs=1)
    assert not (root / "redirects.tsv").exists()
    assert engine.pending_moves() == {}


KEPT = b"lanhe-older\tlanhe-old\n"


@pytest.mark.parametrize(
    ("harm", "repair", "sentence"),
    [
        (lambda path: path.mkdir(), lambda path: path.rmdir(), "is not a file"),
        (lambda path: os.mkfifo(path), lambda path: path.unlink(), "is not a file"),
        (lambda path: path.write_bytes(KEPT + "# 旧址\n".encode("gbk")), None, "line 2 of .* is not UTF-8"),
        (lambda path: path.write_bytes(KEPT.decode().encode("utf-16")), None, "line 1 of .* is not UTF-8"),
    ],
    ids=["a folder", "a pipe", "GBK", "UTF-16"],
)
@pytest.mark.parametrize("full", [True, False], ids=["--full", "an update"])
def test_where_redirects_can_not_be_written_old_links_lead_on_from_the_index(  # type: ignore[no-untyped-def]
    harm, repair, sentence: str, full: bool, tmp_path: Path
) -> None:
    root = issue(tmp_path / "archive", PAGES)
    engine = engine_of(tmp_path / "index", root)
    index(Archive(root), engine, jobs=1)
    ids = {article.id for article in engine.former_articles()}
    path = root / "redirects.tsv"
    harm(path)
    damaged = path.read_bytes() if path.is_file() else b""
    for headline in ("三座老桥修好了", "老桥修好"):
        issue(root, {"01": PAGES["01"].replace("县里修好三座老桥", headline, 1)})
        report = index(Archive(root), engine, full=full, jobs=1)
        assert re.search(sentence, " ".join(report.warnings))
        ids |= {article.id for article in engine.former_articles()}
        assert dead_links(ids, root, engine) == set()
    assert len(ids) == 6
    assert len(engine.pending_moves()) == 2
    if repair:
        repair(path)
    else:
        assert path.read_bytes() == damaged
        path.write_bytes(KEPT)
    generation = commits.latest_generation(tmp_path / "index")
    assert index(Archive(root), engine, jobs=1).warnings == ()
    assert engine.pending_moves() == {}
    assert len(path.read_bytes().splitlines()) == (2 if repair else 3)
    assert dead_links(ids, root, engine) == set()
    assert commits.latest_generation(tmp_path / "index") == generation


def test_lines_that_can_be_read_lead_on_beside_others(tmp_path: Path) -> None:
    root = issue(tmp_path / "archive", PAGES)
    engine = engine_of(tmp_path / "index", root)
    index(Archive(root), engine, jobs=1)
    [first, *_] = sorted(article.id for article in engine.former_articles())
    (root / "redirects.tsv").write_bytes("搬家\n".encode("gbk") + f"lanhe-old\t{first}\n".encode() + b"\xff\n")
    assert dead_links({"lanhe-old"}, root, engine) == set()


def test_an_index_of_today_is_read_like_those_of_old_releases(archive: Path, tmp_path: Path) -> None:
    """Whoever changes the format sees here that `old_indexes` needs to know the new one."""
    engine, reference = engine_of(tmp_path / "index", archive), MemoryEngine()
    index(Archive(archive), engine, jobs=1)
    index(Archive(archive), reference, jobs=1)
    wanted = sorted(reference.former_articles(), key=lambda one: one.id)
    assert sorted(old_articles(tmp_path / "index"), key=lambda one: one.id) == wanted


def test_a_damaged_or_foreign_folder_has_no_former_articles(tmp_path: Path) -> None:
    assert list(engine_of(tmp_path / "nothing", tmp_path).former_articles()) == []
    (tmp_path / "manifest-0.json").write_text('{"files": {"MAIN_a.seg": 3, "MAIN_b.seg": 3}}', encoding="utf-8")
    (tmp_path / "MAIN_a.seg").write_bytes(b"abc")
    assert list(engine_of(tmp_path, tmp_path).former_articles()) == []


def article(name: str, text: str, source: str = "lanhe/2022-05-06/01.txt") -> FormerArticle:
    return FormerArticle(name, source, (text,))


def test_of_two_equal_texts_each_has_its_own_successor() -> None:
    text = "招领启事：拾到自行车一辆，请失主来认领"
    assert renamed([article("a", text), article("b", text)], [article("c", text), article("d", text)]) == {
        "a": "c",
        "b": "d",
    }


def test_the_same_page_is_preferred_and_a_part_of_it_is_enough() -> None:
    text = "本报讯 城西早稻昨日开镰，田里一片金黄"
    elsewhere = article("x", text, "lanhe/2022-05-06/02.txt")
    assert renamed([article("a", text)], [elsewhere, article("b", text + "。")]) == {"a": "b"}
    joined = article("c", text + "收割机来回奔忙。种粮大户说，今年亩产比去年高，粮站开足马力收购，天黑前全部入库。")
    assert renamed([article("a", text)], [joined]) == {"a": "c"}
    assert renamed([article("a", text)], [article("d", "渡口添了一条新船，能坐四十人")]) == {}

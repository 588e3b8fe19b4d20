"""Tests that nobody sees more than they may: every route is walked, in every format, as everybody and as in-house.

An archive holds one article of each kind that is hidden from some readers. For each kind there is a second archive, the
one that these readers are to see: without the hidden paper, with another text. Both sites must give the same answers,
to the letter, in all that the walk asks for: then nothing that is hidden can be read, counted or guessed. A route that
is not in `ROUTES` fails a test, so each new page has to say here how it is asked for.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import get_args
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from indexer.archive.archive import Archive
from indexer.archive.corrections import Correction
from indexer.errors import UsageError
from indexer.indexing.changes import record
from indexer.indexing.pipeline import index
from indexer.model import WITHHELD, Everything, Request
from indexer.search.rights import Audience
from tests.conftest import PROJECT
from tests.support.web_site import CHINESE, on_disk
from webui import Settings, create_app
from webui.command import serve

HEADER = "X-Inhouse"
AUDIENCES: dict[Audience, dict[str, str]] = {"public": {}, "inhouse": {HEADER: "yes"}}
assert AUDIENCES.keys() == set(get_args(Audience))

PUBLIC_TEXT = "本报讯（记者 常青禾）昨天，翠螺泉水库开闸放水，下游农田都喝上了水。泵站的老师傅说，今年比去年早。"
CLINIC = "# 城东门诊部挂牌\n\n城东门诊部昨天挂牌，泵站的家属都去看热闹。\n"
PAGES = {
    "wanbao/2019-03-08/02.md": f"{CLINIC}\n# 鸬鹚渡口风波\n\n鸬鹚渡口的船家阚砚秋与人争吵，惊动了泵站的值班员。\n",
    "wanbao/2019-03-08/04.md": "# 榫卯巷寻人\n\n榫卯巷走失一位老人，知情人请找缪绛雪，泵站的人也在找。\n",
    "wanbao/2019-03-08/01.md": f"# 翠螺泉水库开闸放水\n\n{PUBLIC_TEXT}\n",
    "wanbao/paper.toml": 'title = "螺泉晚报"\nplace = "河东省/云陂市"\n',
    "neican/2019-03-08/07.md": "# 翠骡泉水厂内部讨论\n\n本报讯（记者 乌有先）昨天，翠骡泉水厂讨论了稿费。"
    "参加的有琥珀轩和玳瑁斋。\n\n# 霁月亭的账目\n\n霁月亭的账目不清楚，泵站的会计说要重算一遍。\n",
    "neican/paper.toml": 'title = "馆藏内参"\nplace = "河东省/云陂市/霁月县"\nrights = "inhouse"\n',
    "timu/2019-03-08/03.md": "# 鹭鸶湾渔民上岸\n\n本报讯（记者 丘壑明）昨天，鹭鸶湾的渔民都上了岸，船交给了玛瑙坊。\n",
    "timu/paper.toml": 'title = "题目报"\nplace = "河东省/云陂市"\nrights = "metadata"\n',
}


@dataclass(frozen=True)
class Hidden:
    """A kind of article that some readers don't see, or not all of: which words of it, and from whom.

    `seen` changes an archive to the one that these readers are to see; `done` is what hides it where rights don't.
    `beside` is what a page shows about that, which the other archive lacks.
    """

    paper: str
    page: str
    words: tuple[str, ...]
    seen: Callable[[Path], object]
    audiences: tuple[Audience, ...]
    title: str = "馆藏内参"
    done: Correction | None = None
    beside: str = r"(?!)"


def rewrite(page: str, before: str, after: str) -> Callable[[Path], None]:
    def change(archive: Path) -> None:
        text = (archive / page).read_text(encoding="utf-8")
        assert before in text
        (archive / page).write_text(text.replace(before, after), encoding="utf-8")

    return change


HIDDEN = {
    "an in-house paper": Hidden(
        "neican",
        "07",
        ("翠骡泉", "琥珀轩", "玳瑁斋", "乌有先", "霁月亭", "账目", "泵站", "水厂内部"),
        lambda archive: shutil.rmtree(archive / "neican"),
        ("public",),
    ),
    "the text of a paper with metadata alone": Hidden(
        "timu",
        "03",
        ("玛瑙坊", "都上了岸", "船交给"),
        rewrite("timu/2019-03-08/03.md", "都上了岸，船交给了玛瑙坊", "换成了另外一段无关紧要的文字"),
        ("public", "inhouse"),
        "题目报",
    ),
    "a withdrawn article": Hidden(
        "wanbao",
        "02",
        ("鸬鹚", "渡口", "风波", "阚砚秋", "惊动"),
        lambda archive: (archive / "wanbao/2019-03-08/02.md").write_text(CLINIC, encoding="utf-8"),
        ("public", "inhouse"),
        "螺泉晚报",
        Correction(action="withdraw", reason="来函"),
        r'(?s)<li class="gone".*?</li>',
    ),
    "a withheld passage": Hidden(
        "wanbao",
        "04",
        ("缪绛雪", "绛雪", "缪"),
        rewrite("wanbao/2019-03-08/04.md", "缪绛雪", WITHHELD),
        ("public", "inhouse"),
        "螺泉晚报",
        Correction(action="withhold", before="缪绛雪", reason="来函"),
        r'(?s)<section class="history".*?</section>|<section class="raw".*?</section>|"corrections": \[.*?\]',
    ),
}
"""All kinds. One that is hidden in another way than by rights belongs here too."""

SEARCHES = (
    "q={word}",
    "q=%22{word}%22",
    "q={word}*",
    "q=-{word}",
    "q=headline:{word}",
    "q=byline:{word}",
    "q=furniture:{word}",
    "q={word}%20%E6%B3%B5%E7%AB%99",
    "q={word}%20OR%20%E6%B3%B5%E7%AB%99",
    "q=%22{word}%20%E6%B3%B5%E7%AB%99%22~30",
    "q={misspelt}",
    "q=",
    "q=%E6%B3%B5%E7%AB%99",
    "paper={paper}",
    "q={word}&paper={paper}",
    "q={word}&paper=wanbao",
    "q={word}&locality=%E6%B2%B3%E4%B8%9C%E7%9C%81&sort=oldest&size=100",
    "q=%E6%B3%B5%E7%AB%99&from=2019&to=2019-03-08&sort=newest",
    "q={word}&kind=%E6%96%B0%E9%97%BB&quality=good",
    "q={id}",
)
ROUTES: dict[str, tuple[str, ...]] = {
    "/": ("/",),
    "/search": (*(f"/search?{asked}" for asked in SEARCHES), "/search?q={word}&id={id}&id={moved}", "/search?id={id}"),
    "/api/search": tuple(f"/api/search?{asked}" for asked in SEARCHES),
    "/search.atom": tuple(f"/search.atom?{asked}" for asked in SEARCHES),
    "/search.csv": tuple(f"/search.csv?{asked}{text}" for asked in SEARCHES for text in ("", "&text=1")),
    "/search.ris": tuple(f"/search.ris?{asked}" for asked in SEARCHES),
    "/search.json": tuple(f"/search.json?{asked}" for asked in SEARCHES),
    "/search.bib": tuple(f"/search.bib?{asked}" for asked in SEARCHES),
    "/search.jsonl": tuple(f"/search.jsonl?{asked}{text}" for asked in SEARCHES for text in ("", "&text=1")),
    "/new": ("/new", "/new?since=2023", "/new?since=2023-11-15", "/new?page=2", "/new?since={word}"),
    "/new.atom": ("/new.atom", "/new.atom?since=2023", "/new.atom?since=2023-11-15"),
    "/api/article/<article_id>": (
        "/api/article/{id}",
        "/api/article/{moved}",
        "/api/article/{shout}",
        "/api/article/{cut}",
    ),
    "/api/papers": ("/api/papers",),
    "/api/papers/<paper>": ("/api/papers/{paper}", "/api/papers/wanbao", "/api/papers/{paper}x"),
    "/api": ("/api",),
    "/openapi.json": ("/openapi.json",),
    "/suggest": ("/suggest?q={word}", "/suggest?q={begun}", "/suggest?q=byline:{begun}", "/suggest?q=-{begun}"),
    "/article/<article_id>": (
        "/article/{id}",
        "/article/{id}?q={word}",
        "/article/{moved}",
        "/article/{shout}",
        "/article/{cut}",
        "/article/{moved_cut}",
        "/article/wanbao-20190308-01-{digest}",
    ),
    "/article/<article_id>.<any(ris, bib, json):form>": tuple(
        f"/article/{one}.{form}"
        for one in ("{id}", "{moved}", "{shout}", "{cut}", "{moved_cut}")
        for form in ("ris", "bib", "json")
    ),
    "/paper/<paper>": ("/paper/{paper}", "/paper/wanbao", "/paper/{paper}x", "/paper/{title}", "/paper/{paper_cut}"),
    "/advanced": tuple(f"/advanced?{asked}" for asked in SEARCHES),
    "/advanced/search": tuple(f"/advanced/search?line={{word}}&{asked}" for asked in SEARCHES),
    "/help": ("/help",),
    "/on/<day>": ("/on/03-08", "/on/03-09"),
    "/paper/<paper>/<day>": (
        "/paper/{paper}/2019",
        "/paper/wanbao/2019",
        "/paper/{paper}/2019-03-08",
        "/paper/{paper}/20190308",
        "/paper/{paper}/2019-03-09",
        "/paper/{paper}/2019-03",
        "/paper/wanbao/2019-03-08",
    ),
    "/paper/<paper>/<day>/<page>": (
        "/paper/{paper}/2019-03-08/{page}",
        "/paper/{paper}/2019-03-08/{page}x",
        "/paper/{paper}/2019-03-08/1",
        "/paper/wanbao/2019-03-08/{page}",
    ),
    "/clips": ("/clips?id={id}", "/clips?id={moved}&title={word}", "/clips?id={shout}&id={cut}"),
    **{
        f"/clips.{form}": (f"/clips.{form}?id={{id}}&id={{moved}}&title={{word}}&text=1", f"/clips.{form}?id={{shout}}")
        for form in ("csv", "jsonl", "ris", "bib", "json")
    },
    "/article/<article_id>/raw": ("/article/{id}/raw", "/article/{moved}/raw"),
    "/article/<article_id>/edit": ("/article/{id}/edit", "POST /article/{id}/edit", "/article/{moved}/edit"),
    "/healthz": ("/healthz",),
    "/language": ("POST /language",),
    "/opensearch.xml": ("/opensearch.xml",),
    "/preview/article/<article_id>.png": ("/preview/article/{id}.png", "/preview/article/{moved}.png"),
    "/preview/article/<article_id>.svg": ("/preview/article/{id}.svg", "/preview/article/{cut}.svg"),
    "/preview/search.png": ("/preview/search.png?q={word}", "/preview/search.png?paper={paper}"),
    "/robots.txt": ("/robots.txt",),
    "/sitemap.xml": ("/sitemap.xml",),
    "/sitemap/<paper>/<year>.xml": ("/sitemap/{paper}/2019.xml", "/sitemap/{paper}/undated.xml"),
    "/static/<path:filename>": ("/static/style.css", "/static/{id}"),
}
DAMAGED = (
    "/{id}",
    "/artcle/{id}",
    "/{paper}",
    "/{paper}/2019-03-08/{page}",
    "/search/{word}",
    "//article/{id}",
    "/{word}",
)
"""Links to no route, which are healed."""
SAME_FOR_ALL = {
    *("/api", "/openapi.json", "/article/<article_id>/edit", "/language", "/opensearch.xml", "/robots.txt"),
    "/static/<path:filename>",
    "/advanced/search",
}
"""Routes that show nothing of the archive to anybody but editors."""
PUBLIC_FOR_ALL = {"/sitemap.xml", "/sitemap/<paper>/<year>.xml"}
"""Routes that show in-house readers no more than everybody."""


def requests_of(paths: tuple[str, ...], hidden: Hidden, ids: tuple[str, ...]) -> Iterator[str]:
    """Yield all addresses that some templates give for the articles and words of a kind."""
    for path, article_id, word in product(paths, ids, hidden.words):
        yield path.format(
            id=article_id,
            moved=moved(article_id),
            shout=article_id.upper(),
            cut=article_id[:-3],
            moved_cut=moved(article_id)[:-3],
            digest=article_id.rpartition("-")[2],
            word=quote(word),
            begun=quote(word[:2]),
            misspelt=quote(word[:-1] + "们"),
            paper=hidden.paper,
            paper_cut=hidden.paper[:-1],
            title=quote(hidden.title),
            page=hidden.page,
        )


def moved(article_id: str) -> str:
    """The former id of an article."""
    return f"{article_id[:-10]}{article_id[-10:][::-1]}"


@dataclass(frozen=True)
class Sites:
    """Three sites over nearly the same archive: as it is, as those are to see it from whom a kind is hidden, and with
    nothing hidden; and the ids of that kind."""

    real: FlaskClient
    seen: FlaskClient
    open: FlaskClient
    hidden: Hidden
    ids: tuple[str, ...]

    def requests(self, paths: tuple[str, ...]) -> list[str]:
        return list(dict.fromkeys(requests_of(paths, self.hidden, self.ids)))


def write(archive: Path, pages: dict[str, str]) -> None:
    for name, text in pages.items():
        (archive / name).parent.mkdir(parents=True, exist_ok=True)
        (archive / name).write_text(text, encoding="utf-8")


def site_over(folder: Path, moves: str = "") -> tuple[FlaskClient, list[str]]:
    """Index an archive and return its site, with all ids."""
    engine = on_disk(folder)
    index(Archive(folder / "archive"), engine, clock=lambda: 1_700_000_000.0)
    (folder / "archive" / "redirects.tsv").write_text(moves, encoding="utf-8")
    settings = Settings(
        folder / "archive", str(folder / "index"), inhouse_header=HEADER, edit=True, user_header="X-User"
    )
    hits = engine.reader().search(Request(Everything(), size=100, facets=())).hits
    return create_app(settings, engine).test_client(use_cookies=False), [hit.document.id for hit in hits]


@pytest.fixture(scope="module", params=HIDDEN)
def sites(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sites:
    hidden = HIDDEN[request.param]
    folders = [tmp_path_factory.mktemp("rights") / "site" for _ in range(3)]
    public = {name: re.sub("(?m)^rights.*$", "", text) for name, text in PAGES.items()}
    for folder, pages in zip(folders, (PAGES, PAGES, public), strict=True):
        write(folder / "archive", pages)
    hidden.seen(folders[1] / "archive")
    all_ids = site_over(folders[2])[1]
    moves = "".join(f"{moved(article_id)}\t{article_id}\n" for article_id in all_ids)
    real, seen, opened = (site_over(folder, moves)[0] for folder in folders)
    start = f"{hidden.paper}-20190308-{hidden.page}-"
    ids = tuple(one for one in all_ids if one.startswith(start) and not is_public(opened, one))
    if hidden.done:
        engine = real.application.extensions["baosou"].engine()
        record(Archive(folders[0] / "archive"), engine, ids[0], hidden.done, "馆员", clock=lambda: 1_700_000_000.0)
    return Sites(real, seen, opened, hidden, ids)


def is_public(site: FlaskClient, article_id: str) -> bool:
    """Return whether an article of a page with a hidden one is not hidden itself."""
    return "城东门诊部挂牌</h1>" in site.get(f"/article/{article_id}").text


Answer = tuple[int, list[tuple[str, str]], str]


def answer(site: FlaskClient, path: str, audience: Audience) -> Answer:
    """What a reader gets, but for what time it took and the number of commits."""
    headers = {**CHINESE, **AUDIENCES[audience]}
    if path.startswith("POST "):
        response = site.post(path.removeprefix("POST "), headers=headers, data={"back": "/", "language": "en"})
    else:
        response = site.get(path, headers=headers)
    kept = sorted(
        (name, value)
        for name, value in response.headers
        if name not in ("ETag", "Content-Length", "Date", "Expires", "X-Archive-Version")
    )
    data = response.get_data()
    text = data.hex() if response.mimetype == "image/png" else data.decode()
    response.close()
    return response.status_code, kept, re.sub(r'"took_ms":\s*[\d.]+|\d{4}-\d\d-\d\d\.\d+', "", text)


def test_every_route_has_a_place_in_the_walk(sites: Sites) -> None:
    assert {rule.rule for rule in sites.real.application.url_map.iter_rules()} == ROUTES.keys()


@pytest.mark.parametrize("route", [*ROUTES, "damaged links"])
def test_nothing_that_is_hidden_shows_in_any_answer(sites: Sites, route: str) -> None:
    for path in sites.requests(ROUTES.get(route, DAMAGED)):
        for audience in sites.hidden.audiences:
            shown, wanted = answer(sites.real, path, audience), answer(sites.seen, path, audience)
            if shown[0] == 410:  # that an article was withdrawn is no secret
                assert sites.hidden.done
                assert wanted[0] == 404
                assert not any(word in shown[2] for word in sites.hidden.words)
                continue
            beside = "".join(re.findall(sites.hidden.beside, shown[2]))
            assert not any(word in beside for word in sites.hidden.words)
            shown, wanted = (
                (*one[:2], re.sub(r"\s+", " ", re.sub(sites.hidden.beside, "", one[2]))) for one in (shown, wanted)
            )
            assert shown == wanted, (path, audience)


@pytest.mark.parametrize("route", [*sorted(ROUTES.keys() - SAME_FOR_ALL), "damaged links"])
def test_the_walk_would_find_what_is_not_hidden(sites: Sites, route: str) -> None:
    """Else it would prove nothing."""
    if sites.hidden.paper == "neican":
        asked = sites.requests(ROUTES.get(route, DAMAGED))
        assert any(answer(sites.open, path, "public") != answer(sites.seen, path, "public") for path in asked)
        assert route in PUBLIC_FOR_ALL or any(
            answer(sites.real, path, "inhouse") != answer(sites.seen, path, "inhouse") for path in asked
        )


def test_in_house_readers_see_the_papers_of_the_house(sites: Sites) -> None:
    page = sites.real.get("/article/" + "neican-20190308-07-x", headers=AUDIENCES["inhouse"])
    assert page.status_code == 404
    found = sites.real.get(f"/search?q={quote('琥珀轩')}", headers=AUDIENCES["inhouse"]).text
    assert "馆藏内参" in found


def test_a_catalogue_entry_is_found_by_its_head_and_says_why_it_has_no_text(sites: Sites) -> None:
    for asked in ("鹭鸶湾", '"鹭鸶湾渔民上岸"', "byline:丘壑明", "headline:渔民"):
        (hit,) = sites.real.get(f"/api/search?q={quote(asked)}").json["hits"]
        assert (hit["paper"], hit["snippet"]) == ("timu", [])
    for headers in AUDIENCES.values():
        shown = sites.real.get(hit["url"], headers=headers | CHINESE).text
        assert "鹭鸶湾渔民上岸" in shown
        assert "丘壑明" in shown
        assert "本报按授权只提供题录" in shown
        assert "清理前的原始文字" not in shown


def test_that_an_in_house_article_was_withdrawn_is_a_secret_too(sites: Sites, tmp_path: Path) -> None:
    write(tmp_path / "site/archive", PAGES)
    site, ids = site_over(tmp_path / "site")
    secret = next(one for one in ids if one.startswith("neican"))
    engine = site.application.extensions["baosou"].engine()
    record(Archive(tmp_path / "site/archive"), engine, secret, Correction(action="withdraw"), "馆员")
    assert site.get(f"/article/{secret}").status_code == 404
    assert site.get(f"/article/{secret}", headers=AUDIENCES["inhouse"]).status_code == 410


def test_no_view_opens_the_index_by_itself() -> None:
    """What a view reads has passed `visible_to`, but for editors, who are in-house."""
    opening = {path.name for path in (PROJECT / "webui").rglob("*.py") if ".engine()" in path.read_text("utf-8")}
    assert opening == {"site_state.py", "server.py", "edit.py"}


# --- who is in-house


@pytest.mark.parametrize(
    ("value", "address", "is_inhouse"),
    [
        ("yes", "127.0.0.1", True),
        ("1", "::1", True),
        ("reading room 3", "::ffff:127.0.0.1", True),
        ("no", "127.0.0.1", False),
        (" NO ", "127.0.0.1", False),
        ("0", "127.0.0.1", False),
        ("", "127.0.0.1", False),
        (None, "127.0.0.1", False),
        # a header that the reader sent beside the proxy's: all values must say yes
        ("yes, no", "127.0.0.1", False),
        ("yes, 0", "127.0.0.1", False),
        ("yes,", "127.0.0.1", False),
        # anybody can send a header: it is believed of the proxy alone
        ("yes", "192.0.2.7", False),
        ("yes", "::1%eth0", True),
        ("yes", "", False),
    ],
)
def test_only_the_word_of_the_proxy_counts(sites: Sites, value: str | None, address: str, is_inhouse: bool) -> None:
    headers = {} if value is None else {HEADER: value}
    given = sites.real.get("/paper/neican", headers=headers, environ_overrides={"REMOTE_ADDR": address})
    assert given.status_code == (200 if is_inhouse else 404)


def test_without_a_header_to_look_for_nobody_is_in_house(sites: Sites, tmp_path: Path) -> None:
    settings: Settings = sites.real.application.extensions["baosou"].settings
    site = create_app(Settings(settings.archive, settings.index), on_disk(Path(settings.index).parent)).test_client()
    assert site.get("/paper/neican", headers={HEADER: "yes"}).status_code == 404


def test_answers_to_in_house_readers_are_kept_by_nobody_else(sites: Sites) -> None:
    for path in (
        "/",
        "/search?q=",
        "/api/search?q=",
        "/suggest?q=%E6%B3%B5",
        "/search?q=&size=10",
        "/nope",
        "/search.csv?q=",
        "/search.bib?q=",
    ):
        inhouse = sites.real.get(path, headers=AUDIENCES["inhouse"]).headers
        public = sites.real.get(path).headers
        assert inhouse["Cache-Control"] == "private, no-cache"
        assert "private" not in public.get("Cache-Control", "")
        assert "Access-Control-Allow-Origin" not in inhouse, "a page of another site could read it in the reading room"
        assert HEADER not in str(public)
    with sites.real.get("/static/style.css", headers=AUDIENCES["inhouse"]) as style:
        assert "private" not in style.headers["Cache-Control"]


# --- the command


def test_serve_believes_the_proxies_that_it_is_told_of(tmp_path: Path) -> None:
    write(tmp_path / "archive", PAGES)
    places = ["--archive", str(tmp_path / "archive"), "--index", str(tmp_path / "index")]
    baosou = [sys.executable, "-m", "indexer.cli.commands"]
    subprocess.run([*baosou, "index", *places], cwd=PROJECT, check=True, capture_output=True)
    for more, status in ([], 200), (["--trusted-proxy", "192.0.2.0/24"], 404):
        command = [*baosou, "serve", *places, "--port", "0", "--inhouse-header", HEADER, *more]
        with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            address = re.findall(r"http://\S+", server.stdout.readline())[0]
            asked = urllib.request.Request(f"{address}/paper/timu", headers={HEADER: "yes"})  # noqa: S310 (our server)
            try:
                with urllib.request.urlopen(asked, timeout=30) as given:  # noqa: S310
                    is_private = given.headers["Cache-Control"].startswith("private")
            finally:
                server.terminate()
        assert is_private == (status == 200)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--edit"], "belong together"),
        (["--user-header", "X-Remote-User"], "belong together"),
        (["--inhouse-header", "X_Inhouse"], "can't be the name of a header"),
        (["--inhouse-header", "X-Inhouse: yes"], "can't be the name of a header"),
        (["--trusted-proxy", "proxy.example"], "is no address"),
    ],
)
def test_serve_refuses_what_would_let_in_the_wrong_people(options: list[str], says: str) -> None:
    done = CliRunner().invoke(serve, options)
    assert isinstance(done.exception, UsageError)
    assert says in str(done.exception)

"""A site with pages of every kind over the sample archive, and one list of its addresses, for the tests that audit all.

The list comes from the app's own routes and from the examples that the walk of rights has of them, so a new page can't
be forgotten.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from werkzeug.exceptions import HTTPException

from indexer.archive.archive import Archive
from indexer.archive.corrections import Correction
from indexer.indexing.changes import record
from indexer.indexing.pipeline import index
from indexer.model import Everything, Request
from tests.support.web_site import on_disk
from tests.webui.test_rights import ROUTES, Hidden, requests_of
from webui import Settings, create_app
from webui.server import listen, listening_port

EDITOR = {"X-Remote-User": "wang"}
"""The header by which the proxy names an editor."""
MORE_PAGES = {
    "tonghe/paper.toml": 'title = "通河晚报"\nplace = "河东省/云陂市"\nrights = "metadata"\n',
    "tonghe/2019-03-08/03.md": "# 鹭鸶湾渔民上岸\n\n本报讯（记者 丘壑明）昨天，鹭鸶湾的渔民都上了岸，到了工会。\n",
    "tonghe/2019-03-08/04.md": "# 榫卯巷的旧事\n\n榫卯巷走失一位老人，知情人请找工会。\n",
}
"""A paper with metadata alone. Its second article is withdrawn."""
UNION = quote("工会")


@dataclass(frozen=True)
class AuditedSite:
    """A site, and what stands for `{name}` in the addresses of its pages."""

    app: Flask
    names: dict[str, str]

    def address(self, template: str) -> str:
        return template.format(**self.names)


PAGES = {
    "the start": "/",
    "results": f"/search?q={UNION}&paper=yunbei&from=2019",
    "results of everything": "/search",
    "results of a day": "/search?from=2019-03-08&to=2019-03-08&size=2&page=2",
    "results without a date": "/search?from=unknown&to=unknown",
    "results of many parts": f"/search?q={quote('工会 -招聘 (安全 OR 防汛) headline:表彰')}&kind={quote('新闻')}",
    "results with notes": f"/search?q={quote('工会 or “安全')}",
    "no full match": f"/search?q={quote('安全生产 火星')}",
    "no match at all": f"/search?q={quote('彗星撞击')}&paper=yunbei",
    "beyond the last result": f"/search?q={UNION}&page=90",
    "an article": "/article/{article}",
    "an article that was searched for": "/article/{article}?q={word}",
    "an article with a correction": "/article/{corrected}",
    "a correction": "/article/{correction}",
    "a damaged article": "/article/{doubled}",
    "a torn article": "/article/{torn}?q={word}",
    "an article without text": "/article/{catalogued}",
    "raw text": "/article/{doubled}/raw",
    "a form": "/article/{article}/edit",
    "a paper": "/paper/yunbei",
    "a year": "/paper/yunbei/2023",
    "an issue": "/paper/yunbei/2019-03-08",
    "a page": "/paper/yunbei/2023-12-29/01",
    "a day of all years": "/on/03-08",
    "a day without issues": "/on/02-29",
    "help": "/help",
    "what is new": "/new",
    "nothing new": "/new?since=2099",
    "a time that can't be read": "/new?since=soon",
    "the page for programs": "/api",
    "a clipping list": "/clips?id={article}&id={gone}&id=nothing&title=%E6%98%A5%E8%80%95",
    "an empty clipping list": "/clips",
    "not there": "/nope",
    "not there, with offers": "/paper/yunbei/2019-03-09",
    "withdrawn": "/article/{gone}",
}
"""One page of each kind. Others that routes lead to are audited by the first address that `ROUTES` has of them."""


def site_over_samples(folder: Path, sample_archive: Path) -> AuditedSite:
    """Index a copy of the sample archive with more pages, withdraw an article, and return the site with forms."""
    root = Path(shutil.copytree(sample_archive, folder / "archive"))
    for name, text in MORE_PAGES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    engine = on_disk(folder)
    archive = Archive(root)
    index(archive, engine, jobs=1)
    settings = Settings(root, str(folder / "index"), edit=True, user_header="X-Remote-User")
    app = create_app(settings, engine)
    names = _names(app)
    record(archive, engine, names["gone"], Correction(action="withdraw", reason="来函", public_reason="应来函"), "馆员")
    return AuditedSite(app, names)


def _names(app: Flask) -> dict[str, str]:
    hits = app.extensions["baosou"].engine().reader().search(Request(Everything(), size=200, facets=())).hits
    by_headline = {hit.document.article.headline: hit.document.id for hit in reversed(hits)}
    return {
        "article": by_headline["市总工会给快递小哥送“暖冬包”"],
        "corrected": by_headline["市中心医院新院区启用"],
        "correction": by_headline["更正"],
        "doubled": by_headline["2024年元旦假期公共交通安排公布"],
        "catalogued": by_headline["鹭鸶湾渔民上岸"],
        "gone": by_headline["榫卯巷的旧事"],
        "torn": by_headline["初心如磐护职工 聚力同心谱新篇"],
        "word": quote("工会 快递"),
    }


@contextmanager
def listening(app: Flask) -> Iterator[str]:
    """Serve a site in a thread. Yields its address."""
    server = listen(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening_port(server)}"
    finally:
        server.close()
        thread.join(10)


def addresses(app: Flask, article_id: str, paper: str = "yunbei", page: str = "01") -> dict[str, list[str]]:
    """Return some addresses of each route that is there to be read: those of the walk of rights, for a public article.

    A route that the walk doesn't know has none.
    """
    shown = Hidden(paper, page, ("工会",), lambda _: None, (), title="云北日报")
    found = {}
    for rule in app.url_map.iter_rules():
        templates = tuple(one for one in ROUTES.get(rule.rule, ()) if not one.startswith("POST "))
        found[rule.rule] = list(dict.fromkeys(requests_of(templates, shown, (article_id,))))
    return found


def others_of(site: AuditedSite) -> list[str]:
    """Return an address of each route that leads to a page of a kind that isn't in `PAGES`."""
    known = {_rule_of(site.app, site.address(template)) for template in PAGES.values()}
    found = {rule: found[0] for rule, found in addresses(site.app, site.names["article"]).items() if found}
    return [address for rule, address in found.items() if rule not in known and _is_page(site.app, address)]


def _rule_of(app: Flask, address: str) -> str:
    """Return the rule that an address matches, "" if it matches none."""
    try:
        rule, _ = app.url_map.bind("localhost").match(address.partition("?")[0], return_rule=True)
    except HTTPException:
        return ""
    return rule.rule


def _is_page(app: Flask, address: str) -> bool:
    with app.test_client(use_cookies=False).get(address, headers=EDITOR) as response:
        return response.status_code == 200 and response.mimetype == "text/html"

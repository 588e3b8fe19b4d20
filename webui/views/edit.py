"""The form that corrects an article, for those whose name the reverse proxy gives. It exists only with `--edit`.

One address does it all: a GET shows the form, a POST the preview of a change, and a second POST records it. What was
typed is never lost: whatever stops a change, the form comes back with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from flask import Blueprint, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug import Response

from indexer.archive.archive import Archive
from indexer.archive.corrections import Correction
from indexer.errors import ArticleChanged, BaosouError, UsageError
from indexer.indexing.changes import Editable, Recorded, RecordedLine, article_digest, editable, record
from indexer.indexing.editing import plain
from indexer.indexing.issue_reader import catalogue_entry
from indexer.model import Article, Kind
from indexer.text.folding import fold
from webui import i18n, links
from webui.access import csrf
from webui.access.audience import editor
from webui.editing import form as edit_form
from webui.editing.diff import rows
from webui.editing.form import Form
from webui.meta import Meta
from webui.site_state import reader, site_state

pages = Blueprint("edit", __name__)

Pair = tuple[Article | None, Article | None]
_KINDS = get_args(Kind)
_LONGEST_NUMBER = 10
_FIRST_WORDS = 8
"""Letters of a paragraph that say where an article is split, or more where others begin so too."""
_PRIVATE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a POST. `what` is the kind of change."""

    what: str
    fields: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "").strip()

    @property
    def number(self) -> int:
        """The number of a paragraph or a correction, -1 where none was chosen."""
        return _number(self["number"], -1)


def _number(text: str, otherwise: int) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) < _LONGEST_NUMBER
    return int(text) if is_number else otherwise


@pages.get("/article/<article_id>/edit")
def form(article_id: str) -> ResponseReturnValue:
    """Show the form with the article as it is in the archive."""
    user, item = _editor(), _editable(article_id)
    return _form(user, item, edit_form.read(item.article, {}), Sent("", {}), is_done="done" in request.args)


@pages.post("/article/<article_id>/edit")
def change(article_id: str) -> ResponseReturnValue:
    """Show what a change would do, or record it."""
    user, item = _editor(), _editable(article_id)
    sent = Sent(request.form.get("what", ""), request.form.to_dict())
    filled = edit_form.read(item.article, sent.fields if sent.what == "fields" else {})
    if not csrf.is_valid(sent["token"], user):
        return _form(user, item, filled, sent, 403, i18n.translator()("edit_expired"))
    if sent["step"] == "again":
        return _form(user, item, filled, sent)
    is_final = sent["step"] == "record"
    try:
        done = _record(user, item, filled, sent, dry_run=not is_final)
    except ArticleChanged:
        return _form(user, item, filled, sent, 409)
    except UsageError as problem:
        return _form(user, item, filled, sent, 400, str(problem))
    except BaosouError as problem:  # the archive can't be written
        return _form(user, item, filled, sent, 503, str(problem))
    if is_final:
        return redirect(f"{links.edit_url(done.id)}?done=1", 303), _PRIVATE
    return _preview(user, item, sent, done)


def _editor() -> str:
    return editor(site_state().settings) or abort(403)


def _editable(article_id: str) -> Editable:
    state = site_state()
    try:
        return editable(Archive(state.settings.archive), state.engine(), article_id)
    except UsageError:
        abort(404)


def _record(user: str, item: Editable, filled: Form, sent: Sent, *, dry_run: bool) -> Recorded:
    state = site_state()
    wanted = _wanted(item, filled, sent)
    if not wanted:
        raise UsageError(i18n.translator()("edit_nothing"))
    if not sent["reason"] and sent.what != "undo":
        raise UsageError(i18n.translator()("edit_no_reason"))
    return record(
        Archive(state.settings.archive),
        state.engine(),
        item.article.id,
        wanted,
        user,
        origin="site",
        whole_page=sent.what == "fields" and bool(sent["whole_page"]),
        dry_run=dry_run,
        shown=sent["shown"],
    )


def _wanted(item: Editable, filled: Form, sent: Sent) -> list[Correction]:
    reason = sent["reason"]
    match sent.what:
        case "fields":
            return [*edit_form.head_corrections(filled, reason), *edit_form.text_corrections(filled, reason)]
        case "split" if 0 < sent.number < len(item.article.paragraphs):
            words = _first_words([one.text for one in item.article.paragraphs], sent.number)
            return [Correction(action="split", before=words, after=sent["headline"], reason=reason)]
        case "join" if sent["other"]:
            return [Correction(action="join", before=sent["other"], reason=reason)]
        case "withdraw":
            return [Correction(action="withdraw", reason=reason, public_reason=sent["public_reason"])]
        case "withhold" if sent["passage"]:
            passage, told = sent["passage"], sent["public_reason"]
            return [Correction(action="withhold", before=passage, reason=reason, public_reason=told)]
        case "undo" if sent.number > 0:
            return [Correction(action="undo", of=sent.number, reason=reason)]
    return []


def _first_words(texts: list[str], number: int) -> str:
    """Return the first words of a paragraph, as many as no other paragraph begins with."""
    text = texts[number]
    for length in range(_FIRST_WORDS, len(text)):
        begun = fold(text[:length])
        if sum(fold(other).startswith(begun) for other in texts) == 1:
            return text[:length]
    return text


def _form(
    user: str, item: Editable, filled: Form, sent: Sent, status: int = 200, problem: str = "", *, is_done: bool = False
) -> Response:
    t = i18n.translator()
    seen = _number(sent["seen"], 0)
    newer = [one for one in item.lines if status == 409 and one.line.n > seen]
    page = render_template(
        "edit.html",
        meta=Meta(t("edit_title", title=t.title(item.article)), t("edit_description")),
        **_frame(user, item),
        form=filled,
        sent=sent,
        kinds=_KINDS,
        problem=problem,
        is_conflict=status == 409,
        newer=[_told(one) for one in newer],
        history=[_told(one) for one in item.lines],
        is_done=is_done,
        is_pending=_is_pending(item),
    )
    return make_response(page, status, _PRIVATE)


def _preview(user: str, item: Editable, sent: Sent, done: Recorded) -> Response:
    t = i18n.translator()
    page = render_template(
        "edit_preview.html",
        meta=Meta(t("edit_preview_title"), t("edit_description")),
        **_frame(user, item),
        sent=sent,
        given={name: value for name, value in sent.fields.items() if name not in ("step", "token")},
        changes=[
            (before or after, before, after, rows(before, after)) for before, after in _as_shown(item, done.changed)
        ],
        lines=done.lines,
        similar=done.similar,
    )
    return make_response(page, 200, _PRIVATE)


def _as_shown(item: Editable, changed: Iterable[Pair]) -> Iterator[Pair]:
    """Yield pairs of articles, before and after, without texts that may not be shown."""
    if item.rights != "metadata":
        yield from changed
        return
    for pair in changed:
        before, after = (one and catalogue_entry(one) for one in pair)
        yield before, after


def _frame(user: str, item: Editable) -> dict[str, object]:
    """What the form and the preview have in common."""
    return {
        "user": user,
        "item": item,
        "article": item.article,
        "token": csrf.new_token(user),
        "action": links.edit_url(item.article.id),
        "last_line": max((one.line.n for one in item.lines), default=0),
    }


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the history in the words of the form."""

    recorded: RecordedLine
    before: str
    after: str


def _told(one: RecordedLine) -> Told:
    return Told(one, plain(one.line.before), plain(one.line.after))


def _is_pending(item: Editable) -> bool:
    """Return whether readers don't see the article yet as it is in the archive."""
    document = reader().get(item.article.id)
    if item.is_withdrawn or document is None:
        return (document is not None) == item.is_withdrawn
    return article_digest(document.article) != article_digest(item.article)

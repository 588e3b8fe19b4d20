"""Divide pages into articles and describe each article."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from indexer.articles.metadata import kinds, text_quality
from indexer.articles.metadata.article_ids import with_own_ids
from indexer.articles.metadata.page_identity import identify
from indexer.articles.page_lines import bylines
from indexer.articles.page_lines.line_splitting import separate
from indexer.articles.page_lines.source_map import Line, Sheet
from indexer.articles.places.locate import locate
from indexer.articles.reading_order import arrange
from indexer.articles.reading_order.arrange import Part
from indexer.articles.segmentation import article_boundaries, headline_parts, leftovers
from indexer.articles.segmentation.drafts import Draft, Groups
from indexer.articles.segmentation.duplicates import flag_repeats
from indexer.articles.segmentation.headline_parts import Head
from indexer.articles.segmentation.jump_lines import is_mark, join_continued
from indexer.cleaning import clean
from indexer.cleaning.rules import TAKEN_OUT
from indexer.model import (
    Article,
    CleanText,
    Contributor,
    Edit,
    PageIdentity,
    PageReading,
    Paper,
    Passage,
    PrintedLine,
    RawPage,
)

__all__ = ["identify", "join_continued", "read_page", "read_pages"]


def read_page(raw: RawPage, identity: PageIdentity, paper: Paper) -> PageReading:
    """Divide a page into articles.

    Every letter of the raw text is in a paragraph, a caption, an article's head or the page's furniture, unless
    cleaning removed it in an edit.
    """
    return with_own_ids({raw.source: read_pages([(raw, identity)], paper)[0]})[0]


def read_pages(pages: Iterable[tuple[RawPage, PageIdentity]], paper: Paper) -> tuple[PageReading, ...]:
    """Divide each page of an issue separately. The articles have no ids yet: ids depend on the whole issue.

    The lines of all pages are ordered together. Page by page that takes half as long again.
    """
    divided = [_divide(raw, identity, paper) for raw, identity in pages]
    arranged = arrange.arrange([run.part for page in divided for run in page.runs if not run.stands_alone])
    return tuple([_describe(page, arranged, paper) for page in divided])


class _Run(NamedTuple):
    """Consecutive lines of an article: either ones that stand alone (inner headings, （下转第2版）) or others."""

    draft: Draft
    stands_alone: bool
    part: Part


class _Divided(NamedTuple):
    """A page with its lines assigned to articles."""

    identity: PageIdentity
    cleaned: CleanText
    sheet: Sheet
    groups: Groups
    runs: Sequence[_Run]
    lines: Sequence[PrintedLine]


def _divide(raw: RawPage, identity: PageIdentity, paper: Paper) -> _Divided:
    is_printed = bool(raw.lines and raw.blocks)
    cleaned = clean(raw.text, raw.blocks if is_printed else ())
    sheet = Sheet(raw.text, cleaned, raw.blocks, is_printed=is_printed)
    lines = separate(sheet)
    line_kinds = headline_parts.classify(lines, paper)
    section = _page_section(identity, paper)
    grouped = article_boundaries.group_printed if is_printed else article_boundaries.group
    groups = grouped(lines, line_kinds, paper, section)
    runs = [run for draft in groups.drafts for run in _runs(draft, sheet)]
    return _Divided(identity, cleaned, sheet, groups, runs, raw.lines)


def _runs(draft: Draft, sheet: Sheet) -> Iterator[_Run]:
    """Yield the runs of an article. Printed lines are in order already: each paragraph stands alone."""

    def stands_alone(line: Line) -> bool:
        return sheet.is_printed or line in draft.inner or is_mark(line.text)

    for alone, lines in itertools.groupby(draft.body, stands_alone):
        yield _Run(draft, alone, Part(tuple(lines), draft.codes, sheet))


def _describe(page: _Divided, arranged: Iterator[list[Passage]], paper: Paper) -> PageReading:
    """Describe the articles of a page. `arranged` yields the ordered lines of its runs."""
    sheet = page.sheet
    bodies: dict[int, list[Passage]] = {id(draft): [] for draft in page.groups.drafts}
    for draft, alone, part in page.runs:
        bodies[id(draft)] += [_passage(line, sheet) for line in part.lines] if alone else next(arranged)
    drafts = zip(page.groups.drafts, bodies.values(), strict=True)
    described = [_article(draft, body, sheet, page.identity, paper) for draft, body in drafts]
    articles = flag_repeats(article for article, _ in described)
    articles = text_quality.assess(articles, page.cleaned, page.lines)
    page_quality, _ = text_quality.together(articles)
    of_page = [*page.groups.furniture, *(line for _, furniture in described for line in furniture)]
    in_sentences = [_taken_out(edit) for edit in page.cleaned.edits if TAKEN_OUT in edit.rules and edit.before.strip()]
    passages = [*in_sentences, *(_passage(line, sheet) for line in of_page)]
    furniture = tuple(sorted(passages, key=lambda passage: passage.spans))
    return PageReading(page.identity, articles, furniture, page_quality)


def _article(
    draft: Draft, paragraphs: Sequence[Passage], sheet: Sheet, identity: PageIdentity, paper: Paper
) -> tuple[Article, Sequence[Line]]:
    """Describe one article, and return what of its lines belongs to the page.

    Its id is set later, when all headlines of the page are known.
    """
    head_lines, again = headline_parts.part_repeats(draft.head)
    lead = "".join(paragraph.text for paragraph in paragraphs[:2])
    head = headline_parts.compose(head_lines, paper, lead)
    left = leftovers.of_draft(draft, head, head_lines)
    captions = tuple(_passage(line, sheet) for line in draft.captions)
    byline = _byline(draft, paragraphs)
    localities, evidence = locate(_parts(head, draft.section, paragraphs, captions, byline), paper)
    others = [_passage(line, sheet) for line in (*again, *left.text)]
    standing = [line for line in [*head_lines, *draft.bylines, *draft.codes] if line not in left.text]
    article = Article(
        id="",
        kind=kinds.kind_of(
            head.headline,
            head.kicker,
            draft.section,
            byline,
            [paragraph.text for paragraph in paragraphs],
            " ".join(line.text for line in draft.bylines),
        ),
        kicker=head.kicker,
        headline=head.headline,
        subtitle=head.subtitle,
        byline=byline,
        section=draft.section,
        localities=localities,
        date=identity.date,
        paragraphs=_in_place(paragraphs, others),
        captions=captions,
        end_code=draft.codes[-1].text if draft.codes else "",
        head=sheet.spans((line.start, line.end) for line in standing),
        pages=(identity.page,),
        evidence=(*evidence, *left.evidence),
    )
    return article, left.furniture


def _in_place(paragraphs: Sequence[Passage], others: Iterable[Passage]) -> tuple[Passage, ...]:
    """Return paragraphs with other passages of the page among them, each before the first one that stands below it."""
    placed = list(paragraphs)
    for other in others:
        placed.insert(next((at for at, one in enumerate(placed) if one.spans > other.spans), len(placed)), other)
    return tuple(placed)


def _byline(draft: Draft, paragraphs: Sequence[Passage]) -> tuple[Contributor, ...]:
    """Return each name of an article once: from byline lines, datelines and the end of the text."""
    named = [one for line in draft.bylines for one in bylines.of_line(line.text)]
    for place, passage in enumerate(paragraphs):
        if place == 0 or bylines.has_dateline(passage.text):
            named += bylines.of_dateline(passage.text)
    named += [one for passage in paragraphs[:1] for one in bylines.at_end_of_lead(passage.text)]
    named += [one for passage in paragraphs[-1:] for one in bylines.at_end(passage.text)]
    first: dict[str, Contributor] = {}
    for one in named:
        first.setdefault(one.name, one)
    return tuple(first.values())


def _parts(
    head: Head, section: str, paragraphs: Sequence[Passage], captions: Sequence[Passage], byline: Sequence[Contributor]
) -> list[tuple[str, str]]:
    """Return an article's texts with their roles, which decide the weight of the places in them."""
    return [
        ("kicker", head.kicker),
        ("headline", head.headline),
        ("subtitle", head.subtitle),
        ("section", section),
        *(("body" if place else "lead", passage.text) for place, passage in enumerate(paragraphs)),
        *(("caption", passage.text) for passage in captions),
        *(("byline", one.name) for one in byline),
    ]


def _passage(line: Line, sheet: Sheet) -> Passage:
    return Passage(line.text, sheet.spans([(line.start, line.end)]))


def _taken_out(edit: Edit) -> Passage:
    """Return what cleaning took out of a sentence because it belongs to the page."""
    start = edit.start + len(edit.before) - len(edit.before.lstrip())
    return Passage(" ".join(edit.before.split()), ((start, edit.start + len(edit.before.rstrip())),))


def _page_section(identity: PageIdentity, paper: Paper) -> str:
    """Return the section of a whole page, under the paper's own name for it; "" if the page has several sections."""

    return paper.sections.get(identity.sections[0], identity.sections[0]) if len(identity.sections) == 1 else ""

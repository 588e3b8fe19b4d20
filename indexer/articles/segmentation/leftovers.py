"""Find what the fields of an article don't hold, so that no letter of a page is lost.

A byline gives names and roles. What else stands on its line has to go elsewhere: a line that gives no name is text of
the article, unless it names its source or editor; these belong to the page. The desk of a byline, as in 本报记者, is
known from the evidence for its names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from indexer.articles.page_lines import bylines
from indexer.articles.page_lines.source_map import Line
from indexer.articles.segmentation.drafts import Draft, cut
from indexer.articles.segmentation.headline_parts import Head
from indexer.model import Contributor, Evidence

_OF_THE_PAGE = re.compile(
    r"[\s（(【]*(?:\S{0,4}(?:来源|來源|稿源)|责任编辑|本期编辑|编辑|策划|制作|审核|校对|配音|剪辑)\s*[：:｜|]"
)


@dataclass(frozen=True, slots=True)
class Leftovers:
    """Lines of an article in none of its other fields, and evidence for bylines that say more than names and roles."""

    text: tuple[Line, ...]
    furniture: tuple[Line, ...]
    evidence: tuple[Evidence, ...] = ()


def of_draft(draft: Draft, head: Head, head_lines: Sequence[Line]) -> Leftovers:
    """Return the leftovers of an article. `head` was composed of `head_lines`.

    >>> draft = Draft(bylines=[Line("（本报北岭3月30日电）", 9, 21), Line("本报记者 唐舫 来源：云陂日报", 30, 46)])
    >>> found = of_draft(draft, Head(), [])
    >>> [line.text for line in found.text], [line.text for line in found.furniture], found.evidence[0].quote
    (['（本报北岭3月30日电）'], ['来源：云陂日报'], '本报记者 唐舫 来源：云陂日报')
    """
    in_head = _squeezed(head.kicker + head.headline + head.subtitle)
    text = [line for line in head_lines if _squeezed(line.text) not in in_head]
    furniture: list[Line] = list(draft.codes[:-1])
    evidence: list[Evidence] = []
    named: set[str] = set()
    for line in draft.bylines:
        people = {one.name: one for one in reversed(bylines.of_line(line.text)) if one.name not in named}
        named.update(people)
        if people:
            beside = [*_beside(line, people.values())]
            furniture += [rest for rest in beside if not bylines.names_desk(rest.text)]
            if beside:
                evidence.append(Evidence("byline", " ".join(people), "printed", line.text))
        elif _OF_THE_PAGE.match(line.text):
            furniture.append(line)
        else:
            text.append(line)
    return Leftovers(tuple(text), tuple(furniture), tuple(evidence))


def _beside(line: Line, people: Iterable[Contributor]) -> Iterator[Line]:
    """Yield the parts of a byline that are neither a name nor a role."""
    text = line.text
    for one in people:
        for part in (one.name, one.role):
            apart = r"\s*".join(map(re.escape, part))
            if part and (found := re.search(apart, text)):
                text = text[: found.start()] + "\n" * len(found[0]) + text[found.end() :]
    for rest in re.finditer(r"[^\n]+", text):
        if re.search(r"\w", rest[0]):
            yield cut(line, rest.start(), rest.end())


def _squeezed(text: str) -> str:
    return "".join(text.split())

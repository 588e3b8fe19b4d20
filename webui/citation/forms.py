"""An article cited in a line, as it is copied into a text."""

from __future__ import annotations

from webui.citation.cited import Cited

_NAMES_IN_FULL = 3


def gb_t_7714(cited: Cited) -> str:
    """Return the citation in GB/T 7714, newspaper online [N/OL].

    It has the names, headline, paper, date, page, day of retrieval and address; behind that, as the standard has no
    place for it, the version of the archive.
    """
    authors = ", ".join(cited.authors[:_NAMES_IN_FULL]) + (", 等" if len(cited.authors) > _NAMES_IN_FULL else "")
    printed = f"{cited.paper}, {cited.date or '日期不详'}({', '.join(cited.pages)})[{cited.retrieval.day}]"
    return " ".join(
        [*([f"{authors}."] if authors else []), f"{cited.title}[N/OL].", f"{printed}.", cited.address, _source(cited)]
    )


def plain_text(cited: Cited) -> str:
    """Return the citation as a sentence, as footnotes have it."""
    day, retrieved = cited.date, cited.retrieval.day
    printed = f"{day.year}年{day.month}月{day.day}日" if day else "日期不详"
    authors = "、".join(cited.authors) + "：" if cited.authors else ""
    return (
        f"{authors}《{cited.title}》，《{cited.paper}》{printed}，{'、'.join(cited.pages)}版，"
        f"{cited.address} {_source(cited)}，{retrieved.year}年{retrieved.month}月{retrieved.day}日取用"
    )


def _source(cited: Cited) -> str:
    return f"（{cited.retrieval.site}，版本 {cited.retrieval.version}）"

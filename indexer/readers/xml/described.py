"""What a METS file says of each of the files that it names."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from indexer.model import Evidence
from indexer.readers.beside import Described, DescribedArea, DescribedArticle, Descriptions
from indexer.readers.xml.mets import Mets, MetsPage, address_of, read_mets
from indexer.readers.xml.parsing import root_of, to_utf8


def descriptions(data: bytes, source: str, path: Path) -> Descriptions:
    """Return what a METS file says of the files that it names, none if it is no METS file.

    Raises PageError if it is no well-formed XML.
    """
    xml = to_utf8(data, source)
    return _of_files(read_mets(xml, source)) if root_of(xml, source) == "mets" else {}


def _of_files(mets: Mets) -> Descriptions:
    pages: dict[str, list[tuple[Evidence, ...]]] = defaultdict(list)
    for page in mets.pages:
        for file in page.files:
            pages[file].append(_claims(page))
    articles: dict[str, list[DescribedArticle]] = defaultdict(list)
    for article in mets.articles:
        of_file: dict[str, list[DescribedArea]] = defaultdict(list)
        for file, begin, end, role in article.areas:
            if begin:
                of_file[file].append(DescribedArea(begin, end, role))
        for file, areas in of_file.items():
            articles[file].append(DescribedArticle(article.title, tuple(areas)))
    return {
        address: Described(mets.claims, tuple(pages[file]), tuple(articles[file]))
        for file, href in mets.files.items()
        if (address := address_of(href))
    }


def _claims(page: MetsPage) -> tuple[Evidence, ...]:
    said = (("page", page.label), ("sequence", page.order))
    return tuple(Evidence(about, value, "mets") for about, value in said if value)

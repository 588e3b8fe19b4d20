"""The values that pass between the rooms. All are frozen; nothing here does I/O or imports our code.

They appear in the order of the main path::

    bytes → RawPage → CleanText → PageReading(Article…) → Document → Results → Answer
                                              Query + Filters ────────┘
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from msgspec import Struct

Span = tuple[int, int]
"""A half-open range [start, end) of code points."""

Role = Literal["kicker", "headline", "subtitle", "byline", "body", "caption", "section", "furniture"]
Rights = Literal["public", "inhouse", "metadata"]
"""Who may read a paper: everybody; in-house readers alone, for others it is absent; everybody, but no text of it."""
Kind = Literal["新闻", "图片", "评论", "副刊", "公告", "广告", "讣告", "更正"]
Field = Literal["kicker", "headline", "subtitle", "byline", "caption", "paragraph", "furniture"]
"""The fields of an article. `furniture` is what its page has around it; it is found by its name alone."""

Sort = Literal["relevance", "newest", "oldest"]
Order = Literal["relevance", "newest", "oldest", "indexed"]
"""What a reader may sort by, and `indexed`: what was indexed last comes first, as feeds have it."""

Choice = Literal["paper", "locality", "section", "kind", "quality"]
CHOICES: tuple[Choice, ...] = get_args(Choice)
"""The facets that are chosen by value, in the order of links and answers. Each is a field of `Filters`."""
FACETS: tuple[str, ...] = (*CHOICES, "date")
"""All facets. `date` counts years and is chosen by a span of days."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One value found for a page or an article, and where it was found.

    `about` is what the value describes (`date`, `page`, `paper`, `section`, `locality`, `byline`, `encoding`, `body`,
    `quality`), `source` where it comes from (`printed`, `path`, `paper.toml`, `comment`, `headline`, a selector …),
    `quote` the words it was read from.
    """

    about: str
    value: str
    source: str
    quote: str = ""


# --- read


@dataclass(frozen=True, slots=True)
class Block:
    """A span of a page's text whose role is given by the file format: by a tag, a comment, or where it was printed."""

    role: Role
    start: int
    end: int


Box = tuple[float, float, float, float]
"""Left, top, right and bottom, from the top left corner of a page, in the unit of its width and height."""


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line as it was printed: the span of a page's text that holds its letters, and where it stands on the page.

    `size` is the height of its letters in the unit of the box (0: unknown), `weight` that of the font (400 is regular,
    700 bold, 0 unknown), `confidence` how sure its letters are, 0 to 1 (None: unknown), `block` the name that the file
    gives to the block of lines that it stands in.
    """

    start: int
    end: int
    box: Box
    size: float = 0.0
    weight: int = 0
    confidence: float | None = None
    block: str = ""


@dataclass(frozen=True, slots=True)
class RawPage:
    """One page of a page file, decoded and otherwise as it was found. All offsets refer to `text`.

    `source` is the path inside the archive with `/`; `claims` is what the file itself says about its date, page,
    section or paper. `start` is where the page begins in the text of a file that has several pages. `lines` are in the
    order of the text, where the format says how the page was printed; `width` and `height` are those of the page.
    """

    source: str
    text: str
    blocks: tuple[Block, ...] = ()
    claims: tuple[Evidence, ...] = ()
    start: int = 0
    lines: tuple[PrintedLine, ...] = ()
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class Paper:
    """What `paper.toml` says of a newspaper. `name` is its folder, `places` alias → path, `sections` alias → name.

    `contact` is the mail address that readers report errors to. `lookalikes` (found → proposed) stand beside it, in the
    archive's `lookalikes.tsv`.
    """

    name: str
    title: str = ""
    place: str = ""
    former_titles: tuple[str, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    rhythm: Mapping[str, object] = field(default_factory=dict)
    rights: Rights = "public"
    contact: str = ""
    digest: str = ""
    lookalikes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PageIdentity:
    """Which page of which issue this is, and how that is known. `date` is None for a page without a date."""

    paper: str
    date: date | None
    page: str
    sections: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


# --- clean


@dataclass(frozen=True, slots=True)
class Edit:
    """`raw[start:end] == before` was replaced by `after`, on the word of these rules."""

    rules: tuple[str, ...]
    start: int
    end: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CleanText:
    """Cleaned text and every edit that made it: sorted, not overlapping, replayable. A line is a paragraph."""

    text: str
    edits: tuple[Edit, ...]


# --- split and describe


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, a caption or another line, with its places in the raw text in reading order.

    An empty span is where a passage is withheld.

    Flags: `seam` – what stands before this passage on the page may not be what was printed before it (columns out of
    order, a lost line), so no phrase may match across; `incomplete` – begins or ends in mid-sentence; `repeated` – the
    extraction gave the same words twice; `corrected` – a librarian changed its text. `page` is the label of the page
    that the spans refer to, where an article that runs over several pages has it from another than its first.
    """

    text: str
    spans: tuple[Span, ...]
    flags: tuple[str, ...] = ()
    page: str = ""


class Contributor(Struct, frozen=True, array_like=True, gc=False):
    """One name of a byline. `role` is as printed (记者, 通讯员, 摄 …), empty where none is."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class CorrectionNote:
    """A correction of an article that is in force, as readers are shown it: letters that are withheld are not in it.

    `number` is that of its line in the corrections file. `field` is what was set, or `split`, `join`, `withhold`.
    """

    number: int
    time: str
    author: str
    field: str
    before: str
    after: str
    reason: str


WITHHELD = "〔…〕"
"""What stands in a text in place of a passage that is withheld. No phrase matches across it."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article as a careful reader would cut it out of the page.

    `localities` are paths (`河南省/驻马店市/驿城区`), heaviest first; the place of publication is not among them
    unless the article is about it. `head` holds the raw spans of kicker, headline, subtitle and standing byline.
    `pages` lists the labels of all pages it runs over. `quality` is 0 (unreadable) to 1 (nothing had to be repaired),
    None if unmeasured. `lookalikes` pairs what stands in the text with what it may be a misprint of; both find it.
    `corrections` are those in force that made it what it is, oldest first.
    """

    id: str
    kind: Kind
    kicker: str
    headline: str
    subtitle: str
    byline: tuple[Contributor, ...]
    section: str
    localities: tuple[str, ...]
    date: date | None
    paragraphs: tuple[Passage, ...]
    captions: tuple[Passage, ...]
    end_code: str
    quality: float | None = None
    head: tuple[Span, ...] = ()
    pages: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    lookalikes: tuple[tuple[str, str], ...] = ()
    corrections: tuple[CorrectionNote, ...] = ()

    @property
    def lead(self) -> str:
        """Its first paragraph, or caption where it has none; empty without either."""
        return next((passage.text for passage in (*self.paragraphs, *self.captions)), "")


@dataclass(frozen=True, slots=True)
class PageReading:
    """A page: its identity, its articles in reading order, and its furniture (masthead, hotlines).

    Of a file that has several pages, it is all of them: `identity` is that of the first, `others` those of the others.
    """

    identity: PageIdentity
    articles: tuple[Article, ...]
    furniture: tuple[Passage, ...] = ()
    quality: float | None = None
    others: tuple[PageIdentity, ...] = ()

    @property
    def identities(self) -> tuple[PageIdentity, ...]:
        """The identities of all pages, in their order."""
        return (self.identity, *self.others)

    def identity_of(self, label: str) -> PageIdentity:
        """Return the identity of the page with a label, or that of the first if none has it."""
        return next((one for one in self.identities if one.page == label), self.identity)


# --- tokenise and index


@dataclass(frozen=True, slots=True)
class Token:
    """A folded token and its span in the text that was tokenised."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """What an engine keeps: an article, where it was published, and the file it came from.

    `ordinal` is its place on the page, from 0. `rights` are those of its paper when it was indexed; where they are
    `metadata`, the article has no text.
    """

    article: Article
    paper: str
    paper_title: str
    page: str
    ordinal: int
    source: str
    rights: Rights = "public"

    @property
    def id(self) -> str:
        """The article's id, the same in every engine and after every rebuild."""
        return self.article.id


@dataclass(frozen=True, slots=True)
class Unit:
    """One folded field value, inside which a phrase may match: a headline, one name of a byline, a paragraph …"""

    field: Field
    text: str


@dataclass(frozen=True, slots=True)
class TokenisedDocument:
    """A document and its two token streams: words (of all units; the headline's also apart) and folded units.

    Words come in no particular order: what counts is how often each is there. Units are in the order of the page.
    """

    document: Document
    words: tuple[str, ...]
    headline_words: tuple[str, ...]
    units: tuple[Unit, ...]


# --- query


class Everything(Struct, frozen=True):
    """Matches every article."""


class Word(Struct, frozen=True):
    """A bare word: all of `terms` (jieba words, folded) in `field` (None: anywhere in the article).

    With `or_phrase` it also matches what the folded `text` matches as a phrase.
    """

    text: str
    terms: tuple[str, ...]
    or_phrase: bool
    field: Field | None = None


class Phrase(Struct, frozen=True):
    """The folded `text`, letter by letter, inside one unit. `terms` are its words, for ranking only."""

    text: str
    terms: tuple[str, ...]
    field: Field | None = None


class Prefix(Struct, frozen=True):
    """Any word that begins with the folded `text`."""

    text: str
    field: Field | None = None


class Near(Struct, frozen=True):
    """All of the folded `texts` inside one unit, in any order, with at most `distance` characters between them.

    Between means: from the first one's start to the last one's end, less their own lengths.
    """

    texts: tuple[str, ...]
    distance: int
    terms: tuple[str, ...]


class Not(Struct, frozen=True):
    """Everything that `clause` does not match."""

    clause: Query


class And(Struct, frozen=True):
    """What all clauses match."""

    clauses: tuple[Query, ...]


class Or(Struct, frozen=True):
    """What any clause matches."""

    clauses: tuple[Query, ...]


Query = Everything | Word | Phrase | Prefix | Near | Not | And | Or


class DateSpan(Struct, frozen=True):
    """Days from `first` to `last`, both included; None leaves that end open. Or, `undated`, what has no date."""

    first: date | None = None
    last: date | None = None
    undated: bool = False

    def __bool__(self) -> bool:
        return self.undated or self.first is not None or self.last is not None


class Filters(Struct, frozen=True):
    """Choices made beside the query: any value of a facet, all facets. A locality includes what lies in it."""

    paper: tuple[str, ...] = ()
    locality: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    dates: DateSpan = DateSpan()
    quality: tuple[str, ...] = ()


class Request(Struct, frozen=True):
    """What an engine is asked: a query, choices, an order, a window of the ranked list, and which facets to count."""

    query: Query
    filters: Filters = Filters()
    sort: Order = "relevance"
    offset: int = 0
    size: int = 10
    facets: tuple[str, ...] = FACETS


class PartialQuery(Struct, frozen=True):
    """What the second tier of an answer is found and ranked by: articles that lack some bare words of a query.

    `binding` is what they must match in any case: all of the query but its bare words. Of these, `words` are those that
    say what it is about, `strings` what is left of each bare word without asking words, and `bigrams` the pairs of
    letters with their weights, none for a bare word that is one word. `asking` are the words taken away.
    """

    binding: Query
    words: tuple[str, ...]
    strings: tuple[str, ...]
    bigrams: tuple[tuple[str, float], ...]
    asking: tuple[str, ...] = ()


# --- results (a page makes two hundred; the small ones, in no circle, are not followed by the garbage collector)


class FacetValue(Struct, frozen=True, gc=False):
    """A value of a facet and how many of the hits have it."""

    value: str
    count: int


Facets = Mapping[str, tuple[FacetValue, ...]]
"""Facet → its values with hits, each facet ignoring its own choice; of those that were asked for."""


UTF16 = "utf-16-le"


class ArticleSummary(Struct, frozen=True, array_like=True, gc=False):
    """What lists of articles show: the fields that `Article` has too, and all that has words, line by line.

    `lines`, in UTF-16, are its passages, captions last, behind them kicker, headline, subtitle and the names of the
    byline. `ends` tells after how many code points the passages end, and all lines. (A results page makes one string of
    the lines of all its articles: ten strings would take three times as long.)
    """

    id: str
    kind: Kind
    kicker: str
    headline: str
    subtitle: str
    byline: tuple[Contributor, ...]
    section: str
    localities: tuple[str, ...]
    date: date | None
    pages: tuple[str, ...]
    lookalikes: tuple[tuple[str, str], ...]
    quality: float | None
    corrections: tuple[CorrectionNote, ...]
    ends: Span
    lines: bytes

    @property
    def text(self) -> str:
        """All passages. A line of it is a passage, unless line breaks stand in one."""
        return self.lines.decode(UTF16, "surrogatepass")[: self.ends[0]]

    @property
    def lead(self) -> str:
        """Its first paragraph, or caption where it has none; empty without either."""
        return self.text.partition("\n")[0]


ARTICLE_SUMMARY_FIELDS = ArticleSummary.__struct_fields__[:-2]
"""The fields that `Article` has too."""


class FormerArticle(Struct, frozen=True, gc=False):
    """An article as an index held it, also one of an older release: what is needed to find it again.

    `texts` are as they were read: its headline, its paragraphs, then its captions.
    """

    id: str
    source: str
    texts: tuple[str, ...]

    @classmethod
    def of(cls, document: Document) -> FormerArticle:
        """The same of a document of today."""
        article = document.article
        passages = (*article.paragraphs, *article.captions)
        return cls(document.id, document.source, (article.headline, *(passage.text for passage in passages)))


class DocumentSummary(Struct, frozen=True, array_like=True, gc=False):
    """What lists of documents show: the fields that `Document` has too. It is read in half of a document's time."""

    article: ArticleSummary
    paper: str
    paper_title: str
    page: str
    source: str

    @classmethod
    def of(cls, document: Document) -> DocumentSummary:
        """The summary of a document."""
        article = document.article
        text = "\n".join([passage.text for passage in (*article.paragraphs, *article.captions)])
        names = [one.name for one in article.byline]
        lines = "\n".join([text, article.kicker, article.headline, article.subtitle, *names])
        summary = ArticleSummary(
            **{name: getattr(article, name) for name in ARTICLE_SUMMARY_FIELDS},
            ends=(len(text), len(lines)),
            lines=lines.encode(UTF16, "surrogatepass"),
        )
        return cls(summary, document.paper, document.paper_title, document.page, document.source)

    @property
    def id(self) -> str:
        """The article's id."""
        return self.article.id


class Times(Struct, frozen=True, gc=False):
    """When an article was first indexed and when its printed text last changed, in seconds since 1970 (UTC).

    0 where that is not known. `first_id` is the id that it was first indexed by, "" where it still has that.
    """

    first: int = 0
    changed: int = 0
    first_id: str = ""


class Hit(Struct, frozen=True, gc=False):
    """A document that was found, its score (0 where nothing was ranked), and how often it has each word of the query.

    The words are those that hits are ranked by, but none of a query that is nothing but a phrase, neighbours or a word
    that is found as a phrase too. One that the document lacks is left out.
    """

    document: DocumentSummary
    score: float
    frequencies: Mapping[str, int] = {}


class TextCount(Struct, frozen=True, gc=False):
    """A folded text and the number of articles that hold it, 1 or more."""

    text: str
    count: int


class Results(Struct, frozen=True):
    """The exact number of hits, the window asked for, and the facets asked for, over all hits."""

    total: int
    hits: tuple[Hit, ...]
    facets: Facets


class SnippetPart(Struct, frozen=True, gc=False):
    """A piece of a snippet or of marked text, in the original glyphs."""

    text: str
    is_hit: bool


class AnswerHit(Struct, frozen=True, gc=False):
    """A hit as it is shown: the document, its score, the passage around the matches, and how many are marked in all."""

    document: DocumentSummary
    score: float
    snippet: tuple[SnippetPart, ...]
    matches: int


class PartialHit(Struct, frozen=True, gc=False):
    """An article of the second tier as it is shown: like `AnswerHit`, with the bare words that it lacks.

    `missing` has them folded, in the order of the query. Of an article that has all that a question is about, they are
    the words that ask.
    """

    document: DocumentSummary
    score: float
    snippet: tuple[SnippetPart, ...]
    matches: int
    missing: tuple[str, ...]


class ExactCount(Struct, frozen=True):
    """How many articles hold a bare word to the letter: the quoted `query` that finds them, and their `total`."""

    query: str
    total: int


class Note(Struct, frozen=True):
    """What the writer of a query line should know of how it was read: `text` is the part in question.

    - unclosed_quote: the quote before `text` is never closed, so it extends to the end of the line; `line` closes it.
    - lower_case_operator: `text` (or, and, not) is searched for as a word; in `line` it is an operator.
    - numeral: `text` is a date, year or number that is found in each of its spellings; `line` finds this one alone.
    """

    kind: Literal["unclosed_quote", "lower_case_operator", "numeral"]
    text: str
    line: str


class Answer(Struct, frozen=True):
    """All that a results page shows. `line` is the query as typed, `understood_as` the same in canonical spelling.

    `page` counts from 1; `exact` is given for a query of one bare word, if the number of articles that hold it to
    the letter is not `total`. `partial` is the second tier: on the first page, where full matches don't fill it,
    articles that lack some of the words; all else speaks of full matches alone. `notes` are on how the line was read.
    `took_ms` runs from the query string to finished hits.
    """

    line: str
    query: Query
    understood_as: str
    filters: Filters
    sort: Order
    page: int
    size: int
    total: int
    hits: tuple[AnswerHit, ...]
    facets: Facets
    exact: ExactCount | None
    took_ms: float
    partial: tuple[PartialHit, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperHolding:
    """What an index holds of one paper: `undated` counts articles on pages without a date.

    `rights` are the strictest of its articles': after a change of rights, some may not have been indexed again yet.
    """

    paper: str
    title: str
    articles: int
    issues: int
    first: date | None
    last: date | None
    undated: int
    rights: Rights = "public"


@dataclass(frozen=True, slots=True)
class IssueHolding:
    """One issue of a paper (`date` None: its pages without a date), its page labels and number of articles."""

    date: date | None
    pages: tuple[str, ...]
    articles: int

"""Restore the printed order of lines that were extracted across columns.

Text extraction that reads across columns leaves lines of one column between those of another
(为提|养老护理培训班。|高妇女就业技能). Each pair of lines has a score: how likely one continues the other
(`join_scores`). Pairs that are adjacent in the extraction score higher. Lines move while that raises the sum
(`order_search`). A seam without evidence stays open, and the passage after it is flagged.
"""

from __future__ import annotations

import heapq
import itertools
import math
import re
import statistics
from collections.abc import Iterator, Sequence
from itertools import compress
from typing import NamedTuple

from indexer.articles.page_lines.source_map import Line, Sheet
from indexer.articles.reading_order.join_scores import Joints
from indexer.articles.reading_order.order_search import MOST_LOOSE, can_gain, first_look, rearrange
from indexer.articles.reading_order.physical_lines import Piece, cut_pieces
from indexer.model import Passage, Span

_TORN_START = re.compile(r"^(?:[个名家户件次项条场份台套]{1,2}[、，；]|[，。、；：）”])")
_OPEN_ENDS = "，、,（(“《"
_ODD_QUOTE = re.compile(r"^[^“”\"]{1,8}\"")
_FIRMLY_JOINED, _TORN, _NOT_JOINED, _SURELY_TORN = 0.5, -1.0, -4.0, -5.5
"""Score thresholds for joints. On generated pages 63 % of true joints and 6 % of chance ones reach the first; 19 and
78 % stay below the second, 0.6 and 22 % below the third, 0.2 and 9 % below the last."""

_HARDLY_TORN = -6.0
"""Threshold for the sum of the three joints that the smallest move opens.

Above it no move is found on generated pages. A fifth of the articles that are merely set in columns need no search.
"""

_SHORTEST_LINE = 10
"""Letters of a line, of which half of an article has as many: in shorter lines moves are made by chance."""

_MOST_PIECES = 1000
"""More pieces than any article has. A table of their joints would take 8 MB."""

_AT_ONCE = 32
"""Articles scored in one batch. In the worst case they have a million pairs of lines."""

_DOUBTFUL = -2.75
"""An order opens at least one joint below this. On pages in order, orders that seemed better opened none below -2.5;
on interleaved pages nearly all did."""

_WORDS_CROSS, _SURE_WORD = 8.5, 8.3
"""An order needs two new joints with this sum of scores, or one with the second score."""

_EVIDENCE, _AN_END = 7.7, -20.0
"""What two new joints must gain over two opened ones, beside the chance of a longer article. On pages in order the best
orders gain less, on interleaved pages nine in ten gain more. A joint below the last is the end of a sentence."""

_TRUST = 3.0
_FIRST_GAIN, _NEXT_GAIN = -2.0, 1.0
"""The gain that a move needs, in nats. The more moves there are, the likelier one looks good by chance."""


class Part(NamedTuple):
    """The lines of an article, or of a part of it, and its editor's codes. A code ends the line before it."""

    lines: Sequence[Line]
    codes: Sequence[Line]
    sheet: Sheet


def arrange(parts: Sequence[Part]) -> Iterator[list[Passage]]:
    """Put the lines of each part in reading order and yield them as paragraphs, part by part."""
    cut = [cut_pieces(*part) for part in parts]
    damaged = [any(map(_shows_damage, pieces, range(len(pieces)))) for pieces in cut]
    joints = Joints.of_each(list(compress(cut, damaged))) if any(damaged) else []
    arranged = zip(joints, _orders(joints), strict=True)
    for part, pieces, is_damaged in zip(parts, cut, damaged, strict=True):
        if is_damaged:
            yield _paragraphs(*next(arranged), part.sheet)
        else:
            yield [_passage([piece], part.sheet, ()) for piece in pieces]


def _paragraphs(joints: Joints, order: Sequence[int], sheet: Sheet) -> list[Passage]:
    pieces = joints.pieces
    seams = _seams(order, joints)
    passages: list[Passage] = []
    start = 0
    for place in range(1, len(order) + 1):
        if place == len(order) or place in seams or _is_new_paragraph(order[place - 1], order[place], joints):
            run = [pieces[piece] for piece in order[start:place]]
            flags = _flags(run, start in seams, place in seams)
            passages.append(_passage(run, sheet, flags))
            start = place
    return passages


def _shows_damage(piece: Piece, place: int) -> bool:
    """Return whether a piece is an incomplete paragraph, or a beginning that is not the first piece.

    Only such pieces can be out of order.
    """
    is_whole = piece.begins and not (
        piece.is_unfinished or piece.text[-1] in _OPEN_ENDS or _TORN_START.match(piece.text)
    )
    return not is_whole or (place > 0 and piece.has_dateline)


def _orders(joints: Sequence[Joints]) -> list[Sequence[int]]:
    """Return the reading order of each article, as indices of pieces.

    It is the extraction's order unless there is evidence against it.
    """
    orders: list[Sequence[int]] = [range(len(one.pieces)) for one in joints]
    doubtful = [place for place, one in enumerate(joints) if _may_be_torn(one)]
    for start in range(0, len(doubtful), _AT_ONCE):
        places = doubtful[start : start + _AT_ONCE]
        some = [joints[place] for place in places]
        looks = [first_look(one.natural, firm=_FIRMLY_JOINED) for one in some]
        for place, one, glimpse in zip(places, some, Joints.tables(some, looks), strict=True):
            first_gain = 2 * math.log(len(one.pieces)) + _FIRST_GAIN
            if can_gain(glimpse, trust=_TRUST, firm=_FIRMLY_JOINED, first_gain=first_gain):
                order = rearrange(
                    one.table, trust=_TRUST, firm=_FIRMLY_JOINED, first_gain=first_gain, next_gain=_NEXT_GAIN
                )
                if _do_words_decide(one, order):
                    orders[place] = order
    return orders


def _may_be_torn(joints: Joints) -> bool:
    """Return whether an article could gain from a search and is small enough to search.

    In lines of a few letters the halves of a word say too little.
    """
    if statistics.median(len(piece.text) for piece in joints.pieces) < _SHORTEST_LINE:
        return False
    loose = sum(score < _FIRMLY_JOINED for score in joints.natural)
    is_torn = sum(heapq.nsmallest(3, joints.natural)) <= _HARDLY_TORN
    return is_torn and loose <= MOST_LOOSE and len(joints.pieces) <= _MOST_PIECES


def _do_words_decide(joints: Joints, order: Sequence[int]) -> bool:
    """Return whether the two best new joints of an order are so good that words must cross them.

    One joint that the order opens must be doubtful. The new ones must be the better, the more the two worst of
    the opened ones could have been meant, and the more pieces there are to choose from.

    On pages in order, moves that gain by a dateline or by punctuation alone stay below that.
    """
    follows = dict(itertools.pairwise(order))
    new = (joints.fit(one, other) for one, other in follows.items() if other != one + 1)
    best = heapq.nlargest(2, new)
    if len(best) < 2 or not (best[0] >= _SURE_WORD or (best[1] >= _FIRMLY_JOINED and sum(best) >= _WORDS_CROSS)):
        return False
    opened = [place for place in range(len(order) - 1) if follows.get(place) != place + 1]
    if min(joints.natural[place] for place in opened) > _DOUBTFUL:
        return False
    inside = (joints.natural[place] for place in opened if not joints.pieces[place + 1].begins)
    torn = [score for score in heapq.nsmallest(2, inside) if score > _AN_END]
    return sum(best) - sum(torn) >= _EVIDENCE + 2 * math.log(len(order))


def _seams(order: Sequence[int], joints: Joints) -> set[int]:
    """Return the positions in the order before which the text may not continue as printed."""
    pairs = list(enumerate(itertools.pairwise(order), 1))
    lost = {place for place, (one, other) in pairs if _is_lost(one, other, joints)}
    moved = any(one > other for _, (one, other) in pairs)
    if not (moved or lost):
        return set()
    torn = {place for place, (one, other) in pairs if _is_torn(one, other, joints)}
    return lost | torn | _undecided(order, joints)


def _is_lost(one: int, other: int, joints: Joints) -> bool:
    """Return whether a sentence breaks off before a new paragraph, so that lines between them are lost."""
    before, after = joints.pieces[one], joints.pieces[other]
    if after.begins and _TORN_START.match(after.text):
        return True
    if not before.is_unfinished or joints.fit(one, other) >= _TORN:
        return False
    starts = after.begins if other == one + 1 else joints.is_known_start[other]
    return starts or joints.opens_paragraph[other]


def _is_torn(one: int, other: int, joints: Joints) -> bool:
    """Return whether a joint of the extraction inside a line does not fit. An unpaired quote adds to the doubt."""
    if other != one + 1 or joints.pieces[other].begins:
        return False
    return joints.natural[one] - 3 * bool(_ODD_QUOTE.match(joints.pieces[other].text)) < _SURELY_TORN


def _undecided(order: Sequence[int], joints: Joints) -> set[int]:
    """Return new joints of unfinished lines without evidence, where other joints would fit as well."""
    new = [
        (place, one, other)
        for place, (one, other) in enumerate(itertools.pairwise(order), 1)
        if other != one + 1 and not joints.pieces[one].is_closed
    ]
    found = set()
    for place, one, other in new:
        score = joints.fit(one, other)
        margins = [
            score + joints.fit(rival, rest) - joints.fit(one, rest) - joints.fit(rival, other)
            for _, rival, rest in new
            if rival != one
        ]
        if score < _NOT_JOINED or (score < _FIRMLY_JOINED and min(margins, default=1.0) < _FIRMLY_JOINED):
            found.add(place)
    return found


def _is_new_paragraph(one: int, other: int, joints: Joints) -> bool:
    """Return whether a paragraph begins: at the start of a cleaned line, unless the sentence before is unfinished."""
    before, after = joints.pieces[one], joints.pieces[other]
    return after.begins and (before.is_closed or (other == one + 1 and not before.is_unfinished))


def _flags(pieces: Sequence[Piece], after_seam: bool, before_seam: bool) -> tuple[str, ...]:
    if after_seam:
        return ("seam", "incomplete")
    return ("incomplete",) if before_seam and not pieces[-1].is_closed else ()


def _passage(pieces: Sequence[Piece], sheet: Sheet, flags: tuple[str, ...]) -> Passage:
    stretches: list[Span] = []
    for piece in pieces:
        if stretches and stretches[-1][1] == piece.start:  # the usual case; halves the time
            stretches[-1] = (stretches[-1][0], piece.end)
        else:
            stretches.append((piece.start, piece.end))
    text = "".join([sheet.text[start:end] for start, end in stretches])
    return Passage(text.strip(), sheet.spans(stretches), flags)

"""Draw small line plots as SVG with logarithmic axes, without a plotting library."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

Line = Sequence[tuple[float, float]]

_WIDTH, _HEIGHT = 640, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 110, 40, 50
_SVG = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
    'font-family="sans-serif" font-size="12" fill="#333">'
)
_COLOURS = {"ours": "#c0392b", "tantivy": "#2c3e50", "fts5": "#16a085", "whoosh": "#8e44ad"}


def plot(title: str, x_title: str, y_title: str, lines: Mapping[str, Line]) -> str:
    """Return an SVG plot of named lines; all x and y must be greater than 0.

    >>> plot("Index time", "articles", "seconds", {"ours": [(10, 1), (100, 10)]}).count("<circle")
    2
    """
    points = [point for line in lines.values() for point in line]
    across = _Axis([x for x, _ in points], _LEFT, _WIDTH - _RIGHT)
    up = _Axis([y for _, y in points], _HEIGHT - _BOTTOM, _TOP)
    parts = [
        _SVG,
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="22" font-size="15">{escape(title)}</text>',
        f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{_HEIGHT - 10}" text-anchor="middle">{escape(x_title)}</text>',
        f'<text transform="translate(16 {_HEIGHT / 2}) rotate(-90)" text-anchor="middle">{escape(y_title)}</text>',
        *_grid(across, up),
        *(part for name, line in lines.items() for part in _line(name, line, across, up)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


class _Axis:
    """A logarithmic axis from `start` to `end`, extended to whole powers of ten."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self.low = math.floor(math.log10(min(values)))
        self.high = max(math.ceil(math.log10(max(values))), self.low + 1)
        self._start, self._end = start, end

    def place(self, value: float) -> float:
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return round(self._start + share * (self._end - self._start), 1)

    def ticks(self) -> list[float]:
        return [10.0**power for power in range(self.low, self.high + 1)]


def _grid(across: _Axis, up: _Axis) -> Iterator[str]:
    top, bottom = up.place(up.ticks()[-1]), up.place(up.ticks()[0])
    left, right = across.place(across.ticks()[0]), across.place(across.ticks()[-1])
    for tick in across.ticks():
        x = across.place(tick)
        yield f'<path d="M{x} {bottom}V{top}" stroke="#ddd"/>'
        yield f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{tick:,.0f}</text>'
    for tick in up.ticks():
        y = up.place(tick)
        yield f'<path d="M{left} {y}H{right}" stroke="#ddd"/>'
        yield f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{tick:,g}</text>'


def _line(name: str, line: Line, across: _Axis, up: _Axis) -> Iterator[str]:
    colour = _COLOURS.get(name.split()[0], "#7f8c8d")
    dashes = ' stroke-dasharray="5 4"' if " " in name else ""
    places = [(across.place(x), up.place(y)) for x, y in line]
    path = "L".join(f"{x} {y}" for x, y in places)
    yield f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'
    yield from (f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in places)
    x, y = places[-1]
    yield f'<text x="{x + 8}" y="{y + 4}" fill="{colour}">{escape(name)}</text>'

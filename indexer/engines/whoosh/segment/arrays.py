"""NumPy helpers for arrays of postings."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray
from pyroaring import BitMap

from indexer.engines.whoosh.segment.array_types import AnyArray, DocIds, Offsets, Ordinals

_Dtype = TypeVar("_Dtype", bound=np.generic)

AT_ONCE = 1 << 17
"""Long arrays are processed in chunks of this length, which stay in the processor's cache and reuse memory."""


def offsets(lengths: AnyArray) -> Offsets:
    """Return the start of each of several consecutive runs, and the end of the last one (int64).

    >>> offsets(np.array([2, 0, 3])).tolist()
    [0, 2, 2, 5]
    """
    ends = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=ends[1:])
    return ends


def lengths(starts: AnyArray) -> Offsets:
    """Return the length of each of several consecutive runs (int64): the inverse of `offsets`.

    >>> lengths(np.array([0, 2, 2, 5])).tolist()
    [2, 0, 3]
    """
    edges = starts.astype(np.int64)
    return edges[1:] - edges[:-1]


def ranges(starts: AnyArray, lengths: AnyArray) -> Offsets:
    """Concatenate ranges, each given by its start and length (int64).

    >>> ranges(np.array([5, 1]), np.array([2, 3])).tolist()
    [5, 6, 1, 2, 3]
    """
    found: Offsets = np.arange(lengths.sum()) + np.repeat(starts - offsets(lengths)[:-1], lengths)
    return found


def joined(arrays: Sequence[AnyArray], dtype: DTypeLike) -> AnyArray:
    """Arrays after one another; an empty one for none."""
    return np.concatenate([np.zeros(0, dtype), *arrays]).astype(dtype, copy=False)


def beginnings(values: AnyArray, ignored_bits: int = 0) -> Offsets:
    """Return the indices (int64) where sorted numbers change, ignoring the lowest bits.

    >>> beginnings(np.array([3, 3, 4])).tolist(), beginnings(np.array([4, 5, 6]), ignored_bits=1).tolist()
    ([0, 2], [0, 2])
    """
    found = [np.zeros(min(len(values), 1), np.int64)]
    for begin in range(0, len(values), AT_ONCE):
        here = values[begin : begin + AT_ONCE + 1] >> values.dtype.type(ignored_bits)
        found.append(begin + 1 + np.flatnonzero(here[1:] != here[:-1]))
    return np.concatenate(found)


def distinct(values: NDArray[_Dtype]) -> NDArray[_Dtype]:
    """Return sorted numbers without repetitions.

    >>> distinct(np.array([3, 3, 4])).tolist()
    [3, 4]
    """
    return values[beginnings(values)]


def narrowest(values: AnyArray) -> Ordinals:
    """Convert numbers from 0 on to the smallest unsigned type that holds them.

    >>> narrowest(np.array([3, 70000])).dtype
    dtype('uint32')
    """
    largest = int(values.max()) if len(values) else 0
    return values.astype(np.min_scalar_type(largest), copy=False)


def chunks(sizes: AnyArray, most: int) -> Iterator[tuple[int, int]]:
    """Divide items with sizes into chunks of about `most` in total, or of one item that is larger.

    >>> list(chunks(np.array([3, 3, 9, 1]), 6))
    [(0, 2), (2, 3), (3, 4)]
    """
    ends = np.cumsum(sizes)
    first = 0
    while first < len(sizes):
        before = ends[first - 1] if first else 0
        last = max(int(np.searchsorted(ends, before + most, "right")), first + 1)
        yield first, last
        first = last


def bitmap_of(doc_ids: AnyArray) -> BitMap:
    """Return the bitmap of doc_ids in any order."""
    return BitMap(array("I", doc_ids.astype(np.uint32, copy=False).tobytes()))


def doc_ids_in(bitmap: BitMap) -> DocIds:
    """The doc_ids in a bitmap, ascending.

    >>> doc_ids_in(BitMap([7, 2]))
    array([2, 7], dtype=uint32)
    """
    return np.frombuffer(bitmap.to_array(), np.uint32)


def bitmap_in(serialised: memoryview) -> BitMap:
    """The bitmap that these bytes are. (pyroaring takes any buffer, whatever it says.)

    They must be what was written: pyroaring looks at next to nothing, and other bytes end the process.
    """
    return BitMap.deserialize(serialised)  # type: ignore[arg-type]

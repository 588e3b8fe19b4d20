"""The types of arrays in a segment and of those made from them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

AnyArray = NDArray[Any]
"""Of any dtype, as a function says."""

DocIds = NDArray[np.uint32]
"""doc_ids, ascending and unique where nothing else is said."""
Positions = NDArray[np.uint32]
"""Positions in the position space of a segment, ascending where nothing else is said."""
PackedTf = NDArray[np.uint8]
"""Term frequencies in body (low six bits) and headline (high two bits) of each posting."""
TfOverflow = NDArray[np.uint32]
"""Exact term frequencies, in rows: doc_id, in body, in headline; by doc_id ascending."""
Scores = NDArray[np.float64]
"""Scores, or factors of scores."""
Offsets = NDArray[np.int64]
"""Where items begin that lie one after another; also their counts, lengths and indices."""
Ordinals = NDArray[np.unsignedinteger[Any]]
"""Numbers from 0 on, in the narrowest type that holds them."""
CodePoints = NDArray[np.uint32]
"""Characters of a text."""
GramKeys = NDArray[np.uint64]
"""Grams as numbers that sort as their texts do: first character in the high bits, second one in the low bits."""
SortKeys = NDArray[np.int64]
"""What is sorted as one number, as (word, doc_id), with the first one in the high bits."""
Indices = NDArray[np.intp]
"""Indices into another array."""
Mask = NDArray[np.bool_]
"""One boolean for each item of another array."""

"""Dynamic time warping of binarised columns: how far apart two lines are, moved letters forgiven (markup2im).

A column of 64 rows is one machine word, the distance of two columns the number of bits in which they differ.
"""

from __future__ import annotations

import numpy as np

from figgen.metrics.pixels import grey

DARK = 150  # grey values below are ink
WORD = 64


def dtw(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """uint8 (N, C, H, W) and (N, C, H, V) => √(the cheapest path's cost) per pair (N,)."""
    return _warped(a, b, slack=0)


def dtw_ti(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """As dtw, a column compared at its best vertical shift of up to a tenth of the height: the paper's DTW."""
    return _warped(a, b, slack=a.shape[2] // 10 if a.ndim == 4 else 0)


def _warped(a: np.ndarray, b: np.ndarray, slack: int) -> np.ndarray:
    first, second = grey(a)[:, 0] < DARK, grey(b)[:, 0] < DARK
    if first.shape[:2] != second.shape[:2] or 0 in first.shape + second.shape:
        raise TypeError(f"two stacks of as many pictures of one height, not {a.shape} and {b.shape}")
    costs = [path_cost(*column_costs(x, y, slack)) for x, y in zip(first, second, strict=True)]
    return np.sqrt(np.array(costs, dtype=np.float64))


def column_costs(a: np.ndarray, b: np.ndarray, slack: int) -> tuple[np.ndarray, np.ndarray]:
    """Ink (H, W) and (H, V) => the costs (U, V) of a's U different columns, and which of them each of the W is.

    The cost of two columns is the least number of differing rows over shifts |s| <= slack, on the rows that overlap.
    """
    (a, columns), (b, others) = _different_columns(a), _different_columns(b)
    costs = _differing(a, b)
    for s in range(1, slack + 1):
        np.minimum(costs, _differing(a[s:], b[:-s]), out=costs)
        np.minimum(costs, _differing(a[:-s], b[s:]), out=costs)
    return costs[:, others], columns


def path_cost(costs: np.ndarray, rows: np.ndarray) -> int:
    """The least sum along a path through costs[rows] (W, V) from corner to corner, by steps right, down or both.

    D_ij = c_ij + min(D_i,j-1, m_j) with m_j = min(D_i-1,j, D_i-1,j-1) is S_j + min over k <= j of (m_k - S_k-1),
    S the running sums of row i: whole numbers, so exact.
    """
    sums = np.cumsum(costs, axis=1, dtype=np.int64)
    before = sums - costs
    best = sums[rows[0]].copy()
    above = np.empty_like(best)
    for i in rows[1:]:
        above[0] = best[0]
        np.minimum(best[1:], best[:-1], out=above[1:])
        above -= before[i]
        np.minimum.accumulate(above, out=best)
        best += sums[i]
    return int(best[-1])


def _different_columns(ink: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ink (H, W) => its different columns (H, U), and which of them each of the W is."""
    _, first, which = np.unique(_packed(ink), axis=0, return_index=True, return_inverse=True)
    return ink[:, first], which.ravel()


def _differing(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Ink (H, W) and (H, V) => in how many rows each column of a differs from each of b: (W, V)."""
    words = zip(_packed(a).T, _packed(b).T, strict=True)
    counts = (np.bitwise_count(x[:, None] ^ y) for x, y in words)
    return sum(counts, start=np.uint16(0))  # type: ignore[arg-type, return-value]


def _packed(ink: np.ndarray) -> np.ndarray:
    """Ink (H, W) => a bit a row: (W, words) uint64."""
    filled = np.pad(ink, ((0, -len(ink) % WORD), (0, 0)))
    return np.ascontiguousarray(np.packbits(filled, axis=0).T).view(np.uint64)

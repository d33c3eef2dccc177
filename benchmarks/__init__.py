"""Pairs of ways to do one thing, timed in turn: python -m benchmarks."""

import figgen  # noqa: F401 - before torch: it says how threads wait

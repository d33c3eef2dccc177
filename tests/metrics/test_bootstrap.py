"""Intervals: as wide as statistics says, the same every time, honest about nothing."""

import math

import numpy as np
import pytest

from figgen.metrics.bootstrap import Measured, interval, interval_of_means


def test_interval_of_a_mean_is_about_two_standard_errors_wide():
    values = np.random.default_rng(5).normal(3.0, 2.0, size=400)
    measured = interval(values)
    error = values.std() / math.sqrt(400)
    assert measured.value == pytest.approx(values.mean()) and measured.n == 400
    assert measured.low == pytest.approx(values.mean() - 1.96 * error, abs=0.4 * error)
    assert measured.high == pytest.approx(values.mean() + 1.96 * error, abs=0.4 * error)


def test_interval_is_a_function_of_its_arguments():
    values = np.random.default_rng(0).normal(size=30)
    assert interval(values, seed=1) == interval(values, seed=1)
    assert interval(values, seed=1, n=50) != interval(values, seed=2, n=50)
    wide, narrow = interval(values, level=0.99), interval(values, level=0.5)
    assert wide.high - wide.low > narrow.high - narrow.low


def test_equal_values_have_no_width_and_no_values_are_not_a_number():
    assert interval([0.25] * 7) == Measured(0.25, 7, 0.25, 0.25)
    nothing = interval([])
    assert nothing.n == 0 and all(math.isnan(v) for v in (nothing.value, nothing.low, nothing.high))


def test_whole_rows_are_resampled_so_that_a_constant_ratio_stays_constant():
    rows = np.array([[1.0, 2.0], [3.0, 6.0], [10.0, 20.0]])
    measured = interval_of_means(rows, lambda means: means[..., 0] / means[..., 1])
    assert (measured.value, measured.low, measured.high) == (0.5, 0.5, 0.5)


def test_measured_becomes_plain_json():
    assert Measured(0.5, 3, 0.1, 0.9).to_dict() == {"value": 0.5, "n": 3, "low": 0.1, "high": 0.9}

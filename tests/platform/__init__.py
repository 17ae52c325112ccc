"""Whole products on the real engine."""

import pytest

pytest.register_assert_rewrite("tests.platform.whole_life")

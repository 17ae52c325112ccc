import pytest

# The tests that every product takes over say what they found, as those in test_*.py do.
pytest.register_assert_rewrite("tests.control_plane.contract")

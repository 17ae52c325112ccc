"""OpeniBank's whole life on its own stacks in one region; test_second_region.py has the other."""

import pytest

from tests.platform.plan import LIVES, SECONDARY
from tests.platform.whole_life import WholeLife

pytestmark = pytest.mark.engine


class TestOpenibank(WholeLife):
    forms = tuple(form for form in LIVES["openibank"] if form.stack != SECONDARY)

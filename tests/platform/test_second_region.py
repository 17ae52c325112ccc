"""OpeniBank's whole life in a second region, beside its primary."""

import pytest

from tests.platform.plan import LIVES, SECONDARY
from tests.platform.whole_life import WholeLife

pytestmark = pytest.mark.engine


class TestSecondRegion(WholeLife):
    forms = tuple(form for form in LIVES["openibank"] if form.stack == SECONDARY)

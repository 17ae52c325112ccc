"""The Service Layer's whole life on the stacks that it is made for."""

import pytest

from tests.platform.plan import LIVES
from tests.platform.whole_life import BesideASecondRegion

pytestmark = pytest.mark.engine


class TestServiceLayer(BesideASecondRegion):
    forms = LIVES["service-layer"]

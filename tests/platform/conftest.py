"""Each form of a product lives once; the tests look at how it went."""

from collections.abc import Callable
from typing import cast

import pytest

from tests.platform.life import Life, Project, end, live
from tests.platform.plan import Form
from tests.platform.whole_life import WholeLife


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A class of whole lives says which forms of its product it lives."""
    given = cast("type[object] | None", metafunc.cls)  # pyright: ignore[reportUnknownMemberType] -- pytest leaves it untyped
    if given is not None and issubclass(given, WholeLife) and "form" in metafunc.fixturenames:
        metafunc.parametrize("form", given.forms, ids=[form.name for form in given.forms])


@pytest.fixture(scope="session")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Form], Life]:
    """Give a form's life, from its preview to the end of its destruction."""
    known: dict[Form, Life] = {}

    def of(form: Form) -> Life:
        if form not in known:
            life = live(Project.make(tmp_path_factory.mktemp(form.name), form.workload), form)
            end(life)
            known[form] = life
        return known[form]

    return of


@pytest.fixture
def life(lives: Callable[[Form], Life], form: Form) -> Life:
    return lives(form)

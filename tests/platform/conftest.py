"""Each stack lives once; the tests look at how it went."""

from collections.abc import Callable

import pytest

from tests.platform.life import Life, Project, end, live


@pytest.fixture(scope="session")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Life]:
    """Give a stack's life, from its preview to the end of its destruction."""
    known: dict[str, Life] = {}

    def of(stack: str) -> Life:
        if stack not in known:
            project = Project.make(tmp_path_factory.mktemp(stack))
            if stack == "prod-eu-west-1":
                project.ok("up", "prod", "--fast")
            life = live(project, stack)
            end(life)
            known[stack] = life
        return known[stack]

    return of

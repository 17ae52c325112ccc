"""The cache user's password rotates under load: on a real cluster, with moto's Secrets Manager."""

import pytest

from tools.drill.place import Place
from tools.drill.scenarios import rotation
from tools.drill.scenarios.rotation import Users


def test_no_connection_is_refused_and_the_first_password_is_over(here: Place) -> None:
    outcome = rotation.drill(here)
    checks = {check.what: check for check in outcome.checks}
    assert checks["connections refused"].measured == 0
    assert int(checks["connections opened"].measured) >= 80
    assert checks["the first password"].measured == "is refused"
    assert not outcome.missed


def test_connections_that_are_refused_are_counted(here: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user that keeps the new password alone refuses whoever still has the one before."""
    both = Users.modify_user
    monkeypatch.setattr(Users, "describe_users", _two_passwords)

    def new_alone(users: Users, *, UserId: str, Passwords: list[str]) -> object:  # noqa: N803 -- AWS's names
        return both(users, UserId=UserId, Passwords=Passwords[:1])

    monkeypatch.setattr(Users, "modify_user", new_alone)
    outcome = rotation.drill(here)
    assert any(missed.startswith("rotation: connections refused") for missed in outcome.missed)


def _two_passwords(users: Users, *, UserId: str) -> object:  # noqa: N803 -- AWS's names
    return {"Users": [{"UserId": UserId, "Status": "active", "Authentication": {"PasswordCount": 2}}]}

"""The product goes to a restored database, with the image that fits it, in one run."""

import json
from datetime import date
from functools import cache
from typing import Any

import pytest

from components.platform import Platform
from settings import PlatformSettings
from settings.checks.notes import notes
from settings.sizes.database import RestoredDatabase
from tests.charts.waiver_exchange import waiver_exchange
from tests.components.recording import Recorder, Registration, build

_RELEASE = "kubernetes:helm.sh/v3:Release"
_DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
_HOST = "waiver-exchange-prod-restored.abcdefghijkl.us-east-1.rds.amazonaws.com"
_SECRET = "arn:aws:secretsmanager:us-east-1:111122223333:secret:rds!db-restored"
_DIGEST = f"sha256:{'0123456789abcdef' * 4}"


def _back() -> PlatformSettings:
    """The stack's switch and the image's line, both as an operator changes them."""
    settings = waiver_exchange()
    assert settings.stack.database is not None
    restored = RestoredDatabase(host=_HOST, master_secret=_SECRET)
    database = settings.stack.database.model_copy(update={"restored": restored})
    services = {
        name: service.model_copy(update={"image": service.image.model_copy(update={"digest": _DIGEST})})
        for name, service in settings.workload.services.items()
    }
    return settings.model_copy(
        update={
            "stack": settings.stack.model_copy(update={"database": database}),
            "workload": settings.workload.model_copy(update={"services": services}),
        }
    )


@cache
def _platform(restored: bool) -> Recorder[Platform]:
    settings = _back() if restored else waiver_exchange()
    return build(lambda: Platform("platform", settings))


def _values(name: str, *, restored: bool) -> Any:
    return next(each for each in _platform(restored).of_type(_RELEASE) if each.inputs["name"] == name).inputs["values"]


def _urls(values: Any) -> list[str]:
    variables = [item for secret in values["externalSecrets"] for item in secret["data"].items()]
    return [value for key, value in variables if key == "DATABASE_URL"]


@pytest.mark.requirement("WX-91")
def test_the_switch_leads_every_url_and_job_to_the_restored_copy() -> None:
    before, after = (_values("waiver-exchange-foundation", restored=restored) for restored in (False, True))
    (url,) = _urls(after)
    assert f"@{_HOST}:5432/waiver_exchange" in url
    assert _HOST not in str(before)
    assert after["bootstrap"]["host"] == _HOST
    assert after["bootstrap"]["secret"]["sources"]["master_password"]["key"] == _SECRET
    assert _values("waiver-exchange", restored=True)["dump"]["host"] == _HOST


@pytest.mark.requirement("WX-91")
def test_the_same_run_rolls_out_the_image_that_fits_the_data() -> None:
    images = {service["image"] for service in _values("waiver-exchange", restored=True)["services"].values()}
    assert images == {f"waiver-exchange/waiver-exchange@{_DIGEST}"}


@pytest.mark.requirement("WX-91")
def test_nothing_else_of_the_stack_is_touched() -> None:
    """The database before stays as it is: what went wrong may still have to be read there."""

    def others(recorder: Recorder[Platform]) -> dict[str, tuple[str, str]]:
        apart = [each for each in recorder.registrations if not (_of_the_product(each) or _of_the_rotation(each))]
        # As text: archives of a function's code are equal by what is in them.
        return {each.urn: (each.type, json.dumps(each.inputs, default=vars, sort_keys=True)) for each in apart}

    assert others(_platform(True)) == others(_platform(False))


def test_passwords_of_roles_rest_while_the_product_is_at_the_restored_database() -> None:
    """The function would change them at the server before, and the secret is for both."""
    gone = {each.urn for each in _platform(False).registrations} - {each.urn for each in _platform(True).registrations}
    assert gone
    assert {urn for urn in gone if "database-rotation" not in urn} == set()


def _of_the_product(each: Registration) -> bool:
    return each.type == _RELEASE and each.inputs["name"].startswith("waiver-exchange")


def _of_the_rotation(each: Registration) -> bool:
    """Tell what changes the passwords of the roles; the dashboard has a line on its errors."""
    return "database-rotation" in each.urn or each.type == _DASHBOARD


def test_the_switch_is_not_forgotten() -> None:
    told = "\n".join(notes(_back().stack, _back().workload, date(2026, 11, 21)))
    assert f"the product uses {_HOST}" in told

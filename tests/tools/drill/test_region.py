"""A region is lost: the copy that follows it is promoted, and a stack without one is left out."""

from dataclasses import replace

import pytest

from settings import PlatformSettings
from tools.drill.place import Place
from tools.drill.product import NotHereError
from tools.drill.scenarios import promotion, region


def _database(settings: PlatformSettings, **stated: object) -> PlatformSettings:
    assert settings.stack.database is not None
    database = settings.stack.database.model_copy(update=stated)
    return settings.model_copy(update={"stack": settings.stack.model_copy(update={"database": database})})


def test_the_copy_that_follows_takes_over_with_the_primary_gone(here: Place) -> None:
    outcome = region.drill(replace(here, settings=_database(here.settings, source="primary")))
    checks = {check.what: check for check in outcome.checks}
    assert outcome.committed >= 1000
    # The copy follows asynchronously, so rows may be lost: as many as the lag from which the alarm counts.
    assert "make recovery" in checks["RPO"].objective
    assert checks["RPO"].kept
    assert not checks["committed rows lost"].objective
    assert checks["checksum of the tables"].kept
    assert not (here.folder / "primary").exists()


def test_the_newest_dump_that_was_copied_whole_is_restored_where_the_region_is_gone(here: Place) -> None:
    backup = here.settings.stack.backup.model_copy(update={"copy_region": "us-west-2"})
    stack = here.settings.stack.model_copy(update={"backup": backup})
    outcome = region.drill(replace(here, settings=here.settings.model_copy(update={"stack": stack})))
    checks = {check.what: check for check in outcome.checks}
    assert outcome.committed >= 500
    assert outcome.lost == 0
    assert outcome.missed == []
    assert int(checks["rows committed after the dump"].measured) >= 1000
    assert checks["the dump that was copied in part"].measured == "is refused"
    assert "make recovery" in checks["RTO"].objective


def test_a_stack_without_a_copy_or_a_standby_is_left_out(here: Place) -> None:
    with pytest.raises(NotHereError, match="nothing of it is kept in another region"):
        region.drill(here)
    with pytest.raises(NotHereError, match="openibank-prod has no standby"):
        promotion.drill(replace(here, settings=_database(here.settings, multi_az=False)))

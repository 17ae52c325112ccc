"""An exemption holds for one rule, one resource and a limited time."""

from datetime import date

from policies.exemptions import EXEMPTIONS, Exemption, exempt, expired

UNTIL = date(2030, 1, 31)
ONE = (Exemption(rule="log-encrypted", resource="ingress-*", reason="the service has no customer key", until=UNTIL),)


def test_it_covers_the_named_resources_until_its_last_day() -> None:
    assert exempt("log-encrypted", "ingress-logs", UNTIL, ONE)


def test_it_ends() -> None:
    assert not exempt("log-encrypted", "ingress-logs", date(2030, 2, 1), ONE)
    assert expired(date(2030, 2, 1), ONE) == list(ONE)


def test_it_covers_nothing_else() -> None:
    assert not exempt("log-retention", "ingress-logs", UNTIL, ONE)
    assert not exempt("log-encrypted", "database-logs", UNTIL, ONE)


def test_every_standing_exemption_states_its_reason() -> None:
    assert all(len(exemption.reason) > 20 for exemption in EXEMPTIONS)

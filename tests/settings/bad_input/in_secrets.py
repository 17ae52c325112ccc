"""Mistakes about secrets that the platform makes, and about services that read theirs themselves."""

from tests.settings.bad_input.case import workload

_API = "services.api"
_TOKENS = {"kind": "generated", "tokens": 2}
_USERS = {"kind": "users", "users": {"admin": {"role": "admin"}}}

CASES = (
    # lists
    workload(
        "secrets.TOKENS", {"kind": "generated", "tokens": 0}, "from 1 to 8", "raise it to 1", at="secrets.TOKENS.tokens"
    ),
    workload(
        "secrets.TOKENS", {"kind": "generated", "tokens": 9}, "from 1 to 8", "lower it to 8", at="secrets.TOKENS.tokens"
    ),
    # the value before
    workload(
        "secrets.BEFORE",
        {"kind": "previous", "of": "SIGNING"},
        "a declared secret",
        "did you mean 'SIGNING_KEY'?",
        at="secrets.BEFORE.of",
    ),
    workload(
        "secrets.BEFORE",
        {"kind": "previous", "of": "PARTNER_KEY"},
        "a generated secret of one value: SIGNING_KEY",
        "remove it",
        at="secrets.BEFORE.of",
    ),
    workload(
        "secrets.BEFORE",
        {"kind": "previous", "of": "TOKENS"},
        "a generated secret of one value: SIGNING_KEY",
        "the list itself holds the values before",
        at="secrets.BEFORE.of",
        also={"secrets.TOKENS": _TOKENS},
    ),
    workload(
        "secrets.BEFORE", {"kind": "previous"}, "letters, digits, underscores, dots", "add `of:", at="secrets.BEFORE.of"
    ),
    # the name before
    workload(
        "secrets.NEWER",
        {"kind": "generated", "renamed_from": "NEWER"},
        "the name that it had before",
        "remove it",
        at="secrets.NEWER.renamed_from",
    ),
    workload(
        "secrets.NEWER",
        {"kind": "generated", "rotate_every_days": 30, "renamed_from": "GONE"},
        "a secret that is not rotated",
        "remove it",
        at="secrets.NEWER.renamed_from",
    ),
    workload(
        "secrets.NEWER",
        {"kind": "generated", "bytes": 16, "renamed_from": "SIGNING_KEY"},
        "the name of a secret that states what NEWER states",
        "state under SIGNING_KEY what NEWER states, without renamed_from",
        at="secrets.NEWER.renamed_from",
    ),
    workload(
        "secrets.NEWER",
        {"kind": "generated", "renamed_from": "GONE"},
        "each earlier name once",
        "change one of the two",
        at="secrets.NEWER.renamed_from",
        also={"secrets.NEWEST": {"kind": "generated", "renamed_from": "GONE"}},
    ),
    # names
    workload("secrets.Partner-key", {"kind": "generated"}, "each secret, whatever its case", "change one of the two"),
    # services that read theirs themselves
    workload(
        f"{_API}.reads_secrets",
        ["PARTNER"],
        "a declared secret",
        "did you mean 'PARTNER_KEY'?",
        at=f"{_API}.reads_secrets[0]",
    ),
    workload(
        f"{_API}.reads_secrets",
        ["PARTNER_KEY", "PARTNER_KEY"],
        "each secret once",
        "remove it",
        at=f"{_API}.reads_secrets[1]",
    ),
    workload(
        f"{_API}.reads_secrets",
        ["PASSWORD"],
        "a secret that Secrets Manager holds whole; database.password is not among cache.reader_url | cache.url",
        "name it under `secrets:` instead",
        at=f"{_API}.reads_secrets[0]",
        also={"secrets.PASSWORD": {"kind": "wired", "output": "database.password"}},
    ),
    # what services share
    workload("environment.PARTNER_KEY", "hunter2", "each variable once", "remove PARTNER_KEY from `environment:`"),
    workload(
        "environment.BUS",
        {"output": "timeseries.host"},
        "it has no `timeseries:` section",
        "add the section",
        at="environment.BUS.output",
    ),
    workload(
        "environment.ORIGINS",
        {"output": "cors.origins"},
        "it states no origins",
        "add `ingress.cors:`",
        at="environment.ORIGINS.output",
    ),
    workload(
        "environment.HOST",
        {"output": "hostname"},
        "it states no routes",
        "add `ingress.routes:`",
        at="environment.HOST.output",
        also={"ingress": {}},
    ),
    # keys and users
    workload(
        "secrets.KEY",
        {"kind": "signing_key", "form": "pem"},
        "seed | pair",
        "write seed",
        at="secrets.KEY.form",
    ),
    workload("secrets.USERS", {"kind": "users", "users": {}}, "at least 1", "write", at="secrets.USERS.users"),
    workload(
        "secrets.USERS.users.admin.role",
        "ad:min",
        "letters, digits, _ and -",
        "write it like",
        also={"secrets.USERS": _USERS},
    ),
    workload(
        "secrets.USERS",
        {"kind": "users", "users": {"the:admin": {"role": "admin"}}},
        "a user's name",
        "write it like",
        at="secrets.USERS.users.the:admin",
    ),
    workload(
        "secrets.USERS.users.admin.password",
        "hunter2",
        "generation | role",
        "remove 'password'",
        also={"secrets.USERS": _USERS},
    ),
)

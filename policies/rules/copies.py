"""Rules over backup plans: what they take, how often, how long it is kept, and whether it leaves the region."""

from collections.abc import Iterator, Sequence
from typing import Final

from policies.about import high, medium
from policies.graph import of_type
from policies.parameters import Parameter
from policies.rule import PRODUCTION, Level, resource_rule, stack_rule
from policies.rules.protection import is_copy
from policies.view import MISSING, UNKNOWN, Resource

_PLAN, _SELECTION = "aws:backup/plan:Plan", "aws:backup/selection:Selection"
_VAULT = "aws:backup/vault:Vault"
_DATABASES: Final = ("aws:rds/instance:Instance", "aws:rds/cluster:Cluster")
_REPLICATION = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
_CRON_FIELDS: Final = 6
LEAST_KEPT = Parameter("backup-kept-long", "days", 7, "days for which a production's recovery points are kept")


@resource_rule(
    "backup-kept-long",
    "A production's recovery points are kept for a week at least",
    _PLAN,
    environments=PRODUCTION,
    level=Level.ADVISORY,
    about=high(
        "A mistake that is found after some days cannot be undone.",
        "Set lifecycle.deleteAfter to 7 or more in each rule.",
    ),
)
def backup_kept_long(plan: Resource) -> Iterator[str]:
    for rule in plan.places("rules"):
        kept = f"{rule}.lifecycle.deleteAfter"
        if plan.below(kept, LEAST_KEPT.value):
            yield f"{kept} is {plan.value(kept):g}; set {LEAST_KEPT.value} or more"


@resource_rule(
    "backup-every-day",
    "A production is backed up every day",
    _PLAN,
    environments=PRODUCTION,
    about=high(
        "The days since the last backup are lost.",
        "State a schedule for every day in one of the rules.",
    ),
)
def backup_every_day(plan: Resource) -> Iterator[str]:
    """A rule without a schedule runs every day: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRule.html."""
    rules = plan.places("rules")
    if rules and not any(_daily(plan, rule) for rule in rules):
        yield "no rule's schedule is for every day; state cron(0 5 * * ? *) in one"


def _daily(plan: Resource, rule: str) -> bool:
    schedule = plan.value(f"{rule}.schedule")
    if schedule in (UNKNOWN, MISSING) or plan.value(rule) is UNKNOWN:
        return True
    fields = str(schedule).removeprefix("cron(").removesuffix(")").split()
    if str(schedule).startswith("rate("):
        return "hour" in str(schedule) or str(schedule) == "rate(1 day)"
    return len(fields) == _CRON_FIELDS and all(field in ("*", "?") for field in fields[2:5])


@stack_rule(
    "backup-plan-takes-something",
    "A backup plan has something to back up",
    about=high(
        "The plan runs every night and keeps nothing.",
        "Add a backup.Selection of the plan.",
    ),
)
def backup_plan_takes_something(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    selections = list(of_type(resources, _SELECTION))
    held = frozenset[str]().union(*(each.refers("planId") for each in selections))
    parents = {each.parent for each in selections if each.parent}
    for plan in of_type(resources, _PLAN):
        if plan.urn not in held and plan.parent not in parents:
            yield plan, "no Selection names it; add one"


@stack_rule(
    "database-in-a-backup",
    "A production's databases are in a backup plan",
    level=Level.ADVISORY,
    about=medium(
        "Who deletes the database deletes its own backups too, for they lie in no vault.",
        "Name the database in the resources of a backup.Selection.",
        "CKV2_AWS_8",
        "PCI DSS 10.3.3",
    ),
)
def database_in_a_backup(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    """Of a stack that has a backup plan; a selection by tags may take any of them."""
    selections = list(of_type(resources, _SELECTION))
    taken = frozenset[str]().union(*(each.refers("resources") for each in selections))
    if not selections or any(each.has("selectionTags") or not each.refers("resources") for each in selections):
        return
    for database in of_type(resources, *_DATABASES):
        if database.held_to(PRODUCTION) and not is_copy(database) and database.urn not in taken:
            yield database, "no backup.Selection names it; add it to one"


@stack_rule(
    "copies-arrive",
    "A vault in another region receives copies",
    about=high(
        "Everybody believes that there are copies in another region, and there are none.",
        "Name the vault in copyActions of a rule of the plan.",
    ),
)
def copies_arrive(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    plans = list(of_type(resources, _PLAN))
    copying = any(plan.has(f"{rule}.copyActions") for plan in plans for rule in plan.places("rules"))
    regions = [plan.value("region") for plan in plans]
    for vault in of_type(resources, _VAULT):
        region = vault.value("region")
        if isinstance(region, str) and region not in regions and not copying:
            yield vault, "no plan copies into it; name it in copyActions"


@stack_rule(
    "data-leaves-the-region",
    "A copy of a production's databases stands in another region",
    level=Level.ADVISORY,
    about=medium(
        "The loss of a region is the loss of the data.",
        "State backup.copy_region, or copyActions in the backup plan.",
    ),
)
def data_leaves_the_region(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    """By copies of recovery points, by replicated backups, or by a copy of the database itself."""
    plans = list(of_type(resources, _PLAN))
    copying = any(plan.has(f"{rule}.copyActions") for plan in plans for rule in plan.places("rules"))
    if copying or any(True for _ in of_type(resources, _REPLICATION)):
        return
    for database in of_type(resources, *_DATABASES):
        source = database.value("replicateSourceDb")
        if database.held_to(PRODUCTION) and source is MISSING:
            yield database, "no copy of it leaves the region; state backup.copy_region"


RULES = (
    backup_kept_long,
    backup_every_day,
    backup_plan_takes_something,
    database_in_a_backup,
    copies_arrive,
    data_leaves_the_region,
)

"""What a stack uses or takes over, asked of the account before anything is made: it is there, and as the settings say.

Only what `existing` names is asked for, and the answers refuse or let pass: every value that a resource is built from
is in the settings (docs/adr/0033).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import pulumi_aws as aws
from pulumi import InvokeOptions, RunError

from settings import Diagnostic, PlatformSettings, SettingsError, changes
from settings.existing import ExistingCluster, ExistingDatabase, ExistingNetwork, ExistingSubnet, ExistingZone
from settings.facts.kubernetes import OFFERED
from settings.facts.postgres import CLIENT_TAGS
from settings.facts.regions import is_zone_id
from settings.raw import Path
from settings.suggest import listed

T = TypeVar("T")

_NETWORK: Path = ("existing", "network")
_ZONE: Path = ("existing", "zone", "id")
_DATABASE: Path = ("existing", "database")
_ENCRYPT = (
    "restore an encrypted copy of a snapshot, and take that over: "
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html"
)


def refuse_unmet(settings: PlatformSettings, provider: aws.Provider) -> None:
    """Raise `RunError` with everything that is not as the settings say; without `existing`, ask nothing."""
    found = unmet(settings, provider)
    if found:
        raise RunError(SettingsError(found).render())


def unmet(settings: PlatformSettings, provider: aws.Provider) -> list[Diagnostic]:
    """Return everything that is not as the settings say, each with its place in the stack's file."""
    return [settings.place(diagnostic) for diagnostic in _unmet(settings, InvokeOptions(provider=provider))]


def _unmet(settings: PlatformSettings, asking: InvokeOptions) -> Iterator[Diagnostic]:
    existing = settings.stack.existing
    if existing.network is not None:
        yield from _network(settings, existing.network, asking)
    if existing.zone is not None:
        yield from _zone(settings, existing.zone, asking)
    if existing.cluster is not None:
        yield from _cluster(settings, existing.cluster, asking)
    if existing.database is not None:
        yield from _database(settings, existing.database, asking)
    for name, bucket in existing.buckets.items():
        path: Path = ("existing", "buckets", name, "name")
        answer, said = _ask(lambda name=bucket.name: aws.s3.get_bucket(bucket=name, opts=asking))
        region = settings.stack.region
        if answer is None:
            yield Diagnostic(path, bucket.name, f"a bucket that this account may read ({said})", "correct the name")
        elif answer.bucket_region and answer.bucket_region != region:
            yield Diagnostic(
                path, bucket.name, f"a bucket in {region}; it is in {answer.bucket_region}", "name another"
            )


def _ask(question: Callable[[], T]) -> tuple[T | None, str]:
    """Return the answer, or None and why there is none: "not found" has as many words as there are types."""
    try:
        return question(), ""
    except Exception as error:
        return None, " ".join(str(error).split())


def _network(settings: PlatformSettings, network: ExistingNetwork, asking: InvokeOptions) -> Iterator[Diagnostic]:
    stack, path = settings.stack, (*_NETWORK, "vpc")
    vpc, said = _ask(lambda: aws.ec2.get_vpc(id=network.vpc, opts=asking))
    if vpc is None:
        yield Diagnostic(path, network.vpc, f"a VPC of this account in {stack.region} ({said})", "correct the id")
        return
    ranges = [vpc.cidr_block, *(each.cidr_block for each in vpc.cidr_block_associations or ())]
    if stack.network.cidr not in ranges:
        allowed = f"a range of {network.vpc}: {listed(dict.fromkeys(ranges))}"
        yield Diagnostic(("network", "cidr"), stack.network.cidr, allowed, f"write {vpc.cidr_block}")
    for attribute, on in (("dns-support", vpc.enable_dns_support), ("dns-hostnames", vpc.enable_dns_hostnames)):
        if on is False:
            fix = f"aws ec2 modify-vpc-attribute --vpc-id {network.vpc} --enable-{attribute}"
            yield Diagnostic(path, network.vpc, f"a VPC with {attribute}: stores are found by private names", fix)
    for tier, subnets in network.tiers.items():
        for index, subnet in enumerate(subnets):
            place: Path = (*_NETWORK, f"{tier.name.lower()}_subnets", index)
            yield from _subnet(network, place, subnet, asking)


def _subnet(
    network: ExistingNetwork, path: Path, subnet: ExistingSubnet, asking: InvokeOptions
) -> Iterator[Diagnostic]:
    answer, said = _ask(lambda: aws.ec2.get_subnet(id=subnet.id, opts=asking))
    if answer is None:
        yield Diagnostic((*path, "id"), subnet.id, f"a subnet of this account ({said})", "correct the id")
        return
    zone = answer.availability_zone_id if is_zone_id(subnet.zone) else answer.availability_zone
    for key, given, is_ in (("id", network.vpc, answer.vpc_id), ("zone", subnet.zone, zone)):
        if given != is_:
            stated = subnet.id if key == "id" else given
            yield Diagnostic((*path, key), stated, f"{given}; {subnet.id} is in {is_}", f"name a subnet in {given}")
    if subnet.cidr != answer.cidr_block:
        allowed = f"the range of {subnet.id}, {answer.cidr_block}"
        yield Diagnostic((*path, "cidr"), subnet.cidr, allowed, f"write {answer.cidr_block}")


def _zone(settings: PlatformSettings, zone: ExistingZone, asking: InvokeOptions) -> Iterator[Diagnostic]:
    domain = settings.stack.domain
    answer, said = _ask(lambda: aws.route53.get_zone(zone_id=zone.id, opts=asking))
    if answer is None:
        yield Diagnostic(_ZONE, zone.id, f"a hosted zone of this account ({said})", "correct the id")
        return
    name = answer.name.rstrip(".")
    if answer.private_zone:
        yield Diagnostic(_ZONE, zone.id, f"a public hosted zone; {zone.id} is private", "name a public one")
    if name != domain and (zone.take_over or not domain.endswith(f".{name}")):
        allowed = f"the zone of {domain}; {zone.id} is of {name}"
        fix = "name another zone" if not domain.endswith(f".{name}") else "use it: leave take_over out"
        yield Diagnostic(_ZONE, zone.id, allowed, fix, (("domain",),))


def _cluster(settings: PlatformSettings, cluster: ExistingCluster, asking: InvokeOptions) -> Iterator[Diagnostic]:
    stack, path = settings.stack, ("existing", "cluster", "name")
    answer, said = _ask(lambda: aws.eks.get_cluster(name=cluster.name, opts=asking))
    if answer is None:
        allowed = f"an EKS cluster of this account in {stack.region} ({said})"
        yield Diagnostic(path, cluster.name, allowed, "correct the name")
        return
    wanted, has = stack.cluster.version, answer.version
    if wanted != has and (not cluster.adjust or changes.kubernetes(has, wanted) is not None):
        allowed = f"{has}, which {cluster.name} runs"
        fix = (
            f'write "{has}"; raise it once `adjust` is true'
            if has in OFFERED
            else f"upgrade it first, to {listed(OFFERED)}"
        )
        yield Diagnostic(("cluster", "version"), wanted, allowed, fix)
    modes = [each.authentication_mode for each in answer.access_configs]
    if modes and "API" not in modes[0]:
        fix = (
            f"aws eks update-cluster-config --name {cluster.name} --access-config authenticationMode=API_AND_CONFIG_MAP"
        )
        yield Diagnostic(path, cluster.name, f"a cluster that is entered by access entries; it has {modes[0]}", fix)
    network = stack.existing.network
    if network is not None and answer.vpc_config.vpc_id != network.vpc:
        allowed = f"a cluster in {network.vpc}; it is in {answer.vpc_config.vpc_id}"
        yield Diagnostic(path, cluster.name, allowed, "name its VPC in existing.network")
    if answer.role_arn != cluster.role:
        place: Path = ("existing", "cluster", "role")
        yield Diagnostic(place, cluster.role, f"what {cluster.name} has: {answer.role_arn}", f"write {answer.role_arn}")


def _database(settings: PlatformSettings, database: ExistingDatabase, asking: InvokeOptions) -> Iterator[Diagnostic]:
    given, path = database.identifier, (*_DATABASE, "identifier")
    answer, said = _ask(lambda: aws.rds.get_instance(db_instance_identifier=given, opts=asking))
    if answer is None:
        region = settings.stack.region
        yield Diagnostic(path, given, f"an RDS instance of this account in {region} ({said})", "correct the name")
        return
    if answer.engine != "postgres":
        yield Diagnostic(path, given, f"PostgreSQL; it is {answer.engine}", "bring its data in by a dump instead")
        return
    if not answer.storage_encrypted:
        yield Diagnostic(path, given, "an encrypted database", _ENCRYPT)
    stack = settings.stack.database
    if database.adjust and stack is not None and stack.storage_gib < answer.allocated_storage:
        allowed = f"at least what {given} has, {answer.allocated_storage}: RDS shrinks no storage"
        fix = f"write {answer.allocated_storage}"
        yield Diagnostic(("database", "storage_gib"), stack.storage_gib, allowed, fix)
    needs = settings.workload.database
    major = answer.engine_version.partition(".")[0]
    if needs is not None and not database.adjust and major != needs.version.partition(".")[0]:
        known = major in CLIENT_TAGS
        allowed = f"PostgreSQL {needs.version}, as the product states; it is {answer.engine_version}"
        fix = (
            f"write {major!r} there, and raise it once `adjust` is true"
            if known
            else f"upgrade it first, to {listed(CLIENT_TAGS)}"
        )
        yield Diagnostic(path, given, allowed, fix, (("workload",),))
    yield from _as_stated(database, answer)


def _as_stated(database: ExistingDatabase, answer: aws.rds.AwaitableGetInstanceResult) -> Iterator[Diagnostic]:
    """Compare what a change would replace the database for, or cut it off by."""
    for key, stated, has in (
        ("username", database.username, [answer.master_username]),
        ("kms_key", database.kms_key, [answer.kms_key_id]),
        ("subnet_group", database.subnet_group, [answer.db_subnet_group]),
        ("security_group", database.security_group, answer.vpc_security_groups),
    ):
        if stated not in has:
            allowed = f"what {database.identifier} has: {listed(has)}"
            yield Diagnostic((*_DATABASE, key), stated, allowed, f"write {has[0]}" if has else "give it one")

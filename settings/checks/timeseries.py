"""Rules about the time-series database, the product's own nodes, and what its images must carry."""

import re
from collections.abc import Iterator
from typing import Protocol

from settings.arithmetic.timeseries import ROW_AND_INDEX, needed_throughput_mib
from settings.context import StackContext, of_product
from settings.diagnostics import Diagnostic
from settings.facts.volumes import (
    GP3_IOPS,
    GP3_IOPS_PER_GIB,
    GP3_MIB,
    GP3_MIB_PER_IOPS,
    IO2_BYTES_PER_IO,
    IO2_IOPS,
    IO2_IOPS_PER_GIB,
)
from settings.raw import Path
from settings.suggest import choose, listed
from settings.types import mebibytes
from settings.workload import Workload
from settings.workload.nodes import NodePool
from settings.workload.timeseries import TimeseriesNeeds

_MIB = 1024 * 1024
_VOLUME_KEYS = ("storage_gib", "wal_storage_gib", "storage_type", "iops", "throughput_mib")
_SAFE = 2


class Volumes(Protocol):
    """The values that the product's needs and the stack's settings share."""

    @property
    def storage_gib(self) -> int: ...
    @property
    def wal_storage_gib(self) -> int: ...
    @property
    def storage_type(self) -> str: ...
    @property
    def iops(self) -> int: ...
    @property
    def throughput_mib(self) -> int | None: ...


def check(workload: Workload) -> Iterator[Diagnostic]:
    needs = workload.timeseries
    if needs is not None:
        yield from _image(needs)
        yield from volumes(needs)
        yield from _ingest(needs)
        yield from _connections(workload, needs)
        yield from _pool(workload, ("timeseries", "node_pool"), needs.node_pool)
        yield from _fits(workload, needs)
    for name, service in workload.services.items():
        yield from _pool(workload, ("services", name, "node_pool"), service.node_pool)
    for name, pool in workload.node_pools.items():
        yield from node_pool(("node_pools", name), name, pool)
    yield from _signatures(workload)


def check_stack(context: StackContext) -> Iterator[Diagnostic]:
    """Hold the stack's own values against the same rules; the product's were held against them before."""
    yield from _reaches_sigstore(context)
    stated = context.stack.timeseries
    if stated is not None and context.states(*(("timeseries", key) for key in _VOLUME_KEYS)):
        yield from volumes(stated)
    if context.workload.timeseries and context.guarded and stated is not None and stated.instances < _SAFE:
        path: Path = ("timeseries", "instances")
        fix = "state at least 2, or accept the risk with protection.allow_unsafe: true"
        yield Diagnostic(path, stated.instances, "2 to 9 in production: a primary and a replica", fix)


def _reaches_sigstore(context: StackContext) -> Iterator[Diagnostic]:
    """A keyless signature is held against Sigstore's public roots, which the admission controller asks for."""
    policy = context.workload.image_policy
    if policy is not None and policy.cosign.keyless is not None and context.stack.network.nat == "none":
        allowed = (
            "per-zone or single: verifying a keyless signature needs Sigstore's public roots, which are on the internet"
        )
        fix = "write one of them, or sign with a key: image_policy.cosign.kms_key"
        yield Diagnostic(("network", "nat"), "none", allowed, fix, of_product(("image_policy", "cosign", "keyless")))


def volumes(stated: Volumes) -> Iterator[Diagnostic]:
    """Hold IOPS and throughput against what EBS gives a volume of that size; the smaller of the two volumes decides."""
    at: Path = ("timeseries",)
    size = min(stated.storage_gib, stated.wal_storage_gib)
    concerns: tuple[Path, ...] = ((*at, "storage_gib"), (*at, "wal_storage_gib"), (*at, "storage_type"))
    if stated.storage_type == "io2":
        least, most = IO2_IOPS[0], min(IO2_IOPS[1], size * IO2_IOPS_PER_GIB)
        if stated.throughput_mib is not None:
            allowed = "none with io2, whose throughput follows its iops"
            yield Diagnostic(
                (*at, "throughput_mib"), stated.throughput_mib, allowed, "remove it, or choose gp3", concerns
            )
    else:
        least, most = GP3_IOPS[0], max(GP3_IOPS[0], min(GP3_IOPS[1], size * GP3_IOPS_PER_GIB))
        top = int(stated.iops * GP3_MIB_PER_IOPS)
        if stated.throughput_mib is not None and stated.throughput_mib > top:
            allowed = f"at most {top}: {GP3_MIB_PER_IOPS} MiB for each of {stated.iops:,} I/O operations (EBS, gp3)"
            fix = f"lower it to {top}, or raise iops to {stated.throughput_mib * 4:,}"
            yield Diagnostic((*at, "throughput_mib"), stated.throughput_mib, allowed, fix, ((*at, "iops"),))
    if not least <= stated.iops <= most:
        allowed = f"{least:,} to {most:,} with {stated.storage_type} and {size} GiB, the smaller volume (EBS)"
        yield Diagnostic((*at, "iops"), stated.iops, allowed, "change iops, or the volumes' size or type", concerns)


def _image(needs: TimeseriesNeeds) -> Iterator[Diagnostic]:
    """The operator believes the stated major version; a wrong one would start the wrong programs on the data.

    https://cloudnative-pg.io/docs/1.30/image_catalog
    """
    if not re.match(rf"(pg)?{needs.version}(?![0-9])", needs.image.tag):
        allowed = f"a tag that begins with {needs.version} or pg{needs.version}, as timeseries.version says"
        at: Path = ("timeseries", "image", "tag")
        fix = (
            f"name a release of PostgreSQL {needs.version}, such as pg{needs.version}.6-ts2.22.1, or change the version"
        )
        yield Diagnostic(at, needs.image.tag, allowed, fix, (("timeseries", "version"),))


def _ingest(needs: TimeseriesNeeds) -> Iterator[Diagnostic]:
    """Every point is written as a row and once more in indexes; the write-ahead log has a volume of its own."""
    if needs.ingest is None:
        return
    rate, row = needs.ingest.points_per_second, needs.ingest.bytes_per_point
    needed = needed_throughput_mib(rate, row)
    given = needs.throughput_mib or GP3_MIB[0]
    if needs.storage_type == "io2":
        given = needs.iops * IO2_BYTES_PER_IO // _MIB
    if needed > given:
        allowed = (
            f"what the volume takes: {rate:,} points x {row} bytes x {ROW_AND_INDEX} (row and index) are {needed} "
            f"MiB/s, the volume gives {given}"
        )
        at: Path = ("timeseries", "ingest", "points_per_second")
        fix = f"raise throughput_mib to {needed}, or lower the rate"
        yield Diagnostic(at, rate, allowed, fix, (("timeseries", "throughput_mib"), ("timeseries", "storage_type")))


def _connections(workload: Workload, needs: TimeseriesNeeds) -> Iterator[Diagnostic]:
    """Every pod at the maximum, and one more of each service while it is rolled out."""
    rows = {
        name: service.timeseries_pool * (service.replicas.maximum + 1)
        for name, service in workload.services.items()
        if service.timeseries_pool
    }
    opened = ", ".join(f"{name} {count}" for name, count in rows.items())
    at: Path = ("timeseries", "connections")
    if needs.pooler is not None:
        room = needs.pooler.instances * needs.pooler.maximum_clients
        if sum(rows.values()) > room:
            allowed = f"at least {sum(rows.values())} clients over {needs.pooler.instances} poolers: {opened}"
            place: Path = ("timeseries", "pooler", "maximum_clients")
            yield Diagnostic(place, needs.pooler.maximum_clients, allowed, "raise it, or lower the services' pools")
        # Readers go past the pooler, to the replicas; the poolers' own share is the primary's.
        rows = {"the poolers": needs.pooler.instances * needs.pooler.pool_size}
    # Superuser, replication and the operator's own keep 20.
    total = sum(rows.values()) + 20
    if total > needs.connections:
        shown = ", ".join(f"{name} {count}" for name, count in rows.items())
        allowed = f"at least {total}: {shown}, and 20 kept back"
        yield Diagnostic(at, needs.connections, allowed, f"raise it to {total}, or lower the pools", (("services",),))


def _fits(workload: Workload, needs: TimeseriesNeeds) -> Iterator[Diagnostic]:
    pool = workload.node_pools.get(needs.node_pool or "")
    if pool is None:
        return
    # A node keeps a tenth for the kubelet, the kernel and its daemons.
    asked, least = mebibytes(needs.memory), pool.minimum_memory_gib * 1024 * 9 // 10
    if asked > least:
        at: Path = ("timeseries", "memory")
        allowed = f"at most {least}Mi: nine tenths of the pool's smallest node, {pool.minimum_memory_gib} GiB"
        fix = f"lower it, or raise node_pools.{needs.node_pool}.minimum_memory_gib"
        yield Diagnostic(at, needs.memory, allowed, fix, (("node_pools",),))


def _pool(workload: Workload, path: Path, name: str | None) -> Iterator[Diagnostic]:
    if name is not None and name not in workload.node_pools:
        fix = choose(name, workload.node_pools, "describe it under node_pools:")
        yield Diagnostic(path, name, f"a node pool: {listed(workload.node_pools)}", fix, (("node_pools",),))


_TAKEN = ("workload", "system")


def node_pool(path: Path, name: str, pool: NodePool) -> Iterator[Diagnostic]:
    """Report values of a pool that EC2 or the platform does not take."""
    if name in _TAKEN:
        yield Diagnostic(path, name, "any other name", f"{name!r} is the platform's own pool", ())
    if pool.minimum_cpu > pool.maximum_cpu:
        allowed = f"at most the maximum, {pool.maximum_cpu}"
        fix = f"lower it to {pool.maximum_cpu}, or raise maximum_cpu"
        yield Diagnostic((*path, "minimum_cpu"), pool.minimum_cpu, allowed, fix, ((*path, "maximum_cpu"),))
    most = min(GP3_IOPS[1], pool.disk_gib * GP3_IOPS_PER_GIB)
    if pool.disk_iops > max(GP3_IOPS[0], most):
        allowed = f"at most {most:,}: {GP3_IOPS_PER_GIB} for each of {pool.disk_gib} GiB (EBS, gp3)"
        yield Diagnostic((*path, "disk_iops"), pool.disk_iops, allowed, "lower it, or raise disk_gib", ())
    top = int(pool.disk_iops * GP3_MIB_PER_IOPS)
    if pool.disk_throughput_mib > top:
        allowed = f"at most {top}: {GP3_MIB_PER_IOPS} MiB for each of {pool.disk_iops:,} I/O operations (EBS, gp3)"
        fix = f"lower it to {top}, or raise disk_iops to {pool.disk_throughput_mib * 4:,}"
        yield Diagnostic((*path, "disk_throughput_mib"), pool.disk_throughput_mib, allowed, fix, ())


def _signatures(workload: Workload) -> Iterator[Diagnostic]:
    if workload.image_policy is None:
        return
    cosign = workload.image_policy.cosign
    stated = {"public_key": cosign.public_key, "kms_key": cosign.kms_key, "keyless": cosign.keyless}
    given = [key for key, value in stated.items() if value is not None]
    if len(given) != 1:
        path: Path = ("image_policy", "cosign")
        yield Diagnostic(
            path, listed(given) if given else "none", f"exactly one of {listed(stated)}", "keep one of them"
        )
    if cosign.signature_format == "bundle" and cosign.keyless is None:
        # https://github.com/sigstore/policy-controller/issues/1958
        at: Path = ("image_policy", "cosign", "signature_format")
        allowed = "legacy with a key: the admission controller verifies bundles of keyless signatures alone"
        yield Diagnostic(at, "bundle", allowed, "remove it, and sign with cosign's --new-bundle-format=false")

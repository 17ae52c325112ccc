"""What a stack takes over: imported instead of made, never replaced, and never deleted."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from pulumi import ResourceOptions, ResourceTransformationArgs, ResourceTransformationResult

from settings.existing import ExistingSettings
from settings.facts.kubernetes import NODE_ADD_ONS


def taken_over(existing: ExistingSettings) -> ResourceOptions | None:
    """Give the options of a platform under which what the settings take over is imported; None for nothing.

    The engine imports a resource that its state does not have, and from then on finds the same id there. Changes are
    ignored, so what stands is not adjusted in the run that imports it: of a bucket and a zone there is nothing to
    adjust, of a database and a cluster `adjust` says when. In every environment it is protected, so that nothing
    replaces it, and retained: once the stack lets go of it, it stays in the account as it is.
    """
    taken = {(type, name): (id, ignored) for type, name, id, ignored in _taken(existing)}
    if not taken:
        return None

    def take_over(args: ResourceTransformationArgs) -> ResourceTransformationResult | None:
        id, ignored = taken.get((args.type_, args.name), (None, ()))
        if id is None:
            return None
        left = [*sorted(args.props), "tagsAll"] if ignored is None else [*ignored]
        options = ResourceOptions(import_=id, protect=True, retain_on_delete=True, ignore_changes=left)
        return ResourceTransformationResult(args.props, ResourceOptions.merge(args.opts, options))

    return ResourceOptions(transformations=[take_over])


_CREATED_WITH = ("accessConfig", "bootstrapSelfManagedAddons", "encryptionConfig", "roleArn", "vpcConfig")
"""What EKS reads when it creates a cluster, and never changes in place or not back again."""
_PASSWORD = ("manageMasterUserPassword", "masterUserSecretKmsKeyId", "password", "passwordWo", "passwordWoVersion")
"""Whoever keeps a database's password goes on to."""
_Ignored: TypeAlias = Sequence[str] | None
"""The properties whose changes are ignored; None for all of them."""


def _taken(existing: ExistingSettings) -> Iterator[tuple[str, str, str, _Ignored]]:
    """Yield type, logical name and id of what is taken over, and what of it is left as it is."""
    zone, database, cluster = existing.zone, existing.database, existing.cluster
    for name, bucket in existing.buckets.items():
        yield "aws:s3/bucket:Bucket", f"bucket-{name}-bucket", bucket.name, None
    if zone is not None and zone.take_over:
        yield "aws:route53/zone:Zone", "ingress-zone", zone.id, None
    if database is not None:
        left = _PASSWORD if database.adjust else None
        yield "aws:rds/instance:Instance", "database-primary", database.identifier, left
    if cluster is not None:
        left = _CREATED_WITH if cluster.adjust else None
        yield "aws:eks/cluster:Cluster", "cluster-control-plane-cluster", cluster.name, left
        for add_on in cluster.add_ons:
            stage = "base" if add_on in NODE_ADD_ONS else "services"
            left = () if cluster.adjust else None
            yield "aws:eks/addon:Addon", f"cluster-{stage}-{add_on}-add-on", f"{cluster.name}:{add_on}", left

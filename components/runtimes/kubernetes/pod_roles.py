"""Roles on the cluster for code of the product that calls AWS itself, and the secrets that it finds there."""

from collections.abc import Mapping, Sequence

from pulumi import Resource

from components.capabilities.contract import Kubernetes
from components.foundation.foundation import Foundation
from components.identity.pod_role import PodRole, PodRoleArgs, Statement
from components.identity.secret_reading import secret_statements
from components.product.composed import TaskSecrets
from components.product.references import readable
from components.product.wiring import Wiring
from components.runtimes.held_secrets import held_secrets


def pod_roles(foundation: Foundation, kubernetes: Kubernetes, wiring: Wiring) -> Sequence[Resource]:
    """Give what reads secrets itself, or uses what it calls AWS for, a role for that and no more.

    What is returned must be there before the pods: credentials are handed to a pod when it starts.
    """
    settings = foundation.settings
    readers = {name: each.reads_secrets for name, each in settings.workload.services.items() if each.reads_secrets}
    reading = _reading(foundation, wiring, readers) if readers else {}
    services = settings.workload.services
    names = dict.fromkeys((*reading, *wiring.statements))
    # The name of a service's role is older than what it may do beside secrets: another would replace every one.
    kinds = {name: "secrets" if name in services else "job" for name in names}
    return [
        PodRole(
            f"{name}-{kind}",
            PodRoleArgs(
                role_name=f"{settings.prefix}-{name}-{kind}",
                cluster_name=kubernetes.cluster_name,
                namespace=kubernetes.namespace,
                service_account=name,
                statements=[*reading.get(name, ()), *wiring.statements.get(name, ())],
            ),
            foundation.child,
        )
        for name, kind in kinds.items()
    ]


def _reading(
    foundation: Foundation, wiring: Wiring, readers: Mapping[str, Sequence[str]]
) -> dict[str, list[Statement]]:
    """Let each service read the secrets that it names."""
    settings, encryption = foundation.settings, foundation.encryption
    held = TaskSecrets(
        "held-secrets",
        held_secrets(foundation, wiring, {name for names in readers.values() for name in names}),
        foundation.child,
    )
    return {
        service: secret_statements(
            readable(held.references[name] for name in names if name in held.references),
            encryption.secrets_key_arn,
            settings.stack.region,
        )
        for service, names in readers.items()
    }

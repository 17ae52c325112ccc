"""Roles on the cluster for services whose code reads secrets itself, and what they find there."""

from collections.abc import Sequence

from pulumi import Resource

from components.application.wiring import Wiring
from components.assembly.foundation import Foundation
from components.ecs.composed import TaskSecrets, TaskSecretsArgs, cache_credential, database_credential
from components.ecs.references import readable
from components.identity.pod_role import PodRole, PodRoleArgs
from components.identity.secret_reading import secret_statements
from components.naming import bounded, secret_path
from components.runtime.base import PodIdentity


def secret_readers(foundation: Foundation, identity: PodIdentity, wiring: Wiring) -> Sequence[Resource]:
    """Give each service that reads secrets itself a role for those it names; nothing where none does.

    What is returned must be there before the pods: credentials are handed to a pod when it starts.
    """
    settings, encryption, secrets = foundation.settings, foundation.encryption, foundation.secrets
    readers = {name: each.reads_secrets for name, each in settings.workload.services.items() if each.reads_secrets}
    if not readers:
        return []
    held = TaskSecrets(
        "held-secrets",
        TaskSecretsArgs(
            settings=settings,
            account_id=encryption.account_id,
            path=secret_path(settings),
            secrets_key_arn=encryption.secrets_key_arn,
            replica_key_arns=encryption.secrets_replica_key_arns,
            stored=secrets.entries,
            outputs=wiring.outputs,
            database=database_credential(settings, secrets),
            cache=cache_credential(secrets),
            names={name for names in readers.values() for name in names},
        ),
        foundation.child,
    )
    return [
        PodRole(
            f"{service}-secrets",
            PodRoleArgs(
                role_name=bounded(f"{settings.prefix}-{service}-secrets", 64),
                cluster_name=identity.cluster_name,
                namespace=identity.namespace,
                service_account=service,
                statements=secret_statements(
                    readable(held.references[name] for name in names if name in held.references),
                    encryption.secrets_key_arn,
                    settings.stack.region,
                ),
            ),
            foundation.child,
        )
        for service, names in readers.items()
    ]

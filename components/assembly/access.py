"""How a developer reaches what is published nowhere."""

from components.assembly.foundation import Foundation
from components.assembly.stores import Stores
from components.cluster.system_nodes import node_name
from components.database.access import DatabaseAccess, DatabaseAccessArgs, instance_session, task_session
from components.ecs.toolbox import TOOLBOX
from components.identity.pod_role import Statement
from components.runtime.base import Runtime
from components.runtime.ecs import EcsRuntime


def build_database_access(foundation: Foundation, runtime: Runtime, stores: Stores) -> DatabaseAccess | None:
    """Build the policy, on a stack that wants it for a database of its own; the runtime runs by then."""
    settings, encryption = foundation.settings, foundation.encryption
    stack = settings.stack
    if stores.database is None or stack.database is None or not stack.database.developer_access:
        return None
    role = foundation.secrets.database_role
    return DatabaseAccess(
        "database-access",
        DatabaseAccessArgs(
            prefix=settings.prefix,
            region=stack.region,
            account_id=encryption.account_id,
            through=_through(foundation, runtime),
            credential_arn=role.arn if role else None,
            credential_key_arn=encryption.secrets_key_arn,
        ),
        foundation.child,
    )


def _through(foundation: Foundation, runtime: Runtime) -> list[Statement]:
    """Name what carries the security group that the database lets in, and runs Session Manager's agent."""
    settings, account_id = foundation.settings, foundation.encryption.account_id
    if isinstance(runtime, EcsRuntime):
        job = runtime.application.jobs[TOOLBOX]
        return task_session(settings.stack.region, account_id, runtime.cluster.name, job.family, job.role_arns)
    return instance_session(settings.stack.region, account_id, node_name(settings.prefix))

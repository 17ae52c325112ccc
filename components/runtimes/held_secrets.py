"""The product's secrets as Secrets Manager holds them, for whichever runtime reads them there."""

from collections.abc import Collection

from components.foundation.foundation import Foundation
from components.naming import secret_path
from components.product.composed import TaskSecretsArgs
from components.product.wiring import Wiring


def held_secrets(foundation: Foundation, wiring: Wiring, names: Collection[str] | None = None) -> TaskSecretsArgs:
    """Say what is asked for: the secrets of these names, or all of them with None."""
    settings, encryption = foundation.settings, foundation.encryption
    return TaskSecretsArgs(
        settings=settings,
        account_id=encryption.account_id,
        path=secret_path(settings),
        secrets_key_arn=encryption.secrets_key_arn,
        replica_key_arns=encryption.secrets_replica_key_arns,
        stored=foundation.secrets.entries,
        outputs=wiring.outputs,
        texts=wiring.secret_texts,
        credentials=wiring.credentials,
        names=names,
    )

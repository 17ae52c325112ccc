"""A real API server as the judge: what it would say if an object were created."""

from collections.abc import Mapping
from typing import Any

from tests.offline_cloud.kubernetes.cases import context
from tests.offline_cloud.kubernetes.judges import Verdict
from tools.control_plane import definitions
from tools.control_plane.client import Client, RefusedError, UnknownKindError, is_conflict

_NAMESPACE = "shop"


class Real:
    """An API server with the operators' definitions and the context in it; cases are put to it without a trace."""

    def __init__(self, client: Client) -> None:
        self.client = client
        kinds = {kind for each in definitions.definitions() for kind in definitions.kinds_of(each)}
        definitions.install(client, kinds)
        for body in context():
            self._create(body)

    def _create(self, body: Mapping[str, Any]) -> None:
        try:
            self.client.create(body)
        except RefusedError as error:
            # The controllers make each namespace's account themselves.
            if not is_conflict(error):
                raise

    def verdict(self, body: Mapping[str, Any]) -> Verdict:
        """Put one object to the server: a strict dry run."""
        try:
            self.client.create(body, _NAMESPACE, dry_run=True)
        except RefusedError as error:
            return Verdict(True, error.message)
        except UnknownKindError as error:
            return Verdict(True, str(error))
        return Verdict(False)

    def request(self, method: str, path: str) -> Any:
        """Ask for anything else."""
        return self.client.request(method, path).json()

    def list(self, api_version: str, kind: str) -> list[dict[str, Any]]:
        """Give the objects of a kind."""
        return self.client.list(api_version, kind)

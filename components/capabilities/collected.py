"""What the capabilities of a stack gave, put together."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from pulumi import Input, Resource

from components.backup.vault import VOLUMES, RecoveryPoints
from components.capabilities.contract import Context, Given, Monitored, Running
from components.capabilities.planned import keeps_volumes, present
from components.capabilities.watched import InstanceEvents, Panel, Watched
from components.identity.pod_role import Statement
from components.invariants import InvariantError
from components.product.backlog import Backlog
from components.product.shared_volumes import Folder, SharedVolume
from components.secrets.credential import Credential
from components.storage.served_files import ServedFiles
from settings.workload.service import WiredOutput

K = TypeVar("K")
V = TypeVar("V")


class Collected:
    """Builds every capability that a stack has; what was given grows once the stack is monitored, and once it runs."""

    def __init__(self, context: Context) -> None:
        self._settings = context.settings
        self._made = context.foundation.secrets.credentials
        self._given = [capability.build(context) for capability, _ in present(context.settings)]

    def monitor(self, monitored: Monitored) -> None:
        """Build what needs the monitoring."""
        later = [given.when_monitored for given in self._given if given.when_monitored is not None]
        self._given += [build(monitored) for build in later]

    def run(self, running: Running) -> None:
        """Build what needs the product to run."""
        later = [given.when_running for given in self._given if given.when_running is not None]
        self._given += [build(running) for build in later]

    @property
    def resources(self) -> list[Resource]:
        """List what is there before the product and gone after it."""
        return self._listed(lambda given: given.resources)

    @property
    def outputs(self) -> dict[WiredOutput, Input[str]]:
        """Give what a workload may name."""
        return self._together(lambda given: given.outputs)

    @property
    def credentials(self) -> dict[str, Credential]:
        """Give the credentials by the name that texts call them, those of the stack's secret store among them."""
        return {**self._made, **self._together(lambda given: given.credentials)}

    @property
    def administrator(self) -> Input[str] | None:
        """Name the secret of whoever sets the product's own user up; None where nothing is set up."""
        return next((given.administrator for given in self._given if given.administrator is not None), None)

    @property
    def exports(self) -> dict[str, Input[Any]]:
        """Give the stack's outputs."""
        return self._together(lambda given: given.exports)

    @property
    def for_other_regions(self) -> dict[str, Input[Any]]:
        """Give what a secondary region's stack reads."""
        return self._together(lambda given: given.for_other_regions)

    @property
    def statements(self) -> dict[str, Sequence[Statement]]:
        """Give what each service, Job or migration may do on AWS, by its name."""
        return self._added_up(lambda given: given.statements)

    @property
    def backlogs(self) -> dict[str, Sequence[Backlog]]:
        """Give what waits for each service, by its name."""
        return self._added_up(lambda given: given.backlogs)

    @property
    def folders(self) -> dict[Folder, SharedVolume]:
        """Give the folders that services mount."""
        return self._together(lambda given: given.folders)

    @property
    def served(self) -> dict[str, ServedFiles]:
        """Give what CloudFront serves, by a name for it."""
        return self._together(lambda given: given.served)

    @property
    def points(self) -> list[RecoveryPoints]:
        """List what the vault keeps, the volumes on the cluster among it."""
        volumes = [VOLUMES] if keeps_volumes(self._settings) else []
        return [*self._listed(lambda given: given.points), *volumes]

    @property
    def watched(self) -> list[Watched]:
        """List what has alarms."""
        return self._listed(lambda given: given.watched)

    @property
    def panels(self) -> list[Panel]:
        """List the graphs of the stack's dashboard."""
        return self._listed(lambda given: given.panels)

    @property
    def instance_events(self) -> list[InstanceEvents]:
        """List the instances whose events somebody hears of."""
        return self._listed(lambda given: given.instance_events)

    def _listed(self, of: Callable[[Given], Iterable[V]]) -> list[V]:
        return [each for given in self._given for each in of(given)]

    def _added_up(self, of: Callable[[Given], Mapping[str, Sequence[V]]]) -> dict[str, Sequence[V]]:
        """Put lists together that several capabilities may give for one user."""
        found: dict[str, Sequence[V]] = {}
        for given in self._given:
            for user, each in of(given).items():
                found[user] = [*found.get(user, ()), *each]
        return found

    def _together(self, of: Callable[[Given], Mapping[K, V]]) -> dict[K, V]:
        """Put mappings together. Raises InvariantError where two capabilities give the same name."""
        found: dict[K, V] = {}
        for given in self._given:
            twice = found.keys() & of(given).keys()
            if twice:
                raise InvariantError(f"two capabilities give {', '.join(sorted(map(str, twice)))}")
            found |= of(given)
        return found

"""What AWS adds to a resource: its id, its ARN, its endpoints, and the defaults of what was left out."""

from offline_cloud.cloud.core import registry
from offline_cloud.cloud.core.subject import Subject
from offline_cloud.cloud.core.templates import fill, fill_all
from offline_cloud.cloud.derived import outputs as derived
from offline_cloud.cloud.model import Identity, Properties, Record, World


def _make_id(subject: Subject) -> str:
    form = registry.of(subject.record.type).id
    made = fill(form, subject) if isinstance(form, str) else form(subject)
    return made or fill("{name}-{hex7}", subject)


def outputs(record: Record, world: World) -> Identity:
    """Give the id and the outputs that AWS adds to the inputs of an accepted resource.

    ``record.id`` is empty at a create and is kept at an update. The same record in the same world
    always has the same answer.
    """
    name = registry.physical_name(record)
    id = record.id or _make_id(Subject(record=record, world=world, name=name, id="", seed=record.seed))
    seed = "\0".join((record.type, record.region, id))
    subject = Subject(record=record, world=world, name=name, id=id, seed=seed)
    closer = registry.of(record.type).outputs
    computed = derived.outputs(subject) | (closer(subject) if callable(closer) else fill_all(closer, subject))
    return Identity(id=id, outputs={name: value for name, value in computed.items() if value is not None})


def described(type: str, inputs: Properties) -> Properties:
    """Give the inputs of an existing resource as the cloud describes them, where that is not how they were given.

    Only what the real provider does not overlook is told apart: it compares policies by their meaning, and window and
    DNS names in one case.
    """
    describe = registry.of(type).described
    return inputs if describe is None else {**inputs, **describe(inputs)}

"""An offline account of a few records, and the look-ups put to it."""

from offline_cloud import lookups
from offline_cloud.cloud.model import Diagnostic, Properties, Record, Value
from offline_cloud.cloud.world import Index

REGION = "eu-west-1"


def record(type: str, id: str, inputs: Properties, region: str = REGION, **outputs: Value) -> Record:
    name = id.rpartition("/")[2]
    return Record(
        urn=f"urn:pulumi:dev::small::{type}::{name}", type=type, inputs=inputs, region=region, id=id, outputs=outputs
    )


def ask(token: str, *held: Record, region: str = REGION, **arguments: Value) -> Properties | Diagnostic:
    """Put a look-up to an account that holds these records."""
    world = Index(held)
    return lookups.answer(lookups.Question(token, arguments, region, world, world.add))


def answered(token: str, *held: Record, region: str = REGION, **arguments: Value) -> Properties:
    """Put a look-up that has to be answered."""
    answer = ask(token, *held, region=region, **arguments)
    assert not isinstance(answer, Diagnostic), str(answer)
    return answer


def refused(token: str, *held: Record, region: str = REGION, **arguments: Value) -> str:
    """Put a look-up that has to be refused; gives why, in one line."""
    answer = ask(token, *held, region=region, **arguments)
    assert isinstance(answer, Diagnostic), answer
    assert "\n" not in str(answer)
    return str(answer)


def where(**conditions: Value) -> Value:
    """Write EC2 filters: ``where(vpc_id="vpc-1")``."""
    return [
        {"name": name.replace("__", ":").replace("_", "-"), "values": [value]} for name, value in conditions.items()
    ]

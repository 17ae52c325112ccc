"""How a type of value is described to a person: what is allowed, and an example of it."""

from dataclasses import dataclass

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError


@dataclass(frozen=True)
class Means:
    """Annotation of a type: `allowed` completes the sentence "allowed: …"; `example` is a valid value.

    `pattern` tells editors the form of a value that a validator, not a pattern of the type's own, holds to.
    """

    allowed: str
    example: str | float
    pattern: str | None = None

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Give editors the example and the sentence."""
        described = handler(schema)
        described.setdefault("description", self.allowed)
        described.setdefault("examples", [self.example])
        if self.pattern is not None:
            described["pattern"] = self.pattern
        return described


def refusal(allowed: str, fix: str) -> PydanticCustomError:
    """Return the error a field validator raises; both sentences reach the person who wrote the value."""
    return PydanticCustomError("refused", "{allowed}; {fix}", {"allowed": allowed, "fix": fix})

"""What every settings model shares."""

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """A frozen model that refuses unknown keys and does not guess types ("3" is not 3).

    The docstring under a field is its description in the JSON Schemas and in the reference; `settings.descriptions`
    reads it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True)

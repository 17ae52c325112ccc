"""Users as ElastiCache describes them afterwards, where that is not how they were given."""

from offline_cloud.cloud.model import Properties, text


def user(inputs: Properties) -> Properties:
    """Access strings get ``resetchannels`` where they name no channel, and no password has another name.

    Authentication and InputAuthenticationType in ElastiCache's model; AccessString in the examples of
    https://docs.aws.amazon.com/cli/latest/reference/memorydb/create-user.html, whose access strings are the same;
    https://github.com/hashicorp/terraform-provider-aws/issues/33877
    """
    found: Properties = {}
    access = text(inputs, "accessString")
    if access is not None:
        found["accessString"] = _with_channels(access)
    mode = inputs.get("authenticationMode")
    if isinstance(mode, dict) and mode.get("type") == "no-password-required":
        found["authenticationMode"] = {**mode, "type": "no-password"}
    return {**found, **user_id(inputs)}


def _with_channels(access: str) -> str:
    words = access.split()
    if any(word.startswith("&") or word in ("allchannels", "resetchannels") for word in words):
        return access
    keys = [index for index, word in enumerate(words) if word in ("on", "off") or word[0] in "~%"]
    place = keys[-1] + 1 if keys else 0
    return " ".join([*words[:place], "resetchannels", *words[place:]])


def user_id(inputs: Properties) -> Properties:
    """ElastiCache keeps the name of a user in lower case."""
    return _lower(inputs, "userId")


def user_group(inputs: Properties) -> Properties:
    """ElastiCache keeps the name of a user group in lower case."""
    return _lower(inputs, "userGroupId")


def _lower(inputs: Properties, path: str) -> Properties:
    name = text(inputs, path)
    return {} if name is None else {path: name.lower()}

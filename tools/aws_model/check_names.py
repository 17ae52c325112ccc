"""Proves that every entry of ``names.yaml`` names what the SDK and the models have."""

from tools.aws_model import botocore_models, match, names, regions, schemas, sdk


def prove() -> None:
    """Raise ``ValueError`` with every entry that names a module, type or property which does not exist."""
    tokens = set(sdk.tokens())
    modules = {token.split(":")[1].split("/", maxsplit=1)[0] for token in tokens}
    services = {name.lower() for name in schemas.names()}
    wrong = [f"the SDK has no module {name}" for name in {*names.BOTOCORE, *names.CLOUDFORMATION} - modules]
    wrong += [
        f"botocore has no service {service}"
        for listed in names.BOTOCORE.values()
        for service in listed
        if service not in botocore_models.services()
    ]
    wrong += [
        f"CloudFormation has no service {service}"
        for listed in names.CLOUDFORMATION.values()
        for service in listed
        if service.lower() not in services
    ]
    wrong += [f"the SDK has no type {token}" for token in {*names.TYPES, *names.PROPERTIES, *regions.PLACES} - tokens]
    if not wrong:
        wrong = [line for token in sorted({*names.TYPES, *names.PROPERTIES}) for line in _of_type(token)]
    if wrong:
        raise ValueError("names.yaml: " + "; ".join(sorted(wrong)))


def _of_type(token: str) -> list[str]:
    type = sdk.read(token)
    sources = [*match.operations(type), *match.schema(type)]
    wrong: list[str] = []
    for property, member in names.PROPERTIES.get(token, {}).items():
        if property not in type.inputs:
            wrong.append(f"{token} has no property {property}")
        if not any(match.at(source.members, member) for source in sources):
            wrong.append(f"no model of {token} has a member {member}")
    return wrong

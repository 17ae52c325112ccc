"""Machine images and the public parameters that name them: made up to fit what the program asks for.

Which images there are is known nowhere here, so a pattern that no image of AWS fits is not noticed.
"""

import json
import re
from collections.abc import Mapping
from typing import Final

from offline_cloud.cloud.model import Diagnostic, Properties, Value, digest, items, text
from offline_cloud.lookups.question import Answer, Answering, Question, filters, truthy

# What stands in the place of a pattern's star: the date of a release, which names of images end in.
_RELEASE: Final = "2026.11.01"
_MADE: Final = "2026-11-01T00:00:00.000Z"
_OWNERS: Final = {"amazon": "137112412989", "aws-marketplace": "679593333241", "microsoft": "801119661308"}
_PATTERN: Final = re.compile(r"[*?]")
_IMAGE_PARAMETERS: Final = (
    "/aws/service/ami-amazon-linux-latest/",
    "/aws/service/ami-windows-latest/",
    "/aws/service/canonical/",
    "/aws/service/debian/",
    "/aws/service/bottlerocket/",
    "/aws/service/eks/",
    "/aws/service/ecs/",
    "/aws/service/marketplace/",
)
"""https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html"""


def image_id(*of: str) -> str:
    """Give the id of a made-up image."""
    return f"ami-0{digest('image', *of, length=16)}"


def _image(question: Question) -> Answer:
    given = question.arguments
    owners = [str(owner) for owner in items(given, "owners")]
    if owners == ["self"]:
        return _own(question)
    wanted = filters(given)
    names = wanted.get("name", [])
    by_id = [*wanted.get("image-id", []), *([str(given["imageId"])] if given.get("imageId") else [])]
    one = by_id or (names and not any(_PATTERN.search(name) for name in names))
    if not one and not truthy(given.get("mostRecent")):
        return Diagnostic(
            "mostRecent",
            "your query returned more than one result: the name is a pattern, or none",
            "set most_recent, or name one image",
        )
    pattern = names[0] if names else text(given, "nameRegex") or "image"
    architecture = wanted.get("architecture", [""])[0] or _architecture(pattern)
    id = by_id[0] if by_id else image_id(question.region, *owners, pattern, architecture)
    return _described(id, pattern, architecture, owners, wanted, question.region)


def _own(question: Question) -> Answer:
    held = [record for record in question.world.of_type("aws:ec2/ami:Ami") if record.id]
    names = filters(question.arguments).get("name", ["*"])
    for record in reversed(held):
        if any(re.fullmatch(_expression(name), text(record.inputs, "name") or "") for name in names):
            return {**record.inputs, **record.outputs, "id": record.id, "imageId": record.id}
    return Diagnostic(
        "", f"the account has no image of its own with {question.described()}", "create it in the program"
    )


def _expression(pattern: str) -> str:
    return re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")


def _architecture(name: str) -> str:
    return "arm64" if re.search(r"arm64|aarch64", name) else "x86_64"


def _described(
    id: str, pattern: str, architecture: str, owners: list[str], wanted: Mapping[str, list[str]], region: str
) -> Properties:
    owner = owners[0] if owners else "amazon"
    device = wanted.get("root-device-name", ["/dev/sda1" if "ubuntu" in pattern else "/dev/xvda"])[0]
    snapshot = f"snap-0{digest('snapshot', id, length=16)}"
    volume: dict[str, Value] = {"volume_size": "8", "volume_type": "gp3", "snapshot_id": snapshot, "encrypted": "false"}
    return {
        "id": id,
        "imageId": id,
        "arn": f"arn:aws:ec2:{region}::image/{id}",
        "name": _PATTERN.sub(lambda found: _RELEASE if found[0] == "*" else "0", pattern),
        "architecture": architecture,
        "blockDeviceMappings": [{"deviceName": device, "noDevice": "", "virtualName": "", "ebs": volume}],
        "creationDate": _MADE,
        "description": f"made up to fit {pattern}",
        "enaSupport": True,
        "hypervisor": "xen",
        "imageLocation": f"{owner}/{pattern}",
        "imageOwnerAlias": owner if owner in _OWNERS else "",
        "imageType": "machine",
        "ownerId": _OWNERS.get(owner, owner),
        "owners": list[Value](owners),
        "platformDetails": "Windows" if "Windows" in pattern else "Linux/UNIX",
        "public": True,
        "rootDeviceName": device,
        "rootDeviceType": "ebs",
        "rootSnapshotId": snapshot,
        "state": "available",
        "tags": {},
        "virtualizationType": wanted.get("virtualization-type", ["hvm"])[0],
    }


def _image_ids(question: Question) -> Answer:
    names = filters(question.arguments).get("name", ["image"])
    owners = [str(owner) for owner in items(question.arguments, "owners")]
    ids = [image_id(question.region, *owners, name, _architecture(name)) for name in names]
    return {"id": digest(*ids), "ids": list[Value](ids)}


def public_parameter(question: Question) -> Answer | None:
    """Answer a parameter that AWS publishes; ``None`` for any other."""
    name = text(question.arguments, "name") or ""
    if not name.startswith("/aws/service/"):
        return None
    if not name.startswith(_IMAGE_PARAMETERS):
        return Diagnostic("name", f"the offline cloud does not know AWS's parameter {name}", "state its value instead")
    id = image_id(question.region, name)
    described = json.dumps({"image_id": id, "image_name": name.rsplit("/", 2)[-2], "os": "Linux"})
    value = described if "/ecs/" in name and name.endswith("/recommended") else id
    value = _RELEASE if name.endswith(("release_version", "image_version", "image_name")) else value
    return {
        "id": name,
        "name": name,
        "arn": f"arn:aws:ssm:{question.region}::parameter{name}",
        "type": "String",
        "value": value,
        "insecureValue": value,
        "version": 1,
    }


FUNCTIONS: Final[Mapping[str, Answering]] = {
    "aws:ec2/getAmi:getAmi": _image,
    "aws:index/getAmi:getAmi": _image,
    "aws:ec2/getAmiIds:getAmiIds": _image_ids,
}

"""Outputs of canaries."""

from offline_cloud.cloud.core.subject import Subject
from offline_cloud.cloud.model import Properties

CREATED_AT = "2026-01-01T00:00:00Z"


def canary(subject: Subject) -> Properties:
    name = subject.name
    outputs: Properties = {
        "arn": subject.arn("synthetics", f"canary:{name}"),
        "engineArn": subject.arn("lambda", f"function:cwsyn-{name}-{subject.uuid()}:1"),
        "sourceLocationArn": subject.arn("lambda", f"layer:cwsyn-{name}-{subject.uuid()}:1"),
        "status": "RUNNING" if subject.inputs.get("startCanary") is True else "READY",
        "timelines": [{"created": CREATED_AT, "lastModified": CREATED_AT, "lastStarted": "", "lastStopped": ""}],
    }
    network = subject.inputs.get("vpcConfig")
    if isinstance(network, dict):
        outputs["vpcConfig"] = {**network, "vpcId": subject.network("vpcConfig.subnetIds")}
    return outputs

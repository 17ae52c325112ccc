"""Outputs of IAM, S3, parameters and other things that belong to an account more than to a network."""

from sandbox.cloud.identity.regions import bucket_zone
from sandbox.cloud.identity.subject import Subject
from sandbox.cloud.model import ACCOUNT_ID, Properties, digest

CREATED_AT = "2026-01-01T00:00:00Z"


def role(subject: Subject) -> Properties:
    return _principal(subject, "role", "AROA")


def instance_profile(subject: Subject) -> Properties:
    return _principal(subject, "instance-profile", "AIPA")


def _principal(subject: Subject, kind: str, prefix: str) -> Properties:
    path = subject.input("path", "/")
    return {
        "arn": subject.arn("iam", f"{kind}{path}{subject.name}", region=""),
        "createDate": CREATED_AT,
        "uniqueId": prefix + subject.capitals(17),
    }


def policy_id(subject: Subject) -> str:
    return subject.arn("iam", f"policy{subject.input('path', '/')}{subject.name}", region="")


def policy(subject: Subject) -> Properties:
    return {"arn": subject.id, "policyId": "ANPA" + subject.capitals(17), "attachmentCount": 0}


def _service_role_name(subject: Subject) -> str:
    service = subject.input("awsServiceName").split(".")[0]
    known = {
        "elasticache": "ElastiCache",
        "rds": "RDS",
        "eks": "AmazonEKS",
        "elasticloadbalancing": "ElasticLoadBalancing",
        "autoscaling": "AutoScaling",
        "spot": "EC2Spot",
        "ecs": "ECS",
    }
    suffix = subject.input("customSuffix")
    return f"AWSServiceRoleFor{known.get(service, service.capitalize())}" + (f"_{suffix}" if suffix else "")


def service_linked_role_id(subject: Subject) -> str:
    path = f"aws-service-role/{subject.input('awsServiceName')}"
    return subject.arn("iam", f"role/{path}/{_service_role_name(subject)}", region="")


def service_linked_role(subject: Subject) -> Properties:
    return {
        "arn": subject.id,
        "name": _service_role_name(subject),
        "path": f"/aws-service-role/{subject.input('awsServiceName')}/",
        "createDate": CREATED_AT,
        "uniqueId": "AROA" + subject.capitals(17),
    }


def open_id_connect_provider_id(subject: Subject) -> str:
    return subject.arn("iam", f"oidc-provider/{subject.input('url').removeprefix('https://')}", region="")


def open_id_connect_provider(subject: Subject) -> Properties:
    outputs: Properties = {"arn": subject.id}
    if "thumbprintLists" not in subject.inputs:
        outputs["thumbprintLists"] = [subject.hex(40, "thumbprint")]
    return outputs


def bucket(subject: Subject) -> Properties:
    name, region = subject.id, subject.region
    return {
        "arn": f"arn:aws:s3:::{name}",
        "bucketDomainName": f"{name}.s3.amazonaws.com",
        "bucketRegionalDomainName": f"{name}.s3.{region}.amazonaws.com",
        "bucketRegion": region,
        "hostedZoneId": bucket_zone(region),
    }


def bucket_object(subject: Subject) -> Properties:
    return {
        "arn": f"arn:aws:s3:::{subject.id}",
        "versionId": subject.letters(32),
        "etag": subject.hex(32, "etag"),
    }


def parameter(subject: Subject) -> Properties:
    name = subject.name
    return {
        "arn": subject.arn("ssm", f"parameter{name if name.startswith('/') else '/' + name}"),
        "version": 1,
        "hasValueWo": subject.inputs.get("valueWo") is not None,
        "dataType": subject.input("dataType", "text"),
        "tier": subject.input("tier", "Standard"),
    }


def ssm_document(subject: Subject) -> Properties:
    # Each update makes one more version, the new default; the record being replaced tells how many there were.
    previous = subject.record.outputs.get("latestVersion")
    version = str(int(previous) + 1) if isinstance(previous, str) and previous.isdigit() else "1"
    return {
        "arn": subject.arn("ssm", f"document/{subject.name}"),
        "createdDate": "2026-01-01T00:00:00Z",
        "defaultVersion": version,
        "latestVersion": version,
        "documentVersion": version,
        "hash": digest(subject.input("content"), length=64),
        "hashType": "Sha256",
        "owner": ACCOUNT_ID,
        "platformTypes": ["Linux", "MacOS", "Windows"],
        "schemaVersion": "0.3",
        "status": "Active",
    }


def function(subject: Subject) -> Properties:
    arn = subject.arn("lambda", f"function:{subject.name}")
    gateway = f"arn:aws:apigateway:{subject.region}:lambda:path"
    return {
        "arn": arn,
        "qualifiedArn": f"{arn}:$LATEST",
        "invokeArn": f"{gateway}/2015-03-31/functions/{arn}/invocations",
        "qualifiedInvokeArn": f"{gateway}/2015-03-31/functions/{arn}:$LATEST/invocations",
        "responseStreamingInvokeArn": f"{gateway}/2021-11-15/functions/{arn}/response-streaming-invocations",
        "version": "$LATEST",
        "lastModified": CREATED_AT,
        "sourceCodeSize": 0,
        "signingJobArn": "",
        "signingProfileVersionArn": "",
    }


def permission_id(subject: Subject) -> str:
    return subject.input("statementId") or f"{subject.record.name}-{subject.hex(7)}"


def topic_subscription(subject: Subject) -> Properties:
    # An e-mail subscription waits for its reader to confirm; AWS confirms the others at once.
    waits = subject.input("protocol") in ("email", "email-json")
    return {
        "arn": subject.id,
        "ownerId": ACCOUNT_ID,
        "pendingConfirmation": waits,
        "confirmationWasAuthenticated": not waits,
    }


def event_rule_id(subject: Subject) -> str:
    bus = subject.input("eventBusName", "default")
    return subject.name if bus == "default" else f"{bus}/{subject.name}"


def event_rule(subject: Subject) -> Properties:
    bus = subject.input("eventBusName", "default")
    prefix = "" if bus == "default" else f"{bus}/"
    return {"arn": subject.arn("events", f"rule/{prefix}{subject.name}"), "eventBusName": bus}


def event_target_id(subject: Subject) -> str:
    return f"{subject.input('rule')}-{_target(subject)}"


def _target(subject: Subject) -> str:
    return subject.input("targetId") or subject.record.name


def event_target(subject: Subject) -> Properties:
    return {"targetId": _target(subject), "eventBusName": subject.input("eventBusName", "default")}

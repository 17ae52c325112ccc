"""Who and where am I: the account, its partition, regions and zones, and the tokens that log in to what it has."""

import base64
from collections.abc import Mapping
from typing import Final

from offline_cloud import account
from offline_cloud.cloud.core.regions import REGIONS
from offline_cloud.cloud.model import ACCOUNT_ID, Diagnostic, Properties, Value, digest, items, text
from offline_cloud.cloud.services.ec2.outputs import zone_id
from offline_cloud.lookups.question import Answer, Answering, Question, filters, fits

_ZONES: Final = {"us-east-1": 6, "us-west-2": 4, "ap-northeast-2": 4, "us-west-1": 2}
"""How many zones an account sees, where that is not three.
https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html"""
# Three years from when nothing is newer; a token is asked for anew in each run.
_EXPIRES: Final = "2030-01-01T00:00:00Z"


def zones(region: str) -> list[str]:
    """Name the zones of a region, such as ``eu-west-1a``."""
    return [f"{region}{letter}" for letter in "abcdef"[: _ZONES.get(region, 3)]]


def _caller(question: Question) -> Answer:
    del question
    return {
        "id": ACCOUNT_ID,
        "accountId": ACCOUNT_ID,
        "arn": account.caller(),
        "userId": "AIDAOFFLINE",
    }


def _region(question: Question) -> Answer:
    name = text(question.arguments, "name") or question.region
    if name not in REGIONS:
        return Diagnostic("name", f"{name!r} is no AWS region", "see `aws ec2 describe-regions`")
    return {
        "id": name,
        "name": name,
        "region": name,
        "endpoint": f"ec2.{name}.amazonaws.com",
        "description": name,
    }


def _regions(question: Question) -> Answer:
    del question
    return {"id": "aws", "names": list[Value](sorted(REGIONS))}


def _partition(question: Question) -> Answer:
    del question
    return {"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}


_ZONE_FILTERS: Final = ("zone-name", "zone-id", "state", "opt-in-status", "zone-type", "region-name", "group-name")


def _facts(region: str, zone: str) -> Mapping[str, str]:
    values = (zone, zone_id(region, zone), "available", "opt-in-not-required", "availability-zone", region, region)
    return dict(zip(_ZONE_FILTERS, values, strict=True))


def _availability_zones(question: Question) -> Answer:
    region, wanted = question.region, filters(question.arguments)
    unknown = sorted(wanted.keys() - set(_ZONE_FILTERS))
    if unknown:
        return Diagnostic("filters", f"no filter {unknown[0]!r} of zones", f"it takes {', '.join(_ZONE_FILTERS)}")
    left_out = {str(name) for key in ("excludeNames", "excludeZoneIds") for name in items(question.arguments, key)}
    state = [text(question.arguments, "state") or "available"]
    found = [
        zone
        for zone in zones(region)
        if not left_out & {zone, zone_id(region, zone)}
        and all(fits(_facts(region, zone)[name], values) for name, values in {**wanted, "state": state}.items())
    ]
    return {
        "id": region,
        "names": list[Value](found),
        "zoneIds": list[Value](zone_id(region, zone) for zone in found),
        "groupNames": [region],
    }


def _availability_zone(question: Question) -> Answer:
    region = question.region
    asked = text(question.arguments, "name"), text(question.arguments, "zoneId")
    found = [zone for zone in zones(region) if zone in asked or zone_id(region, zone) in asked]
    if len(found) != 1:
        return Diagnostic(
            "", f"no zone of {region} is called {question.described()}", f"use {', '.join(zones(region))}"
        )
    return {
        "id": found[0],
        "name": found[0],
        "zoneId": zone_id(region, found[0]),
        "nameSuffix": found[0][-1],
        "region": region,
        "groupName": region,
        "networkBorderGroup": region,
        "state": "available",
        "zoneType": "availability-zone",
        "optInStatus": "opt-in-not-required",
    }


def _service_principal(question: Question) -> Answer:
    service = text(question.arguments, "serviceName") or ""
    region = text(question.arguments, "region") or question.region
    name = f"{service}.amazonaws.com"
    return {"id": f"{service}.{region}.amazonaws.com", "name": name, "serviceName": service, "suffix": "amazonaws.com"}


def _service(question: Question) -> Answer:
    service, region = text(question.arguments, "serviceId") or "", question.region
    name = text(question.arguments, "reverseDnsName") or f"com.amazonaws.{region}.{service}"
    service = service or name.rpartition(".")[2]
    return {
        "id": name,
        "dnsName": f"{service}.{region}.amazonaws.com",
        "partition": "aws",
        "reverseDnsName": name,
        "reverseDnsPrefix": "com.amazonaws",
        "serviceId": service,
        "supported": True,
    }


def _registry(question: Question) -> Properties:
    account = text(question.arguments, "registryId") or ACCOUNT_ID
    password = digest("registry", question.region, length=40)
    return {
        "id": question.region,
        "authorizationToken": base64.b64encode(f"AWS:{password}".encode()).decode(),
        "expiresAt": _EXPIRES,
        "password": password,
        "proxyEndpoint": f"https://{account}.dkr.ecr.{question.region}.amazonaws.com",
        "userName": "AWS",
    }


def _cluster_token(question: Question) -> Answer:
    name = text(question.arguments, "name") or ""
    return {"id": name, "name": name, "token": f"k8s-aws-v1.{digest('cluster token', name, length=40)}"}


def _canonical_user(question: Question) -> Answer:
    del question
    return {"id": digest("canonical user", length=64), "displayName": "offline-cloud"}


def _session_context(question: Question) -> Answer:
    arn = text(question.arguments, "arn") or ""
    if ":assumed-role/" not in arn:
        return {"id": arn, "issuerArn": arn, "issuerId": "", "issuerName": "", "sessionName": ""}
    name, _, session = arn.partition(":assumed-role/")[2].partition("/")
    return {
        "id": arn,
        "issuerArn": f"arn:aws:iam::{ACCOUNT_ID}:role/{name}",
        "issuerId": f"AROA{digest('role', name, length=17).upper()}",
        "issuerName": name,
        "sessionName": session,
    }


FUNCTIONS: Final[Mapping[str, Answering]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": _caller,
    "aws:index/getRegion:getRegion": _region,
    "aws:index/getRegions:getRegions": _regions,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getAvailabilityZones:getAvailabilityZones": _availability_zones,
    "aws:index/getAvailabilityZone:getAvailabilityZone": _availability_zone,
    "aws:index/getServicePrincipal:getServicePrincipal": _service_principal,
    "aws:index/getService:getService": _service,
    "aws:iam/getSessionContext:getSessionContext": _session_context,
    "aws:ecr/getAuthorizationToken:getAuthorizationToken": _registry,
    "aws:ecr/getCredentials:getCredentials": _registry,
    "aws:eks/getClusterAuth:getClusterAuth": _cluster_token,
    "aws:s3/getCanonicalUserId:getCanonicalUserId": _canonical_user,
}

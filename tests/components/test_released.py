"""A permit in the settings takes protection from the one resource that it names."""

import pytest
from pulumi import Resource, ResourceOptions, ResourceTransformationArgs

from components.permits import released

BUCKET = "aws:s3/bucket:Bucket"


def _protected(permitted: set[str], name: str = "uploads", *, protect: bool = True, everything: bool = False) -> bool:
    options = ResourceOptions(protect=protect, retain_on_delete=True)
    given = ResourceTransformationArgs(Resource.__new__(Resource), BUCKET, name, {}, options)
    changed = released(permitted, everything=everything)(given)
    assert changed is None or changed.opts.retain_on_delete
    return bool((changed or given).opts.protect)


@pytest.mark.parametrize("name", ["uploads", f"{BUCKET} uploads"])
def test_what_a_permit_names_is_released(name: str) -> None:
    assert not _protected({name})


def test_everything_else_stays_protected() -> None:
    assert _protected(set())
    assert _protected({"uploads"}, "uploads-logs")
    assert _protected({"aws:s3/bucketPolicy:BucketPolicy uploads"})


def test_a_plans_preview_shows_what_protection_refuses() -> None:
    assert not _protected(set(), everything=True)

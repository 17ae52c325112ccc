"""Buckets, over both files of a stack."""

from pathlib import Path

from settings.raw import Raw
from tests.settings.product import files, with_change


def test_a_host_that_several_regions_share_belongs_to_no_buckets_cdn(tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.workload = with_change(stated.workload, "buckets", {"uploads": {"cdn": {"host": "media"}}})
    stated.stack = with_change(stated.stack, "ingress.routing", "latency")
    stated.write()
    (told,) = stated.refused().diagnostics
    assert told.setting == "groundwork:ingress.routing"
    assert "serves uploads by a CDN" in told.allowed
    assert "remove `cdn:` from the bucket" in told.fix


def test_an_output_of_the_cdn_is_there_where_a_bucket_has_one(tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.workload = with_change(stated.workload, "buckets", {"uploads": {"cdn": {"host": "media"}}, "private": {}})
    outputs: Raw = {name: {"output": f"buckets.{name.lower()}.cdn_host"} for name in ("UPLOADS", "PRIVATE")}
    stated.workload = with_change(stated.workload, "services.api.environment", outputs)
    stated.write()
    (told,) = stated.refused().diagnostics
    assert told.setting == "services.api.environment.PRIVATE.output"

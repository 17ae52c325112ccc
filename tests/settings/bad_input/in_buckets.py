"""Mistakes in buckets, and in what services say of them."""

from settings.raw import Raw
from tests.settings.bad_input.case import workload

_BUCKETS: dict[str, Raw] = {"buckets": {"uploads": {}, "user-files": {}}}
_AT = "buckets.uploads"

CASES = (
    workload(
        "services.api.buckets",
        {"upload": "read"},
        "a bucket: uploads | user-files",
        "did you mean 'uploads'?",
        at="services.api.buckets.upload",
        also=_BUCKETS,
    ),
    workload(
        "services.api.buckets",
        {"uploads": "read"},
        "a bucket: none exists",
        "add it: `buckets: {uploads: {}}`",
        at="services.api.buckets.uploads",
    ),
    workload("services.api.buckets.uploads", "append", "read | write | read-write", "write read", also=_BUCKETS),
    workload(
        "services.api.environment.BUCKET",
        {"output": "buckets.upload.name"},
        "buckets.uploads.name",
        "did you mean 'buckets.uploads.name'?",
        at="services.api.environment.BUCKET.output",
        also=_BUCKETS,
    ),
    workload("buckets.Up_loads", {}, "lower-case letters", "", at="buckets.Up_loads"),
    workload(
        f"{_AT}.noncurrent_days",
        7,
        "none for a bucket without versions",
        "write `versions: true`",
        also={f"{_AT}.versions": False},
    ),
    workload(
        f"{_AT}.backup",
        True,
        "none for a bucket without versions",
        "write `versions: true`",
        also={f"{_AT}.versions": False},
    ),
    workload(
        f"{_AT}.expire_days",
        {"a/b/": 7, "a-b/": 7},
        "prefixes that differ in more than / and -",
        "remove one of those",
        at=f"{_AT}.expire_days",
    ),
    workload(f"{_AT}.expire_days", {"tmp/*": 7}, "the start of objects' keys", "", at=f'{_AT}.expire_days["tmp/*"]'),
    workload(f"{_AT}.cdn", True, "a section with content_security_policy | host", "write its keys below it"),
    workload(f"{_AT}.cdn", {"host": "api"}, "a host without routes", "choose another", at=f"{_AT}.cdn.host"),
    workload(
        f"{_AT}.cdn",
        {"host": "media"},
        "each host of files once",
        "change one",
        at=f"{_AT}.cdn.host",
        also={"static_sites.web": {"host": "media"}},
    ),
    workload(
        f"{_AT}.cdn",
        {"host": "media"},
        "there are no routes",
        "add `ingress.routes:`",
        at=f"{_AT}.cdn.host",
        also={"ingress": {}},
    ),
    workload(
        f"{_AT}.cdn",
        {"host": "media", "prefixes": ["public/*"]},
        "the start of objects' keys",
        "",
        at=f"{_AT}.cdn.prefixes[0]",
    ),
    workload(
        "services.api.environment.MEDIA",
        {"text": "https://{buckets.uploads.cdn_host}/logo.png"},
        "buckets.uploads.name",
        "",
        at="services.api.environment.MEDIA.text",
        also=_BUCKETS,
    ),
    workload(
        f"{_AT}.cors", {"origins": ["http://app.example.com"]}, "an https:// origin", "", at=f"{_AT}.cors.origins[0]"
    ),
    workload(f"{_AT}.cors", {"origins": []}, "at least 1 of them", "", at=f"{_AT}.cors.origins"),
)

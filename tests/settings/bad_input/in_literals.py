"""Mistakes in what containers are given as plain text, and in paths and headers."""

from settings.raw import Raw
from tests.settings.bad_input.case import stack, workload

_API = "services.api"
_PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIhunter2\n-----END RSA PRIVATE KEY-----\n"
_HIDDEN = "(not shown)"
_JOB: Raw = {"service": "api", "command": ["x"], "environment": {"SMTP_PASSWORD": "hunter2"}}
_SIDECAR: Raw = {
    "image": {"repository": "example/proxy", "tag": "v1"},
    "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "100m", "memory": "64Mi"}},
    "environment": {"API_TOKEN": "hunter2"},
}

CASES = (
    # secrets in plain text
    *(
        workload(f"{_API}.environment.{name}", "hunter2", "a secret, as its name says", "kind: provided", given=_HIDDEN)
        for name in (
            "DB_PASSWORD",
            "PASSWORD",
            "CLIENT_SECRET",
            "GITHUB_TOKEN",
            "STRIPE_API_KEY",
            "apikey",
            "AWS_SECRET_ACCESS_KEY",
            "KEY_PASSPHRASE",
            "SIGNING_PRIVATE_KEY",
        )
    ),
    *(
        workload(f"{_API}.environment.SETTING", value, allowed, "kind: provided", given=_HIDDEN)
        for value, allowed in (
            ("AKIA" + "IOSFODNN7EXAMPLE", "no AWS access key"),
            (_PEM, "no private key"),
            ("postgres://shop:hunter2@db.example.com/shop", "no address with a password"),
            ("rediss://:hunter2@cache.example.com:6379", "no address with a password"),
            ("ghp_" + "a" * 36, "no token"),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJodW50ZXIyIn0." + "a" * 43, "no signed token"),
        )
    ),
    workload("environment", {"SMTP_PASSWORD": "hunter2"}, "a secret", "provided", at="environment.SMTP_PASSWORD"),
    workload("jobs.report", _JOB, "a secret", "provided", at="jobs.report.environment.SMTP_PASSWORD"),
    workload(f"{_API}.sidecars.proxy", _SIDECAR, "a secret", "kind", at=f"{_API}.sidecars.proxy.environment.API_TOKEN"),
    workload(
        f"{_API}.files./etc/tls",
        {"content": _PEM},
        "no private key",
        "secrets:",
        at=f'{_API}.files["/etc/tls"].content',
        given=_HIDDEN,
    ),
    workload(
        f"{_API}.config",
        {"path": "/etc/shop", "files": {"url": "amqp://u:hunter2@mq"}},
        "no address",
        "secrets:",
        at=f"{_API}.config.files.url",
    ),
    workload(
        f"{_API}.command",
        ["run", "AKIA" + "IOSFODNN7EXAMPLE"],
        "no AWS access key",
        "secrets:",
        at=f"{_API}.command[1]",
    ),
    stack(
        "application.services.api.environment",
        {"SMTP_PASSWORD": "hunter2"},
        "a secret",
        "provided",
        at="application.services.api.environment.SMTP_PASSWORD",
        given=_HIDDEN,
    ),
    # variables that are another's, or are replaced
    *(
        workload(f"{_API}.environment.{name}", "x", "neither Kubernetes nor AWS sets", "choose another", given=name)
        for name in (
            "KUBERNETES_SERVICE_HOST",
            "KUBERNETES_SERVICE_PORT_HTTPS",
            "KUBERNETES_PORT",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "ECS_CONTAINER_METADATA_URI_V4",
        )
    ),
    stack(
        "application.services.api.environment",
        {"KUBERNETES_SERVICE_HOST": "x"},
        "neither Kubernetes",
        "choose another",
        at="application.services.api.environment.KUBERNETES_SERVICE_HOST",
    ),
    *(
        workload(f"{_API}.environment.SETTING", value, "text without $(…) and $$", "write the value out", given=value)
        for value in ("$(PORT)", "http://$(HOST):80/", "a$$b", "$(date)")
    ),
    # files
    *(
        workload(
            f"{_API}.files",
            {path: {"content": ""}},
            "a path in the container",
            "write it like",
            at=f'{_API}.files["{path}"]',
        )
        for path in ("/etc/../key", "/..", "/etc//x", "/etc/é", "/etc/a:b", "/")
    ),
    workload(
        f"{_API}.files",
        {"/etc/app": {"content": ""}, "/etc/app/x": {"content": ""}},
        "a place outside the file /etc/app",
        "move one",
        at=f'{_API}.files["/etc/app/x"]',
    ),
    workload(
        f"{_API}.files",
        {"/etc/shop/x": {"content": ""}},
        "a place outside the read-only folder /etc/shop",
        "move one",
        at=f'{_API}.files["/etc/shop/x"]',
        also={f"{_API}.config": {"path": "/etc/shop", "files": {"a": ""}}},
    ),
    workload(
        f"{_API}.files",
        {"/data": {"content": ""}},
        "a place outside the file /data",
        "move one",
        at=f'{_API}.volumes["/data"]',
        also={f"{_API}.volumes": {"/data": {}}},
    ),
    workload(
        f"{_API}.files",
        {"/a/b": {"content": ""}, "/a__b": {"content": ""}},
        "the same key",
        "rename",
        at=f'{_API}.files["/a__b"]',
    ),
    workload(
        f"{_API}.volumes", {"/data/../x": {}}, "a path in the container", "write it", at=f'{_API}.volumes["/data/../x"]'
    ),
    # paths and headers
    *(
        workload("ingress.routes[0].path", path, "letters, digits and . _ ~ $ @ : + & -", "write it like", given=path)
        for path in ("/a?b=1", "/é", "/a*", "/{a}")
    ),
    workload("ingress.routes[0].path", "/A b", "letters, digits", "did you mean '/A-b'?", given="/A b"),
    workload("ingress.routes[0].path", "/" + "a" * 126, "letters, digits", "write it like"),
    workload("ingress.routes[0].health_path", "/\u00e9", "ASCII characters", "write it like"),
    workload(f"{_API}.probes.readiness.http.path", "/a#b", "ASCII characters", "write it like"),
    *(
        workload(
            "ingress.headers",
            {"content_security_policy": text},
            "one line of at most 1,024 ASCII",
            "write it like",
            at="ingress.headers.content_security_policy",
        )
        for text in ("default-src 'self';\nimg-src *", "a\rb", "é", " a", "a" * 1025)
    ),
    workload(
        "static_sites.web",
        {"host": "web", "content_security_policy": "a\nb"},
        "one line",
        "write it like",
        at="static_sites.web.content_security_policy",
    ),
    # figures that nothing has
    workload(f"{_API}.resources.limits.memory", "99999999999Ti", "at most 64Ti", "lower it to '64Ti'"),
    workload(f"{_API}.resources.limits.cpu", "999999", "at most 1920", "lower it to '1920'"),
    workload(
        f"{_API}.volumes", {"/data": {"size": "65Ti"}}, "at most 64Ti", "lower it", at=f'{_API}.volumes["/data"].size'
    ),
    # PromQL
    *(
        workload("alerts[0].expression", expression, "PromQL; ", "write it as Prometheus' own page", given=given)
        for expression, given in (
            ("up ==", "up =="),
            ("rate(x[5m) > 1", "rate(x"),
            ("rate(x) > 1", "rate"),
            ("x[5m]", "x[5m]"),
            ('"up"', "up"),
            ("x[5m:1m]", "x[5m"),
            ("nosuch(x)", "nosuch"),
            ("error rate", "error rate"),
        )
    ),
    workload("dashboards[0].panels[0].expression", "sum(rate(x[$__rate_interval]) by (a)", "PromQL; ", "write it as"),
)

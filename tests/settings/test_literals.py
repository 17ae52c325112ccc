"""What looks like a secret and is none is let through; what exceeds a ConfigMap is not."""

from pathlib import Path

import pytest

from settings.checks import expressions, literals
from settings.raw import Raw
from tests.settings.product import files, with_change

HARMLESS = {
    "JWT_ACCESS_EXPIRY": "3600",
    "TOKEN_TTL": "15m",
    "MAX_TOKENS": "4096",
    "CSRF_TOKEN": "true",
    "PASSWORD": "",
    "SSH_PRIVATE_KEY": "/secrets/key.pem",
    "ACCESS_KEY": "${PARTNER_KEY}",
    "API_KEY": "none",
    "PASSWORD_FILE": "whatever",
    "ISSUER_SECRET": "arn:aws:secretsmanager:us-east-1:000000000000:secret:name",
    "AUTH_TOKEN": "https://id.example.com/token",
    "SECRETARY": "Jane",
    "DATABASE_URL_TEMPLATE": "postgres://${USER}:${PASSWORD}@db/shop",
    "PROXY": "http://proxy.example.com:8080",
    "MAIL": "mailto:shop@example.com",
    "PRICE": "$5",
    "SHELL_HINT": "use $HOME and ${HOME}",
    "KUBERNETES_NAMESPACE": "shop",
    "AWS_REGION": "us-east-1",
}


@pytest.mark.parametrize(("name", "value"), HARMLESS.items())
def test_what_is_no_secret_is_let_through(name: str, value: str, tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.workload = with_change(stated.workload, f"services.worker.environment.{name}", value)
    stated.write()
    assert stated.load().workload.services["worker"].environment[name] == value


def test_files_that_exceed_a_config_map_are_refused(tmp_path: Path) -> None:
    """One text of half a megabyte, named three times: an alias makes large what the file holds once."""
    stated = files(tmp_path)
    stated.write()
    path = tmp_path / "workloads" / "shop.yaml"
    text = path.read_text(encoding="utf-8")
    at = "      /etc/key.json:\n"
    assert at in text
    mounted = "".join(f"      /etc/{number}: {{content: *large}}\n" for number in (2, 3))
    large = f"      /etc/1: {{content: &large '{'x' * 400_000}'}}\n{mounted}"
    path.write_text(text.replace(at, f"{large}{at}"), encoding="utf-8")
    (diagnostic,) = stated.refused().diagnostics
    assert diagnostic.setting == "services.api.files"
    assert "1,048,576 bytes together: a ConfigMap holds no more; these are 1,200,018" in diagnostic.allowed


@pytest.mark.parametrize("escape", ["\\0", "\\ud800"])
def test_what_no_process_and_no_file_can_hold_is_refused(escape: str, tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.write()
    path = tmp_path / "workloads" / "shop.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("PORT: '3000'", f'PORT: "30{escape}"'), encoding="utf-8")
    (diagnostic,) = stated.refused().diagnostics
    assert diagnostic.setting == "services.api.environment.PORT"
    assert "text that UTF-8 can write" in diagnostic.allowed
    diagnostic.render().encode()


def test_a_panel_may_hold_grafanas_own_variables(tmp_path: Path) -> None:
    stated = files(tmp_path)
    for expression in ("rate(x[$__rate_interval])", 'x{pod="$pod"}', "sum(increase(x[${__range}]))"):
        stated.workload = with_change(stated.workload, "dashboards[0].panels[0].expression", expression)
        stated.write()
        assert not list(expressions.check(stated.load().workload))


def test_a_reference_in_a_command_is_asked_for(tmp_path: Path) -> None:
    stated = files(tmp_path)
    command: Raw = ["migrate", "--to", "$(DATABASE_URL)"]
    stated.workload = with_change(stated.workload, "migration.command", command)
    stated.write()
    assert not list(literals.check(stated.load().workload))

"""The pieces that read other tools' small languages, and the one that writes YAML."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settings.document import parse
from settings.quantities import cron_schedule
from settings.raw import Path, Raw
from tools.importing.amounts import compose_memory, cores, cron, kubernetes_memory, seconds
from tools.importing.credentials import credential
from tools.importing.document import Draft
from tools.importing.health import asked
from tools.importing.interpolation import fill, shown, unset, variables
from tools.importing.writing import rendered

_KEY = st.from_regex(r"[A-Za-z_][A-Za-z0-9_./ -]{0,12}", fullmatch=True)
_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Co"), exclude_characters="\0"), max_size=30
) | st.text("ab :#-\n\t{}[]'\"&*!|>%@`\\~", max_size=30)
_LEAF = _TEXT | st.booleans() | st.integers(-10000, 10000) | st.sampled_from(["yes", "1.10", "0o7", "null", "", "- a"])
_DATA = st.recursive(
    _LEAF, lambda below: st.lists(below, min_size=1, max_size=3) | st.dictionaries(_KEY, below, min_size=1, max_size=3)
)


@settings(deadline=None)
@given(st.dictionaries(_KEY, _DATA, min_size=1, max_size=4), st.lists(_TEXT, max_size=3))
def test_what_is_written_reads_as_it_was(data: dict[str, Raw], comments: list[str]) -> None:
    first = next(iter(data))
    paths: list[Path] = [(first,), ("nowhere",), (first, "below")]
    draft = Draft(data=data, comments=dict(zip(paths, [[each] for each in comments], strict=False)))
    document = parse(rendered(draft), "file")
    assert document.diagnostics == ()
    assert document.data == data


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("${A}-$A", "one-one"),
        ("${NONE:-two}", "two"),
        ("${NONE-${A}}", "one"),
        ("${EMPTY:-two}", "two"),
        ("${EMPTY-two}", ""),
        ("${A:+yes}${NONE:+yes}", "yes"),
        ("$$A and $${A}", "$A and ${A}"),
        ("5$ and $", "5$ and $"),
        ("${A:?must be set}", "one"),
        ("${unclosed", "${unclosed"),
    ],
)
def test_variables_are_filled_in(text: str, filled: str) -> None:
    assert fill(text, {"A": "one", "EMPTY": ""}) == filled


def test_a_name_without_a_value_stays() -> None:
    text = fill("https://${HOST}/$PATH and ${OTHER:?no}", {})
    assert unset(text) == ("HOST", "PATH", "OTHER")
    assert shown(text) == "https://${HOST}/${PATH} and ${OTHER}"


def test_a_file_of_variables_is_read() -> None:
    lines = "# no\nA=1 # why\nexport B='$A x'\nC=\"$A x\" # z\nD=${A}${C}\nE=a#b\n\nnonsense\nF="
    assert variables(lines, {}) == {"A": "1", "B": "$A x", "C": "1 x", "D": "11 x", "E": "a#b", "F": ""}


@pytest.mark.parametrize(
    ("stated", "expected"),
    [("1m30s", 90), ("500ms", 1), ("2h", 7200), ("1.5s", 2), ("10", None), ("", None), ("5 min", None)],
)
def test_durations(stated: str, expected: int | None) -> None:
    assert seconds(stated) == expected


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("512m", "512Mi"),
        ("1g", "1Gi"),
        ("1.5GB", "1536Mi"),
        ("64M", "64Mi"),
        ("1048576", "1Mi"),
        ("9000000g", None),
        ("lots", None),
    ],
)
def test_sizes_of_docker(stated: str, expected: str | None) -> None:
    assert compose_memory(stated) == expected


@pytest.mark.parametrize(
    ("stated", "expected"), [("128Mi", "128Mi"), ("1G", "954Mi"), ("134217728", "128Mi"), ("2Gi", "2Gi"), ("x", None)]
)
def test_sizes_of_kubernetes(stated: str, expected: str | None) -> None:
    assert kubernetes_memory(stated) == expected


@pytest.mark.parametrize(
    ("stated", "expected"),
    [("0.5", "500m"), ("2", "2"), ("250m", "250m"), ("0", None), ("many", None), ("0.0001", "1m"), ("5000", None)],
)
def test_processors(stated: str, expected: str | None) -> None:
    assert cores(stated) == expected


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("@daily", "0 0 * * *"),
        ("0 30 2 * * *", "30 2 * * *"),
        ("0 6 * * MON-FRI", "0 6 * * 1-5"),
        ("0 6 * * 7", "0 6 * * 0"),
        ("@every 15m", "*/15 * * * *"),
        ("@every 6h", "0 */6 * * *"),
        ("@every 7m", None),
        ("@reboot", None),
        ("often", None),
    ],
)
def test_schedules(stated: str, expected: str | None) -> None:
    found = cron(stated)
    assert found == expected
    assert found is None or cron_schedule(found) == found


@pytest.mark.parametrize(
    ("command", "path", "port"),
    [
        (("curl", "-f", "http://localhost:8080/health?full=1"), "/health", 8080),
        (("curl", "-f", "http://localhost"), "/", 80),
        (("sh", "-c", "wget --spider -q 127.0.0.1:9000/ping || exit 1"), "/ping", 9000),
        (("sh", "-c", "curl --noproxy localhost localhost:3000/up | grep ok"), "/up", 3000),
        (("curl", "-k", "https://localhost:8443/x"), None, 8443),
        (("nc", "-z", "localhost", "9092"), None, 9092),
        (("bash", "-c", "exec 3<>/dev/tcp/localhost/9000; echo 'GET /ready HTTP/1.1' >&3"), "/ready", 9000),
        (("pg_isready", "-U", "postgres"), None, None),
        (("curl", "https://example.com/"), None, None),
    ],
)
def test_health_checks(command: tuple[str, ...], path: str | None, port: int | None) -> None:
    probe = asked(command)
    assert (probe.path, probe.port) == (path, port)
    assert bool(probe.command) == (port is None)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("POSTGRES_PASSWORD", "12345678"),
        ("DB_PASS", "x"),
        ("SECRET_KEY_BASE", "abc"),
        ("JWT_SECRET", "abc"),
        ("OPENAI_API_KEY", "sk-abc"),
        ("AMQP", "amqp://user:pass@mq:5672"),
        ("DSN", "host=db password=abc"),
        ("REDIS_AUTH", "abc"),
        ("ENCRYPTION_KEY", None),
    ],
)
def test_what_a_credential_is(name: str, text: str | None) -> None:
    assert credential(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TOKEN_TTL", "3600"),
        ("PASSWORD_FILE", "/run/secrets/x"),
        ("TLS_KEY", "/certs/tls.key"),
        ("ENABLE_AUTH", "true"),
        ("SECRET_KEY", ""),
        ("PUBLIC_URL", "https://example.com/a:b@c"),
        ("KEYBOARD", "qwerty"),
    ],
)
def test_what_none_is(name: str, text: str) -> None:
    assert not credential(name, text)

"""The rotation of a role's password, against a real PostgreSQL whose administrator is no superuser, as on RDS."""

import json
from collections.abc import Iterator
from threading import Event as Flag
from threading import Thread

import pg8000.native
import pytest

from components.secrets.rotation_function.database_user import DatabaseUser, clone_of, verifier
from components.secrets.rotation_function.passwords import Login, login
from tests.charts.rendering import ROOT
from tests.components.secrets.versions import STEPS, Secret, run
from tools.drill.postgresql import QueryError, Server, administered, variables

_SCRIPT = ROOT / "charts" / "foundation" / "files" / "bootstrap.sh"
_FIRST = json.dumps({"username": "openibank", "password": "applications-word"})
_READER = {"APP_READER": "openibank_reader", "APP_READER_PASSWORD": "readers-word"}
_ADMINISTRATOR: Login = {"username": "administrator", "password": "administrators-word"}


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with administered() as server:
        _bootstrap(server)
        yield server


@pytest.fixture
def server(running: Server) -> Server:
    """The server as a bootstrap leaves it, without what an earlier rotation made."""
    for role in ("openibank", "openibank_owner", "openibank_reader"):
        running.query(f"ALTER ROLE {role} RESET ALL")
        running.query(f"DROP ROLE IF EXISTS {clone_of(role)}")
    _bootstrap(running)
    return running


def _bootstrap(server: Server, **changes: str) -> None:
    answer = server.run("sh", str(_SCRIPT), **variables(**_READER, **changes))
    assert answer.returncode == 0, answer.stderr


def _user(server: Server, role: str = "openibank") -> DatabaseUser:
    def connect(who: Login, database: str) -> pg8000.native.Connection:
        name, password = who["username"], who["password"]
        return pg8000.native.Connection(name, host="127.0.0.1", port=server.port, password=password, database=database)

    return DatabaseUser(role, "openibank", lambda: _ADMINISTRATOR, connect)


def _ask(server: Server, content: str, statement: str = "SELECT current_user") -> str:
    known = login(content)
    return server.query(statement, known["username"], known["password"], "openibank")


def _lets_in(server: Server, content: str) -> bool:
    try:
        return _ask(server, content) == "openibank"
    except QueryError as error:
        if "password authentication failed" not in str(error):
            raise
        return False


def test_both_log_ins_lead_to_the_role_at_every_step(server: Server) -> None:
    secret = Secret(_FIRST)
    for step in STEPS:
        run(secret, _user(server), step)
        assert _lets_in(server, _FIRST), step
        assert _lets_in(server, secret.current), step
    assert login(secret.current)["username"] == "openibank_clone"


def test_the_two_log_ins_take_turns_and_an_old_password_is_over(server: Server) -> None:
    secret = Secret(_FIRST)
    run(secret, _user(server))
    second = secret.current
    run(secret, _user(server), token="newer")
    assert login(secret.current)["username"] == "openibank"
    assert _lets_in(server, secret.current)
    assert _lets_in(server, second)
    assert not _lets_in(server, _FIRST)


def test_who_connects_all_the_time_sees_no_error(server: Server) -> None:
    """It reads the secret before each connection, as a pod does that starts."""
    secret, done = Secret(_FIRST), Flag()
    answers: list[bool] = []

    def connect() -> None:
        while not done.is_set():
            answers.append(_lets_in(server, secret.current))

    client = Thread(target=connect)
    client.start()
    for number in range(4):
        run(secret, _user(server), token=f"version-{number}")
    done.set()
    client.join()
    assert answers
    assert all(answers)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_is_repeated_shuts_nobody_out(server: Server, step: str) -> None:
    secret = Secret(_FIRST)
    for each in STEPS:
        run(secret, _user(server), *([each, each] if each == step else [each]))
    assert _lets_in(server, _FIRST)
    assert _lets_in(server, secret.current)


def test_a_clone_has_what_the_role_has_and_what_it_makes_is_the_roles(server: Server) -> None:
    owner = json.dumps({"username": "openibank_owner", "password": "owners-word"})
    server.query("ALTER ROLE openibank_owner SET search_path = audit, public")
    secret = Secret(owner)
    run(secret, _user(server, "openibank_owner"))
    for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "search_path"):
        assert _ask(server, secret.current, f"SHOW {name}") == _ask(server, owner, f"SHOW {name}")
    _ask(server, secret.current, "CREATE TABLE public.made (id bigint)")
    made = server.query("SELECT tableowner FROM pg_tables WHERE tablename = 'made'", database="openibank")
    assert made == "openibank_owner"
    _ask(server, _FIRST, "INSERT INTO made VALUES (1)")


def test_a_readers_clone_reads_alone(server: Server) -> None:
    secret = Secret(json.dumps({"username": "openibank_reader", "password": "readers-word"}))
    run(secret, _user(server, "openibank_reader"))
    assert _ask(server, secret.current, "SHOW default_transaction_read_only") == "on"
    assert _ask(server, secret.current) == "openibank_reader"


def test_a_second_bootstrap_sets_no_password_back(server: Server) -> None:
    """It reads the secret as it is, and gives the log-in that is in there the password beside it."""
    secret = Secret(_FIRST)
    run(secret, _user(server))
    known = login(secret.current)
    _bootstrap(server, APP_LOGIN=known["username"], APP_PASSWORD=known["password"])
    assert _lets_in(server, _FIRST)
    assert _lets_in(server, secret.current)


def test_a_server_that_never_knew_the_clone_gets_it_from_the_bootstrap(server: Server) -> None:
    """As one that was restored from before the rotation."""
    secret = Secret(_FIRST)
    run(secret, _user(server))
    known = login(secret.current)
    made = server.query("SELECT rolcanlogin, rolcreaterole, rolconfig FROM pg_roles WHERE rolname = 'openibank_clone'")
    server.query("DROP ROLE openibank_clone")
    _bootstrap(server, APP_LOGIN=known["username"], APP_PASSWORD=known["password"])
    assert _lets_in(server, secret.current)
    again = server.query("SELECT rolcanlogin, rolcreaterole, rolconfig FROM pg_roles WHERE rolname = 'openibank_clone'")
    assert again == made


def test_a_log_in_of_somebody_else_is_refused(server: Server) -> None:
    secret = Secret(json.dumps({"username": "administrator", "password": "administrators-word"}))
    with pytest.raises(ValueError, match="administrator is no log-in of the role openibank"):
        run(secret, _user(server), "createSecret")


def test_a_log_in_that_does_not_become_the_role_is_no_good(server: Server) -> None:
    secret = Secret(_FIRST)
    run(secret, _user(server), "createSecret", "setSecret")
    server.query("ALTER ROLE openibank_clone RESET role")
    with pytest.raises(ValueError, match="openibank_clone becomes openibank_clone, not openibank"):
        run(secret, _user(server), "testSecret")


def test_no_password_reaches_the_servers_log(server: Server) -> None:
    secret = Secret(_FIRST)
    run(secret, _user(server))
    assert login(secret.current)["password"] not in server.log.read_text()


def test_a_clones_name_fits() -> None:
    assert clone_of("r" * 63) == "r" * 57 + "_clone"


def test_a_verifier_is_made_with_a_salt_of_its_own() -> None:
    assert verifier("word") != verifier("word")

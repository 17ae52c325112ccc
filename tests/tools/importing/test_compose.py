"""What a Compose file becomes."""

from pathlib import Path

import pytest

from tests.tools.importing.sources import Imported, chat, compose


@pytest.fixture
def imported(tmp_path: Path) -> Imported:
    return Imported(chat(tmp_path / "chat"))


def test_a_stack_takes_it(imported: Imported) -> None:
    assert imported.diagnostics() == []
    assert imported.diagnostics("prod") == []


def test_stores_take_the_place_of_containers(imported: Imported) -> None:
    assert imported.at("database", "version") == "16"
    assert imported.at("database", "name") == "chat_production"
    assert imported.at("database", "role") == "chat"
    assert imported.at("cache", "engine") == "valkey"
    assert imported.at("cache", "eviction") == "allkeys-lru"
    assert imported.at("name") == "chat"
    assert not imported.has("services", "db")
    assert not imported.has("services", "redis")


def test_variables_are_wired(imported: Imported) -> None:
    environment = imported.at("services", "web", "environment")
    assert isinstance(environment, dict)
    assert environment["DB_HOST"] == {"output": "database.host"}
    assert environment["DB_PORT"] == {"output": "database.port"}
    assert environment["DB_USER"] == "chat"
    assert environment["REDIS_HOST"] == {"output": "cache.host"}
    assert environment["PUSH_URL"] == "http://push-server:8080/send"
    assert environment["RAILS_ENV"] == "production"
    assert imported.at("secrets") == {
        "DATABASE_URL": {"kind": "wired", "output": "database.url"},
        "DB_PASS": {"kind": "wired", "output": "database.password"},
        "REDIS_URL": {"kind": "text", "text": "rediss://chat:{cache.password}@{cache.host}:{cache.port}/1"},
        "SECRET_KEY_BASE": {"kind": "generated"},
        "SMTP_PASSWORD": {"kind": "provided", "required": False},
    }
    assert imported.at("services", "web", "uses") == ["cache", "database"]
    assert imported.at("services", "web", "waits_for") == ["database"]


@pytest.mark.parametrize("value", ["correct-horse-battery", "0123456789abcdef-of-chat"])
def test_no_credential_is_copied(imported: Imported, value: str) -> None:
    assert value not in imported.text


def test_a_service_keeps_its_shape(imported: Imported) -> None:
    web = imported.at("services", "web")
    assert isinstance(web, dict)
    assert web["image"] == {"repository": "ghcr.io/chat/app", "tag": "3.2"}
    assert web["arguments"] == ["bundle", "exec", "puma", "-C", "config/puma.rb"]
    assert web["ports"] == {"http": {"number": 3000}, "port-9394": {"number": 9394}}
    assert web["replicas"] == {"minimum": 2, "maximum": 2}
    assert web["termination_grace_seconds"] == 45
    assert web["resources"] == {
        "requests": {"cpu": "250m", "memory": "256Mi"},
        "limits": {"cpu": "1500m", "memory": "1Gi"},
    }
    assert web["calls"] == [{"service": "push-server", "port": "http"}]
    assert web["egress"] == [{"name": "https", "port": 443}, {"name": "mail", "port": 587}]


def test_a_health_check_becomes_probes(imported: Imported) -> None:
    http = {"path": "/health", "port": "http"}
    readiness = {"http": http, "period_seconds": 15, "timeout_seconds": 5, "failure_threshold": 4}
    assert imported.at("services", "web", "probes", "readiness") == readiness
    startup = {"http": http, "timeout_seconds": 5, "failure_threshold": 12}
    assert imported.at("services", "web", "probes", "startup") == startup
    assert "an HTTP probe sees the status alone" in imported.comments()


def test_what_is_published_has_a_route(imported: Imported) -> None:
    (route,) = [imported.at("ingress", "routes")]
    assert route == [{"host": "web", "path": "/", "service": "web", "port": "http", "health_path": "/health"}]


def test_what_is_not_carried_over_is_said(imported: Imported) -> None:
    comments = imported.comments()
    assert "privileged: a pod is never privileged; run it elsewhere." in comments
    assert "MISSING (${NOBODY_SET_THIS}): it has no value here" in comments
    assert "push_server is called push-server here" in comments
    assert "The image is built from ./push" in comments


def test_extends_profiles_and_folders(imported: Imported) -> None:
    assert imported.at("services", "push-server", "volumes") == {
        "/srv/files": {"kind": "shared", "folder": "files", "size": "10Gi"}
    }
    assert imported.at("services", "push-server", "security") == {"user": 1000, "writable_paths": ["/tmp", "/run"]}
    assert imported.at("services", "tools", "optional") is True
    assert imported.at("services", "tools", "security") == imported.at("services", "push-server", "security")
    assert imported.at("services", "tools", "volumes") == imported.at("services", "push-server", "volumes")


def test_a_profile_that_is_chosen_always_runs(tmp_path: Path) -> None:
    assert not Imported(chat(tmp_path / "chat"), "debug").has("services", "tools", "optional")


def test_a_one_shot_becomes_a_job(imported: Imported) -> None:
    job = imported.at("jobs", "migrate")
    assert isinstance(job, dict)
    assert job["service"] == "web"
    assert "image" not in job
    assert job["arguments"] == ["bin/rails", "db:migrate"]
    assert "DB_PASS" in (job["secrets"] if isinstance(job["secrets"], list) else [])


def test_a_service_of_another_file_is_extended(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "common.yml").write_text(
        "services: {app: {image: 'shop/app:1', env_file: [app.env], environment: {A: '1', B: '1'}}}", encoding="utf-8"
    )
    (tmp_path / "base" / "app.env").write_text("FROM_FILE=yes\n", encoding="utf-8")
    file = compose(
        tmp_path,
        """
        services:
          web:
            extends: {file: base/common.yml, service: app}
            environment: [B=2, C=3]
        """,
    )
    environment = Imported(file).at("services", "web", "environment")
    assert environment == {"FROM_FILE": "yes", "A": "1", "B": "2", "C": "3"}


def test_a_dump_and_a_proxy_are_the_platforms(tmp_path: Path) -> None:
    file = compose(
        tmp_path,
        """
        services:
          db: {image: "postgres:15"}
          backup: {image: "postgres:15", command: sh -c 'while true; do pg_dump -h db > /b; sleep 1d; done'}
          traefik: {image: "traefik:3", ports: ["80:80"]}
          app:
            image: shop/app:1
            depends_on: [db]
            labels:
              - traefik.http.routers.app.rule=Host(`shop.example.com`) && PathPrefix(`/v1`)
              - traefik.http.services.app.loadbalancer.server.port=8080
              - ofelia.job-exec.clean.schedule=@hourly
              - ofelia.job-exec.clean.command=bin/clean --all
        """,
    )
    imported = Imported(file)
    assert imported.diagnostics() == []
    assert imported.at("backups", "dump", "retention_days") == 30
    assert imported.at("ingress", "routes") == [{"host": "shop", "path": "/v1", "service": "app", "port": "http"}]
    assert imported.at("jobs", "clean", "schedule") == "0 * * * *"
    assert imported.at("jobs", "clean", "command") == ["bin/clean", "--all"]
    assert "traefik (traefik:3) is left out" in imported.comments()


def test_timescale_and_rocketmq(tmp_path: Path) -> None:
    file = compose(
        tmp_path,
        """
        services:
          ticks: {image: "timescale/timescaledb:2.17-pg16", environment: {POSTGRES_USER: market}}
          names: {image: "apache/rocketmq:5.3", command: sh mqnamesrv}
          broker: {image: "apache/rocketmq:5.3", command: sh mqbroker -n names:9876}
          app:
            image: shop/app:1
            environment: {ROCKETMQ_NAMESRV_ADDR: "names:9876", TICKS_HOST: ticks, TICKS_USER: market}
        """,
    )
    imported = Imported(file)
    assert imported.diagnostics() == []
    assert imported.at("timeseries", "role") == "market"
    assert imported.at("event_bus", "kind") == "rocketmq"
    assert imported.at("services", "app", "environment") == {
        "ROCKETMQ_NAMESRV_ADDR": {"output": "event_bus.address"},
        "TICKS_HOST": {"output": "timeseries.host"},
        "TICKS_USER": "market",
    }
    assert imported.at("services", "app", "uses") == ["event_bus", "timeseries"]


def test_a_variable_that_names_the_kind_is_text(tmp_path: Path) -> None:
    file = compose(
        tmp_path,
        """
        services:
          postgres: {image: "postgres:17", environment: {POSTGRES_PASSWORD: same-text-here}}
          app:
            image: shop/app:1
            environment:
              DB_TYPE: postgres
              DB_URL_HOST: postgres
              ADMIN_PASSWORD: same-text-here
              DB_PASSWORD: same-text-here
        """,
    )
    imported = Imported(file)
    environment = imported.at("services", "app", "environment")
    assert environment == {"DB_TYPE": "postgres", "DB_URL_HOST": {"output": "database.host"}}
    assert imported.at("secrets", "DB_PASSWORD") == {"kind": "wired", "output": "database.password"}
    assert imported.at("secrets", "ADMIN_PASSWORD") == {"kind": "provided"}


def test_a_credential_in_a_command_or_a_file_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "app.ini").write_text("key = a-very-private-key\n", encoding="utf-8")
    (tmp_path / "open.ini").write_text("colour = blue\n", encoding="utf-8")
    file = compose(
        tmp_path,
        """
        services:
          app:
            image: shop/app:1
            command: serve --key a-very-private-key
            environment: {APP_SECRET: a-very-private-key, HEADER: "Bearer a-very-private-key"}
            volumes: ["./app.ini:/etc/app.ini:ro", "./open.ini:/etc/open.ini:ro"]
        """,
    )
    imported = Imported(file)
    assert "a-very-private-key" not in imported.text
    assert not imported.has("services", "app", "arguments")
    assert imported.at("services", "app", "secrets") == ["APP_SECRET", "HEADER"]
    assert imported.at("services", "app", "files") == {"/etc/open.ini": {"content": "colour = blue\n"}}
    assert imported.diagnostics() == []


def test_secrets_of_compose_are_files(tmp_path: Path) -> None:
    file = compose(
        tmp_path,
        """
        services:
          db: {image: "postgres:17", secrets: [db_password]}
          app: {image: "shop/app:1", secrets: [db_password, {source: key, target: /app/key}]}
        secrets: {db_password: {file: ./pw}, key: {environment: KEY}}
        """,
    )
    imported = Imported(file)
    assert imported.at("services", "app", "files") == {
        "/run/secrets/db_password": {"secret": "DB_PASSWORD"},
        "/app/key": {"secret": "KEY"},
    }
    assert imported.at("secrets", "DB_PASSWORD") == {"kind": "wired", "output": "database.password"}
    assert imported.at("secrets", "KEY") == {"kind": "provided"}

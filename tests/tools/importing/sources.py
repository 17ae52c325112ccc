"""Small sources in the style of what people have, and what the import makes of them."""

from pathlib import Path
from textwrap import dedent
from typing import cast

from settings.document import parse
from settings.raw import Raw
from tests.platform.life import ROOT
from tools.importing.__main__ import found_in
from tools.importing.check import check
from tools.importing.draft import draft
from tools.importing.writing import rendered

CHAT = """\
    name: chat
    x-app: &app
      image: ghcr.io/chat/app:${CHAT_VERSION:-3.2}
      restart: unless-stopped
      env_file: app.env
      depends_on:
        db: {condition: service_healthy}
        redis: {condition: service_started}
    services:
      db:
        image: postgres:16-alpine
        environment:
          POSTGRES_USER: chat
          POSTGRES_DB: chat_production
          POSTGRES_PASSWORD: ${DB_PASSWORD}
        volumes: [db:/var/lib/postgresql/data]
      redis:
        image: valkey/valkey:8-alpine
        command: valkey-server --maxmemory-policy allkeys-lru
      web:
        <<: *app
        command: bundle exec puma -C config/puma.rb
        ports: ["80:3000", "127.0.0.1:9394:9394"]
        environment:
          DATABASE_URL: postgres://chat:${DB_PASSWORD}@db:5432/chat_production
          REDIS_URL: redis://redis:6379/1
          SMTP_PORT: 587
          SMTP_PASSWORD: ${SMTP_PASSWORD:-}
          SECRET_KEY_BASE: 0123456789abcdef-of-chat
          PUSH_URL: http://push_server:8080/send
          MISSING: ${NOBODY_SET_THIS}
        healthcheck:
          test: ["CMD-SHELL", "curl -sf localhost:3000/health | grep -q ok || exit 1"]
          interval: 15s
          timeout: 5s
          retries: 4
          start_period: 1m
        deploy:
          replicas: 2
          resources:
            limits: {cpus: "1.5", memory: 1g}
            reservations: {memory: 256M}
        stop_grace_period: 45s
        privileged: true
      push_server:
        build: ./push
        user: "1000:1000"
        read_only: true
        tmpfs: [/run]
        volumes: [files:/srv/files]
      tools:
        extends: {service: push_server}
        profiles: [debug]
        command: sleep infinity
      migrate:
        <<: *app
        command: [bin/rails, db:migrate]
        restart: "no"
    volumes: {db: {}, files: {}}
"""
CHAT_ENV = "DB_PASSWORD=correct-horse-battery\n"
APP_ENV = "RAILS_ENV=production\nDB_HOST=db\nDB_PORT=5432\nDB_USER=chat\nDB_PASS=${DB_PASSWORD}\nREDIS_HOST=redis\n"

SHOP = """\
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: api}
    spec:
      selector: {matchLabels: {app: api}}
      template:
        metadata: {labels: {app: api}}
        spec:
          terminationGracePeriodSeconds: 20
          containers:
            - name: api
              image: ghcr.io/shop/api:2.1@sha256:1111111111111111111111111111111111111111111111111111111111111111
              ports: [{containerPort: 8080, name: web}]
              env:
                - {name: DB_HOST, value: db}
                - {name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: keys, key: db}}}
                - {name: TOKEN_OF_PARTNER, valueFrom: {secretKeyRef: {name: keys, key: partner}}}
                - {name: LEVEL, valueFrom: {configMapKeyRef: {name: settings, key: level}}}
                - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
                - {name: RATES, value: "http://rates/v1"}
              resources: {requests: {cpu: 100m, memory: 128M}, limits: {memory: 1G}}
              readinessProbe: {httpGet: {path: /ready, port: web}, periodSeconds: 5}
              livenessProbe: {grpc: {port: 8080}}
              volumeMounts:
                - {name: settings, mountPath: /etc/shop}
                - {name: scratch, mountPath: /var/cache/shop}
            - name: proxy
              image: shop/proxy:1.0
              volumeMounts: [{name: scratch, mountPath: /var/cache/shop}]
          volumes:
            - {name: settings, configMap: {name: settings}}
            - {name: scratch, emptyDir: {}}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: api}
    spec: {selector: {app: api}, ports: [{port: 80, targetPort: web}]}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: settings}
    data: {level: info, shop.ini: "[shop]\\nopen = yes\\n"}
    ---
    apiVersion: v1
    kind: Secret
    metadata: {name: keys}
    stringData: {db: database-password-of-shop, partner: partner-token-of-shop}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: postgres}
    spec:
      template:
        metadata: {labels: {app: db}}
        spec:
          containers:
            - name: postgres
              image: pgvector/pgvector:pg17
              env: [{name: POSTGRES_USER, value: shop}, {name: POSTGRES_DB, value: shop}]
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: db}
    spec: {selector: {app: db}, ports: [{port: 5432}]}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: rates}
    spec:
      template:
        metadata: {labels: {app: rates}}
        spec:
          containers:
            - name: rates
              image: shop/rates:1.4
              ports: [{containerPort: 9000}]
              volumeMounts: [{name: data, mountPath: /data}]
      volumeClaimTemplates:
        - {metadata: {name: data}, spec: {resources: {requests: {storage: 5Gi}}}}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: rates}
    spec: {selector: {app: rates}, ports: [{port: 80, targetPort: 9000}]}
    ---
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: shop}
    spec:
      rules:
        - host: www.shop.example
          http: {paths: [{path: /api, backend: {service: {name: api, port: {number: 80}}}}]}
    ---
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: api}
    spec:
      scaleTargetRef: {name: api}
      minReplicas: 2
      maxReplicas: 6
      metrics: [{type: Resource, resource: {name: cpu, target: {averageUtilization: 70}}}]
    ---
    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: report}
    spec:
      schedule: "@daily"
      jobTemplate:
        spec:
          backoffLimit: 1
          template:
            spec:
              containers:
                - {name: report, image: "ghcr.io/shop/api:2.1", command: [bin/report]}
    ---
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: api}
"""


def chat(folder: Path) -> Path:
    """Write the chat's Compose file with its variables; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "app.env").write_text(APP_ENV, encoding="utf-8")
    (folder / ".env").write_text(CHAT_ENV, encoding="utf-8")
    return compose(folder, CHAT)


def compose(folder: Path, text: str) -> Path:
    file = folder / "docker-compose.yml"
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(dedent(text), encoding="utf-8")
    return file


def shop(folder: Path) -> Path:
    """Write the shop's manifests; returns their folder."""
    place = folder / "shop"
    place.mkdir(parents=True)
    (place / "all.yaml").write_text(dedent(SHOP), encoding="utf-8")
    return place


class Imported:
    """A source's workload file: its text, and its data as the settings read it."""

    def __init__(self, source: Path, *profiles: str) -> None:
        self.draft = draft(found_in(source, frozenset(profiles)))
        self.text = rendered(self.draft)
        document = parse(self.text, "workload")
        assert document.diagnostics == ()
        self.data = cast("dict[str, Raw]", document.data)

    def at(self, *keys: str) -> Raw:
        value: Raw = self.data
        for key in keys:
            assert isinstance(value, dict), keys
            value = value[key]
        return value

    def has(self, *keys: str) -> bool:
        try:
            self.at(*keys)
        except KeyError:
            return False
        return True

    def comments(self) -> str:
        """Every comment, in one line."""
        return " ".join(line.strip().removeprefix("#").strip() for line in self.text.splitlines() if "#" in line)

    def diagnostics(self, stack: str = "dev") -> list[str]:
        return [each.render() for each in check(self.draft, self.text, ROOT, stack).diagnostics]

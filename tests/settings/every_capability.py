"""The product of the tests with each thing that a product may ask for: all of it on a cluster, and what tasks have."""

import yaml

from settings.raw import Raw, merged
from tests.settings.product import WORKLOAD

_ON_BOTH = """
services:
  api:
    uses: [database, cache, pooler, telemetry]
    buckets: {uploads: read-write}
    queues: {orders: send-receive}
    topics: [events]
    tables: {sessions: read-write}
    volumes:
      /data: {kind: shared, size: 5Gi}
      /tmp/work: {size: 1Gi}
  worker: {ports: {ssh: {number: 2222}}}
database:
  pooler: {}
  extensions: [pg_trgm]
buckets:
  uploads:
    expire_days: {tmp/: 7}
    backup: true
    cors: {origins: ["@"]}
queues: {orders: {}}
topics: {events: {queues: {orders: {}}}}
tables:
  sessions:
    partition_key: {name: id}
    indexes: {by-customer: {partition_key: {name: customer}, sort_key: {name: at, type: number}}}
    expires_by: ends
    backup: true
static_sites: {site: {host: www}}
jobs: {report: {service: api, schedule: "0 3 * * *", command: [report]}}
maintenance_window: "sun:05:00-sun:06:30"
snapshot_window: "03:00-04:00"
ingress:
  blocked_paths: [{path: /metrics}]
  operator_paths: [/admin]
  tcp_ports: [{host: ssh, listen: 22, service: worker, port: ssh, allowed_cidrs: [203.0.113.0/24]}]
  firewall_exceptions:
    - group: AWSManagedRulesCommonRuleSet
      rule: CrossSiteScripting_BODY
      paths: [/articles]
      reason: Authors write HTML, which the product cleans
  rate_limits: [{name: log-in, path: /log-in, requests: 10}]
  cors: {origins: [app]}
  cdn: {}
health_check: {host: api, path: /ready, search: ready}
verification: {smoke: {checks: [{kind: http, host: api, path: /ready}]}}
"""

_ON_TASKS = """
database: {further: {reports: {}}}
"""

_ON_A_CLUSTER = """
services:
  api:
    uses: [database, cache, pooler, telemetry, timeseries, event_bus]
    leader_election: {lease: leader}
    node_pool: own
  worker:
    headless: true
    volumes: {/state: {kind: persistent, size: 5Gi}}
    update: recreate
timeseries:
  version: "17"
  image: {repository: docker.io/timescale/timescaledb-ha, tag: pg17.6-ts2.22.1}
  name: series
  role: series
  cpu: "2"
  memory: 8Gi
  storage_gib: 100
  pooler: {}
event_bus: {kind: rocketmq, topic_prefix: shop, consumer_group: shop, topics: {orders: {}}}
node_pools: {own: {}}
backups: {restore_test: {schedule: "0 4 * * 0", service: api}}
image_policy: {cosign: {keyless: {issuer: "https://token.example.com", subject: "https://example.com/release"}}}
"""


def _laid_over(*texts: str) -> dict[str, Raw]:
    product: dict[str, Raw] = {}
    for text in texts:
        product = merged(product, yaml.safe_load(text))
    return product


ON_TASKS = _laid_over(WORKLOAD, _ON_BOTH, _ON_TASKS)
ON_A_CLUSTER = _laid_over(WORKLOAD, _ON_BOTH, _ON_A_CLUSTER)

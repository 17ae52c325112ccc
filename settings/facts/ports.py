"""Ports that programs listen at by convention, and the user that their containers run as."""

from typing import Final

HTTP: Final = 80
HTTPS: Final = 443
POSTGRESQL: Final = 5432
"""https://www.postgresql.org/docs/current/runtime-config-connection.html"""
REDIS: Final = 6379
OTLP: Final = 4317
"""OpenTelemetry's protocol over gRPC (https://opentelemetry.io/docs/specs/otlp/)."""
PROMETHEUS: Final = 9090
"""https://prometheus.io/docs/prometheus/latest/getting_started/"""

CONTAINER_USER: Final = 10001
"""The user of containers that state none: above 10000, so that it is no user of the machine's
(https://docs.aws.amazon.com/eks/latest/best-practices/pod-security.html asks for users other than root)."""

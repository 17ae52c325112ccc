"""What `files/verify.py` of the workload chart reads: checks of a product that runs."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from components.chart_values.base import ChartValues
from components.chart_values.types import FilePath, Positive, Seconds, Text


class _Check(ChartValues):
    model_config = ConfigDict(alias_generator=None)


class UrlCheck(_Check):
    """An address answers."""

    kind: Literal["http"]
    url: Annotated[str, Field(pattern="^http://")]
    patience: Positive
    """Seconds that it may take until it does."""


class HostCheck(_Check):
    """A public name answers, and with the status that is expected."""

    kind: Literal["http"]
    host: Text
    patience: Positive
    path: FilePath
    status: Annotated[int, Field(ge=100, le=599)]
    contains: Text | None = None


class CertificateCheck(_Check):
    """A public name's certificate is valid for some days more."""

    kind: Literal["certificate"]
    host: Text
    patience: Positive
    days: Positive


class WebSocketCheck(_Check):
    """A WebSocket stays open."""

    kind: Literal["websocket"]
    host: Text
    patience: Positive
    path: FilePath
    open_seconds: Positive


class TargetsCheck(_Check):
    """Requests reach every pod."""

    kind: Literal["targets"]
    host: Text
    patience: Positive
    path: FilePath
    requests: Positive
    pods: Text
    counter: Text
    window_seconds: Positive


class ScalingCheck(_Check):
    """A Deployment grows under load, and shrinks again."""

    kind: Literal["scaling"]
    replicas: Text
    rise_seconds: Positive
    settle_seconds: Seconds


Check = UrlCheck | HostCheck | CertificateCheck | WebSocketCheck | TargetsCheck | ScalingCheck


class Proofs(ChartValues):
    """What files/verify.py reads."""

    prometheus: Annotated[str, Field(pattern="^http://")] | None = None
    checks: Annotated[tuple[Check, ...], Field(min_length=1)]

"""Prometheus rules: the product's own alerts, its objectives, and what every product is watched for."""

from typing import Final

from components.chart_values.rules import AlertRule, RecordingRule, RuleGroup, Runbook, runbook
from components.product.exporter_rules import exporter_alerts, store_alerts
from components.product.objectives import rules_of_all, unless_told
from components.product.proof_rules import proof_alerts
from settings import PlatformSettings
from settings.workload import Contacts, Workload
from settings.workload.observation import Alert

_EVALUATED_SECONDS: Final = 30
"""How often rules are evaluated at least: what the operator has Prometheus do of itself.

https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusSpec
"""


def rule_groups(settings: PlatformSettings) -> tuple[RuleGroup, ...]:
    """Rule groups: `<product>` with its own alerts, `<product>-objectives`, and `<product>-platform`.

    Of a product that was stopped on purpose, only what is still there is watched: its secrets, and pods in the way.
    The product's rules are evaluated as often as its metrics are read.
    """
    workload, interval = settings.workload, f"{evaluated_seconds(settings.workload)}s"
    contacts = _contacts(workload.contacts)
    running = not settings.stack.application.stopped
    groups: dict[str, list[AlertRule | RecordingRule]] = {
        workload.name: [_alert(alert, contacts, "alerts-of-products") for alert in workload.alerts if running],
        f"{workload.name}-objectives": [
            *(rules_of_all(settings.namespace, workload.objectives, contacts, _scraped(workload)) if running else ()),
        ],
        f"{workload.name}-platform": [
            _alert(alert, contacts, page, workload.contacts.platform_team)
            for page, alerts in _platform_pages(settings).items()
            for alert in alerts
        ],
    }
    return tuple(RuleGroup(name=name, interval=interval, rules=tuple(rules)) for name, rules in groups.items() if rules)


def _platform_pages(settings: PlatformSettings) -> dict[Runbook, list[Alert]]:
    """List what the platform itself watches, by the page that says what to do."""
    watched = platform_alerts(settings.namespace)
    if settings.stack.application.stopped:
        return {"alerts": watched}
    watched += [*proof_alerts(settings), *exporter_alerts(settings)]
    return {"alerts": watched, "alerts-of-stores": store_alerts(settings)}


def evaluated_seconds(workload: Workload) -> int:
    """Say how often the product's rules are evaluated: as often as any of its services is scraped (GX-121).

    A rule that is evaluated less often sees a value late; more often, it sees the same value twice.
    """
    scraped = (service.metrics.interval_seconds for service in workload.services.values() if service.metrics)
    return min([_EVALUATED_SECONDS, *scraped])


def _scraped(workload: Workload) -> dict[str, int]:
    """Seconds between two scrapes of each service that has metrics."""
    return {name: each.metrics.interval_seconds for name, each in workload.services.items() if each.metrics}


def product_rule_groups(settings: PlatformSettings) -> tuple[RuleGroup, ...]:
    """The groups of the product's own metrics, without those that ask a cluster, as Amazon's Prometheus takes them.

    It evaluates a group once a minute where nothing is stated, and charges for each sample that a rule reads: they are
    evaluated twice a minute. https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-ruler-rulesfile.html
    """
    return tuple(
        group.model_copy(update={"interval": f"{_EVALUATED_SECONDS}s"})
        for group in rule_groups(settings)
        if group.name != f"{settings.workload.name}-platform"
    )


def platform_alerts(namespace: str) -> list[Alert]:
    """What is watched for any product, from kube-state-metrics."""
    where = f'namespace="{namespace}"'
    return [
        _standard(
            "PodsNotReady",
            f"kube_deployment_status_replicas_unavailable{{{where}}} > 0",
            "15m",
            "critical",
            "Pods of a service have not been ready for 15 minutes",
            "{{ $labels.deployment }} lacks {{ $value }} ready pods; requests may be answered with 503.",
        ),
        _standard(
            "ContainerRestarting",
            f"increase(kube_pod_container_status_restarts_total{{{where}}}[15m]) > 3",
            "5m",
            "warning",
            "A container restarts again and again",
            "{{ $labels.container }} in {{ $labels.pod }} restarted {{ $value }} times in 15 minutes.",
        ),
        _standard(
            "AutoscalerAtMaximum",
            f"kube_horizontalpodautoscaler_status_current_replicas{{{where}}}"
            f" >= kube_horizontalpodautoscaler_spec_max_replicas{{{where}}}",
            "15m",
            "warning",
            "An autoscaler has no room left",
            "{{ $labels.horizontalpodautoscaler }} has run at its maximum for 15 minutes.",
        ),
        _standard(
            "JobFailed",
            # A failed Job stays to be read; the alert ends with its day, or it would hide the next one.
            f"kube_job_status_failed{{{where}}} > 0 and on (namespace, job_name)"
            f" time() - kube_job_status_start_time{{{where}}} < 86400",
            "1m",
            "critical",
            "A Job failed",
            "{{ $labels.job_name }} failed; its pods' logs say why.",
        ),
        _standard(
            "SecretNotSynchronised",
            f'externalsecret_status_condition{{{where}, condition="Ready", status="False"}} == 1',
            "15m",
            "warning",
            "A secret could not be read from Secrets Manager",
            "{{ $labels.name }} has not been refreshed for 15 minutes; pods keep the value they have.",
        ),
    ]


def _standard(name: str, expression: str, for_: str, severity: str, summary: str, description: str | None) -> Alert:
    return Alert.model_validate(
        {
            "name": name,
            "expression": expression,
            "for": for_,
            "severity": severity,
            "summary": summary,
            "description": description,
        }
    )


def _alert(alert: Alert, contacts: dict[str, str], page: Runbook, team: str | None = None) -> AlertRule:
    """Write a rule; `team` is notified where the alert names none."""
    leads_to = runbook(page, alert.name) if alert.runbook is None else {"runbook": alert.runbook}
    annotations = {"summary": alert.summary, **contacts, **leads_to}
    if alert.description is not None:
        annotations["description"] = alert.description
    return AlertRule(
        alert=alert.name,
        expr=_expression(alert),
        for_=alert.for_,
        labels={"severity": alert.severity, **_told(alert), **_named(alert.team or team)},
        annotations=annotations,
    )


def _expression(alert: Alert) -> str:
    """Give the alert's expression, which is quiet where it yields and another alert has told of the same."""
    if not alert.yields or alert.service is None or alert.signal is None:
        return alert.expression
    return f"({alert.expression})" + unless_told(alert.name, "5m", service=alert.service, signal=alert.signal)


def _told(alert: Alert) -> dict[str, str]:
    """What the routes go by: which signal of which service it tells of."""
    stated = {"service": alert.service, "signal": alert.signal, "yields": "true" if alert.yields else None}
    return {key: value for key, value in stated.items() if value is not None}


def _named(team: str | None) -> dict[str, str]:
    return {"team": team} if team else {}


def _contacts(contacts: Contacts) -> dict[str, str]:
    stated = {"support_email": contacts.email, "support_chat": contacts.chat, "support_issues": contacts.issues}
    return {name: value for name, value in stated.items() if value is not None}

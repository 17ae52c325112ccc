"""CloudWatch: metrics, alarms, logs and events."""

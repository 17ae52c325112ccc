"""CloudWatch Synthetics."""

"""What AWS's documentation says in prose and no model states: a line each."""

from sandbox.cloud.rules.prose import data, network, rest

CHECKS = {**network.CHECKS, **data.CHECKS, **rest.CHECKS}
ranges = network.ranges

"""Bad changes to what the platform really registers and renders, written from CIS, PCI DSS and AWS's own guides.

They were written before the rules were looked at, so that they tell what the pack misses: `table/*.yaml` holds them,
with what each endangers and who says so. `python -m tests.policies.held_out` applies each to a recorded graph, holds
the whole pack against the result and prints the share that is caught.
"""

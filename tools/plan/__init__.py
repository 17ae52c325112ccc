"""The change plan of a stack: what each difference from the last state means for who uses it."""

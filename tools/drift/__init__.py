"""What changed in the account since the last `up`, by whom, and what to do about it."""

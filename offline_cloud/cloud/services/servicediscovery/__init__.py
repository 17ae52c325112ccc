"""Cloud Map."""

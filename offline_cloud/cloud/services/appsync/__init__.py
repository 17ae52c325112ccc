"""AppSync."""

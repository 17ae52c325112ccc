"""DocumentDB."""

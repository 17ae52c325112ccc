"""MemoryDB."""

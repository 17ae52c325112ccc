"""What the API server and the controllers refuse beyond the schemas, one concern per file."""

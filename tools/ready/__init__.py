"""What has to be there before a stack's first `up`, checked before anything is created."""

"""Which keys the values of each pinned upstream chart take."""

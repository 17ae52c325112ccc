"""The provider process the engine talks to: type checks, diffs, and the life cycle of every resource."""

"""What ends a run early, each in one clear line with a way on."""


class OfflineCloudError(Exception):
    """A reason to stop that the user can act on. ``exit_code`` is what the process answers with."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code

"""The error that set-up raises: what went wrong, and what to do about it."""


class SetupError(Exception):
    """A step of the set-up that cannot be finished."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.cause}\n  What to do: {self.remedy}"


class CancelledError(SetupError):
    """The work was stopped because another part of the set-up failed; that one tells what went wrong."""

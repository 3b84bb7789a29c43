"""The one error every service raises and every door understands."""


class DomainError(Exception):
    """A rule said no. `code` is for programs, `message` is for the person, `status` is the HTTP answer."""

    def __init__(self, code: str, message: str, *, status: int = 409) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.status = status

"""The one family of errors that a user is meant to read: a sentence, exit code 2, no traceback."""


class FiggenError(Exception):
    """Something the user can mend; the message says what, where, and what to do next."""

    exit_code = 2


class ConfigError(FiggenError):
    """The command line or a YAML file asks for something that cannot be."""


class DataError(FiggenError):
    """The data on disk is missing, broken, or not what its format promises."""


class CheckpointError(FiggenError):
    """Saved weights are missing, torn, or of another shape."""


class OCRUnavailable(FiggenError):
    """A text engine or its weights cannot be had on this machine."""


class NonFiniteError(FiggenError):
    """A loss or a gradient stopped being a number; nothing was updated with it."""


def user_error(error: BaseException | None) -> FiggenError | None:
    """The user error that `error` is or was raised from: Hydra wraps what a constructor raises."""
    while error is not None and not isinstance(error, FiggenError):
        error = error.__cause__
    return error

"""Errors that a user can act on."""


class BaylingError(Exception):
    """Wrong input or a state that the user can mend.

    The message is one line that names the file, line, option or recipe key at fault and says what to do.
    The command line prints it alone and exits with code 2.
    """

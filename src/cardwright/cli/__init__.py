"""The command line: one command per file."""


def main() -> None:
    """Run the program."""

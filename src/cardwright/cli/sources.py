"""Options from the environment (`CARDWRIGHT_PORT=9000`) and a TOML file (`port = 9000`), no positional arguments."""

from __future__ import annotations

import json
import os
import tomllib
from contextvars import ContextVar
from inspect import Parameter
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Final, Union, get_args, get_origin

from cyclopts import ArgumentCollection, CycloptsError
from cyclopts.config import Dict, Env

from cardwright.cli.output import complain
from cardwright.errors import CardwrightError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from cyclopts import App

PREFIX: Final = "CARDWRIGHT_"
CONFIG: Final = "config"
"""The one option that no command has: it names the file."""
_read: Final[ContextVar[tuple[Path, ...]]] = ContextVar("read", default=())
_UNNAMED: Final = (Parameter.POSITIONAL_ONLY, Parameter.VAR_POSITIONAL)


class ConfigError(CardwrightError):
    """The configuration file cannot be read; the message says why."""


class Environment(Env):
    """Every option under its name in capitals, with underscores; it warns of a name that no command has."""

    def __call__(self, app: App, commands: tuple[str, ...], arguments: ArgumentCollection) -> None:
        """Fill the options that the command line left open."""
        options = _options(arguments)
        check_text(value for name, value in os.environ.items() if name.startswith(PREFIX))
        given = {name: _plain(name.removeprefix(PREFIX)) for name in os.environ if name.startswith(PREFIX)}
        unknown = _unknown(given.values(), options, app) - {CONFIG}
        for name, option in given.items():
            if option in unknown:
                complain(f"no command has an option for {name}")
        super().__call__(app, commands, options)


class ConfigFile(Dict):
    """A TOML file with options; the file is for all commands, so one that another command has is passed over."""

    @classmethod
    def read(cls, file: Path) -> ConfigFile:
        """Return the options in `file`; raises ConfigError when it is no TOML, OSError when it cannot be read."""
        _read.set((*_read.get(), file))
        try:
            text = file.read_text(encoding="utf-8-sig")  # TOML does not know the mark that some editors begin with
            return cls(tomllib.loads(text), source=str(file), use_commands_as_keys=False)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{file} is not TOML: {error}") from None

    def __call__(self, app: App, commands: tuple[str, ...], arguments: ArgumentCollection) -> None:
        """Fill the options that the command line and the environment left open; CycloptsError for an unknown one."""
        options = _options(arguments)
        unknown = _unknown(map(_plain, self.data), options, app)
        for name in self.data:
            if _plain(name) in unknown:
                raise CycloptsError(msg=f"{self.source}: unknown option '{name}'")
        hints = {_plain(name): option.hint for option in options for name in option.names}
        for name, value in self.data.items():
            if _plain(name) in hints:
                _check_type(f"{self.source}: {name}", value, hints[_plain(name)])
        mine = _names(options)
        theirs = {name: value for name, value in self.data.items() if _plain(name) in mine}
        Dict(theirs, source=self.source, use_commands_as_keys=False)(app, commands, options)


_EXPECTED: Final = {int: "a whole number", bool: "true or false", str: "a text"}
_TAKEN: Final[dict[object, tuple[type, ...]]] = {
    int: (int, float, str),  # a fraction is told by `check_numbers`
    bool: (bool, str),
    str: (str,),
}
"""By what an option is: the types of TOML that may stand for it. A text is read as one in the environment would be."""


def _check_type(where: str, value: object, hint: Any) -> None:  # noqa: ANN401 - any annotation
    """Raise CycloptsError for a value of a type that the option does not have: cyclopts would make a text of it."""
    kinds = get_args(hint) if get_origin(hint) in {Union, UnionType} else (hint,)
    (kind,) = (it for it in kinds if it is not NoneType)
    given = [value]
    if get_origin(kind) is tuple:
        kind = get_args(kind)[0]
        given = value if isinstance(value, list) else given
    kind = kind if kind in _TAKEN else str  # a path and a choice are texts
    for one in given:
        if type(one) not in _TAKEN[kind]:
            raise CycloptsError(msg=f"{where}: {_EXPECTED[kind]} is expected, not {json.dumps(one, default=str)}")


def configuration() -> tuple[Path, ...]:
    """Return the files that options were read from."""
    return _read.get()


def check_numbers(_app: App, _commands: tuple[str, ...], arguments: ArgumentCollection) -> None:
    """Raise CycloptsError for a number with a fraction where a whole one belongs: cyclopts would round it."""
    for argument in arguments:
        for token in argument.tokens if argument.hint is int else ():
            if "." in token.value:
                raise CycloptsError(msg=f"{argument.name}: {token.value!r} is no whole number")


def check_text(values: Iterable[str]) -> None:
    """Raise CycloptsError if there is an octet among the values that is no text in the encoding of the locale."""
    for value in values:
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise CycloptsError(msg=f"{value!a} is not text in the encoding of this system")


def _options(arguments: Iterable[Any]) -> ArgumentCollection:
    named = (it for it in arguments if it.field_info.kind not in _UNNAMED)
    return ArgumentCollection(named)  # type: ignore[no-untyped-call] # cyclopts leaves it without types


def _names(options: ArgumentCollection) -> set[str]:
    return {_plain(name) for it in options for name in it.names}


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").lstrip("-")


def _unknown(given: Iterable[str], options: ArgumentCollection, app: App) -> set[str]:
    """Return the names that no command has for an option; only for one that this command lacks are others loaded."""
    left = set(given) - _names(options)
    return left - _every(app.app_stack.current_frame[0]) if left else left


def _every(app: App) -> set[str]:
    """Return the names of all options of a program."""
    names = _names(_options(app.assemble_argument_collection(parse_docstring=False))) if app.default_command else set()
    return names.union(*(_every(app[name]) for name in app if not name.startswith("-")))

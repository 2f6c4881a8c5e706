"""The options that every verb takes, before or after its name."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import redirect_stdout
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from timebank.cli.session import Session

CommandT = TypeVar("CommandT", bound=Callable[..., Any])


def _set_language(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        _session(context).language = value


def _set_config(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        _session(context).config = Path(value)


def _set_json(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click calls it so
    if value:
        _session(context).as_json = True


def _set_format(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        _session(context).as_json = value == "json"


def _session(context: click.Context) -> Session:
    session: Session = context.obj
    return session


_LANGUAGE = click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    callback=_set_language,
    expose_value=False,
    is_eager=True,
    help="语言；不写则看 LANG，默认中文 · language; by LANG unless given, Chinese by default",
)
_CONFIG = click.option(
    "--config",
    metavar="PATH",
    callback=_set_config,
    expose_value=False,
    is_eager=True,
    help="配置文件，默认 config/timebank.yaml（或环境变量 TIMEBANK_CONFIG） · configuration file",
)
_JSON = click.option(
    "--json",
    is_flag=True,
    callback=_set_json,
    expose_value=False,
    is_eager=True,
    help="只输出一个 JSON 值，两种语言都在内 · one JSON value, with both languages in it",
)
_FORMAT = click.option(
    "--format",
    type=click.Choice(["text", "json"]),
    callback=_set_format,
    expose_value=False,
    is_eager=True,
    help="输出的样式；json 与 --json 相同 · the form of what is printed; json is the same as --json",
)
database_option = click.option(
    "--database",
    metavar="URL",
    help="数据库地址，代替配置文件里的 · database address in place of the configured one",
)


def common_options(command: CommandT) -> CommandT:
    """Add the options that every verb takes, and hand it the session."""
    return _LANGUAGE(_CONFIG(_JSON(click.pass_obj(_alone_on_stdout(command)))))  # type: ignore[return-value]


def _alone_on_stdout(command: CommandT) -> CommandT:
    """Keep standard output for what the verb says: whatever a plugin prints goes to standard error."""

    @wraps(command)
    def alone(session: Session, *given: Any, **named: Any) -> Any:
        with redirect_stdout(session.stderr):
            return command(session, *given, **named)

    return alone  # type: ignore[return-value]


def rules_options(command: CommandT) -> CommandT:
    """Add the options that every verb about rule files takes, and hand it the session."""
    return _FORMAT(common_options(command))


def global_options(group: CommandT) -> CommandT:
    """Add the same options before the verb."""
    return _LANGUAGE(_CONFIG(_JSON(group)))

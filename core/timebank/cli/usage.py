"""Wrong use of the command line, in both languages: what click noticed, and where help is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import click

from timebank.cli.session import Session
from timebank.domain.words import Words
from timebank.rules.suggestions import nearest

WRONG_USE = 2
_PATHS = {
    "does not exist.": Words("没有这个文件或文件夹", "there is no such file or folder"),
    "is a file.": Words("它是文件，这里要写文件夹", "it is a file, and a folder is meant here"),
    "is a directory.": Words("它是文件夹，这里要写文件", "it is a folder, and a file is meant here"),
    "is not readable.": Words("没有读它的权限", "there is no permission to read it"),
    "is not writable.": Words("没有写它的权限", "there is no permission to write it"),
}


def tell_wrong_use(session: Session, error: click.UsageError, arguments: Sequence[str]) -> int:
    """Tell what is wrong with a call and return the exit code.

    Args:
        session: how it speaks, as far as click read the options before it gave up.
        error: what click noticed.
        arguments: what stands after ``timebank``; the form and language asked for there are kept even so.
    """
    _heed(session, arguments)
    if isinstance(error, click.exceptions.NoArgsIsHelpError) and not session.as_json:
        session.stdout.write(error.format_message() + "\n")
        return WRONG_USE
    words = _words(error)
    if error.ctx is not None:
        path = error.ctx.command_path
        words = Words(f"{words.zh}请看 {path} --help。", f"{words.en} See {path} --help.")
    words = Words(f"用法不对：{words.zh}", f"Wrong use: {words.en}")
    if session.as_json:
        session.give({"error": {"code": "wrong_use", "zh": words.zh, "en": words.en}})
    else:
        session.err.print(session.text(words), markup=False, soft_wrap=True)
    return WRONG_USE


def _heed(session: Session, arguments: Sequence[str]) -> None:
    """Speak in the form and language that the arguments ask for, whether or not click came to read them."""
    written = {*arguments, *(f"{option}={value}" for option, value in pairwise(arguments))}
    session.as_json = session.as_json or not written.isdisjoint({"--json", "--format=json"})
    for language in ("zh", "en"):
        if f"--lang={language}" in written:
            session.language = language


def _words(error: click.UsageError) -> Words:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return Words("缺少动词。", "A verb is missing.")
    command = getattr(error, "command_name", None)
    if command is not None:
        return _unknown(error, Words("动词", "verb"), str(command))
    if isinstance(error, click.NoSuchOption):
        return _unknown(error, Words("选项", "option"), error.option_name)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        name = _written(error.param, error.ctx)
        return Words(f"缺少 {name}。", f"{name} is missing.")
    if isinstance(error, click.BadParameter) and error.param is not None:
        return _wrong_value(error, error.param)
    return _in_both(error.message)


def _written(parameter: click.Parameter, context: click.Context | None) -> str:
    """Return a parameter as one writes it: an option with its value, an argument by its name."""
    value = parameter.make_metavar(context) if context is not None else str(parameter.name)
    return f"{parameter.opts[0]} {value}" if parameter.param_type_name == "option" else value


def _wrong_value(error: click.BadParameter, parameter: click.Parameter) -> Words:
    name = parameter.opts[0] if parameter.param_type_name == "option" else str(parameter.name).upper()
    if isinstance(parameter.type, click.Choice):
        known = [str(choice) for choice in parameter.type.choices]
        return Words(f"{name} 只能写 {'、'.join(known)}。", f"{name} is one of {', '.join(known)}.")
    if isinstance(parameter.type, click.Path):
        return _wrong_path(name, error.message)
    if isinstance(parameter.type, click.DateTime):
        zh = f"{name} 要写年-月-日，如 2026-07-01，且确有这一天。"
        return Words(zh, f"{name} is a day that exists, such as 2026-07-01.")
    why = _in_both(error.message)
    return Words(f"{name} 的值不对：{why.zh}", f"{name}: {why.en}")


def _wrong_path(name: str, message: str) -> Words:
    """Return in both languages what click says of a file or folder that will not do: which, and why."""
    why = next((words for ending, words in _PATHS.items() if message.endswith(ending)), None)
    named = message.partition("'")[2].rpartition("'")[0]
    if why is None:
        return Words(f"{name} 不能用：{message}", f"{name}: {message}")
    return Words(f"{name} 写的 {named} 不能用：{why.zh}。", f"{name} {named} cannot be used: {why.en}.")


def _in_both(message: str) -> Words:
    """Return ``中文 · English``, as our own verbs complain, as the two it holds; click's own words serve for both."""
    zh, _, en = message.partition(" · ")
    zh, en = zh.removesuffix("。"), (en or zh).removesuffix(".")
    return Words(f"{zh}。", f"{en}.")


def _unknown(error: click.UsageError, kind: Words, name: str) -> Words:
    meant = nearest(name, _known(error))
    hint = Words(f"是不是 {meant}？", f" Did you mean {meant}?") if meant is not None else Words("", "")
    return Words(f"没有{kind.zh}“{name}”。{hint.zh}", f"There is no {kind.en} “{name}”.{hint.en}")


def _known(error: click.UsageError) -> list[str]:
    if error.ctx is None:
        return []
    command = error.ctx.command
    if isinstance(command, click.Group) and not isinstance(error, click.NoSuchOption):
        return command.list_commands(error.ctx)
    return [option for parameter in command.get_params(error.ctx) for option in parameter.opts]

"""From the name of an adapter to the adapter."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from timebank.domain.refusal import BadInput
from timebank.domain.words import Words

BUILT_IN = {
    "http": "timebank.adapters.http_registry:HttpRegistry",
    "log": "timebank.adapters.log_sender:LogSender",
}


def build(name: str, options: Mapping[str, Any]) -> Any:
    """Return the adapter that options describe: ``adapter`` is a built-in name or ``package.module:Class``.

    Args:
        name: what it is for, such as ``senders.sms``; for the sentence when it cannot be built.
        options: ``adapter``, and what its class takes.
    """
    path = BUILT_IN.get(options["adapter"], options["adapter"])
    module, _, cls = path.partition(":")
    rest = {key: value for key, value in options.items() if key != "adapter"}
    try:
        return getattr(import_module(module), cls)(**rest)
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        known = "、".join(BUILT_IN)
        zh = f"配置 {name} 的适配器“{options['adapter']}”用不了：{error}。内置的有：{known}；也可写 包.模块:类。"
        en = (
            f"The adapter “{options['adapter']}” of {name} cannot be used: {error}. "
            f"Built in: {', '.join(BUILT_IN)}; or write package.module:Class."
        )
        raise BadInput(Words(zh, en), "bad_adapter") from error

"""Write the part of rule-files.md that explains every key, from the JSON Schema by which rule files are checked.

Run it after a change of the schema: ``python docs/make_rule_files.py``. A test sees that it was not forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from timebank.rules.schema_file import rules_schema

PAGE = Path(__file__).with_name("rule-files.md")
MARK = "<!-- 以下由 make_rule_files.py 写成 · written by make_rule_files.py from here on -->\n"
BASIS = {"source", "assumed"}
FORMATS = {
    "whole-minutes": "时长 · duration: `90 min`, `4 h`",
    "date": "日期 · date: `2026-07-01`",
    "rule-file": "文件名 · file name: `2026-01-01`",
}
KINDS = {
    "boolean": ("true 或 false", "true or false"),
    "integer": ("整数", "a whole number"),
    "number": ("数", "a number"),
    "string": ("文字", "text"),
}


def page(text: str) -> str:
    """Return the page with its explanation of the keys written anew."""
    return text[: text.index(MARK) + len(MARK)] + "\n" + "\n".join(sections())


def sections() -> Iterator[str]:
    """Yield the lines of one section for each block of a rule file."""
    schema = rules_schema()
    for name, block in schema["properties"].items():
        needed = "必写 · required" if name in schema["required"] else "可不写 · optional"
        yield f"### `{name}`\n\n{block['x-zh']}（{needed}）。 {block['x-en']}.\n"
        rows = list(keys(block, name))
        if rows:
            yield "| 键 · Key | 意思 · Meaning | 写法 · Form | |"
            yield "|---|---|---|---|"
            yield from rows
            yield ""


def keys(block: Mapping[str, Any], path: str) -> Iterator[str]:
    """Yield a row for each key inside a block; labels and bases are explained once, at the top of the page."""
    for key, inner in block.get("properties", {}).items():
        if key in BASIS or is_words(block):
            continue
        needed = "必写 · required" if key in block.get("required", ()) else ""
        yield row(f"{path}.{key}", inner, needed)
        yield from keys(inner, f"{path}.{key}")
    for part in (block.get("additionalProperties"), block.get("items")):
        if isinstance(part, Mapping):
            yield from keys(part, f"{path}.*")


def row(path: str, block: Mapping[str, Any], needed: str) -> str:
    """Return one row of a table."""
    zh, en = block.get("x-zh", ""), block.get("x-en", "")
    return f"| `{path}` | {zh}<br>{en} | {named(block) or form(block)} | {needed} |"


def named(block: Mapping[str, Any]) -> str:
    """Return which names a key takes, or nothing where it takes no name that the file declares."""
    if "x-names" not in block:
        return ""
    name = f"`{block['x-names']}` 里的名字 · a name under `{block['x-names']}`"
    return f"列表 · list: {name}" if block.get("type") == "array" else name


def form(block: Mapping[str, Any]) -> str:
    """Return how a value is written."""
    if "const" in block:
        return f"`{str(block['const']).lower()}`"
    if "enum" in block:
        return "<br>".join(f"`{value}` {zh} · {en}" for value, (zh, en) in block["x-values"].items())
    if "format" in block:
        return FORMATS[block["format"]]
    if "x-form-zh" in block:
        return f"{block['x-form-zh']} · {block['x-form-en']}"
    if block.get("type") == "array":
        inner = form(block["items"])
        return f"列表 · list:{'<br>' if '<br>' in inner else ' '}{inner}"
    if is_words(block):
        return "`{zh: …, en: …}`"
    if block.get("type") == "object":
        return "块 · block" if "properties" in block else "按名字分列 · by name"
    unit = f"（{block['x-unit-zh']} · {block['x-unit-en']}）" if "x-unit-zh" in block else ""
    return " · ".join(KINDS[block["type"]]) + unit


def is_words(block: Mapping[str, Any]) -> bool:
    """Say whether a block is a text in both languages."""
    return set(block.get("properties", ())) == {"zh", "en"}


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

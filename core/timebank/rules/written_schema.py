"""The JSON Schema of one city's rule files as editors read it: core's and its plugin's keys, told in one language.

It is the schema by which rule files are checked, part by part: only the help is turned into the keywords that
editors show. Any validator of JSON Schema 2020-12 therefore comes to the same verdict on the shape of a file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from timebank.domain.words import Words
from timebank.rules.schema_file import exact, raw_schema, slotted, written_out
from timebank.rules.snippets import snippets

LANGUAGES = ("zh", "en")
_ONE = ("items", "additionalProperties", "propertyNames", "not", "if", "then", "else", "contains")
_MANY = ("allOf", "anyOf", "oneOf")
_BY_NAME = ("properties", "$defs", "patternProperties")
_NOTE = "由 timebank rules schema 写成，请勿手改 · written by timebank rules schema; do not edit"


def schema_file_name(language: str) -> str:
    """Return the name of a written schema in its city's folder: ``schema.zh.json``."""
    return f"schema.{language}.json"


def schema_line(language: str = "zh") -> str:
    """Return the first line of a rule file, by which editors find the schema beside it.

    It is the same in a draft, which is published byte for byte: beside drafts lies a schema that hands on to the city's.
    """
    return f"# yaml-language-server: $schema={schema_file_name(language)}"


def schema_of_drafts(language: str) -> str:
    """Return the schema that lies beside drafts, as the text of a JSON file: the one in the folder above."""
    named = {
        "$schema": raw_schema()["$schema"],
        "$comment": _NOTE,
        "$ref": f"../{schema_file_name(language)}",
    }
    return json.dumps(named, ensure_ascii=False, indent=1) + "\n"


def schema_text(city: str, plugin_schema: Mapping[str, Mapping[str, Any]], language: str) -> str:
    """Return the schema of a city's rule files as the text of a JSON file.

    Args:
        city: the city's code.
        plugin_schema: JSON Schemas of the plugins' own slots, by plugin.
        language: ``zh`` or ``en``, for everything a person reads.
    """
    schema = written_schema(city, plugin_schema, language)
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def written_schema(
    city: str, plugin_schema: Mapping[str, Mapping[str, Any]], language: str
) -> dict[str, Any]:
    """Return the same as plain data."""
    core = raw_schema()
    block = core["properties"]["extensions"]
    slots = {
        name: {**block["additionalProperties"], **written_out(schema)}
        for name, schema in plugin_schema.items()
    }
    closed = {**block, "additionalProperties": False}
    composed = slotted({**core, "properties": {**core["properties"], "extensions": closed}}, slots)
    told = _Telling(core["$defs"], language).part(composed)
    title = Words(f"{city} 的规则文件", f"Rule file of {city}").in_language(language)
    return {"$schema": core["$schema"], "$comment": _NOTE, **told, "title": title}


class _Telling:
    """Turns the help of each part of a schema into what editors show in one language."""

    def __init__(self, definitions: Mapping[str, Any], language: str) -> None:
        self.definitions = definitions
        self.language = language

    def part(self, node: Any) -> Any:
        """Return one part of a schema; anything but a block stands for itself."""
        if not isinstance(node, Mapping):
            return node
        told: dict[str, Any] = self._help(node)
        for key, value in node.items():
            if key in _BY_NAME:
                told[key] = {name: self.part(inner) for name, inner in value.items()}
            elif key in _ONE:
                told[key] = self.part(value)
            elif key in _MANY:
                told[key] = [self.part(inner) for inner in value]
            elif key == "pattern":
                told[key] = exact(value)
            elif key not in ("format", "$schema", "title") and not key.startswith("x-"):
                told[key] = value
        return told

    def _help(self, node: Mapping[str, Any]) -> dict[str, Any]:
        whole = self._whole(node)
        told: dict[str, Any] = {}
        meaning = node.get(f"x-{self.language}")
        if meaning is not None:
            told["description"] = f"{meaning}{self._form(whole)}"
            values = self._values(self._whole(whole.get("items", {})))  # those of a choice stand beside it
            if values:
                listed = "\n".join(f"- `{value}` {words}" for value, words in values.items())
                told["markdownDescription"] = f"{told['description']}\n\n{listed}"
        if "x-values" in node:
            told["enumDescriptions"] = list(self._values(node).values())
        if f"x-form-{self.language}" in node:
            told["patternErrorMessage"] = self._words("应为", "write ") + node[f"x-form-{self.language}"]
        offered = snippets(node, self._whole, self.language)
        return {**told, "defaultSnippets": offered} if offered else told

    def _whole(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a part with what its reference names, its own words first."""
        if "$ref" not in node:
            return node
        named = self.definitions[node["$ref"].removeprefix("#/$defs/")]
        return {**self._whole(named), **node}

    def _form(self, whole: Mapping[str, Any]) -> str:
        """Return how a value is written, after the sentence that says what it means."""
        form, unit = whole.get(f"x-form-{self.language}"), whole.get(f"x-unit-{self.language}")
        if "x-names" in whole:
            form = self._words("{} 里写明的名字", "a name that {} declares").format(whole["x-names"])
        said = self._words("。写法：", ". Write: ") + form if form else ""
        return said + (self._words("。单位：", ". Unit: ") + unit if unit else "")

    def _values(self, node: Mapping[str, Any]) -> dict[str, str]:
        number = LANGUAGES.index(self.language)
        return {value: words[number] for value, words in node.get("x-values", {}).items()}

    def _words(self, zh: str, en: str) -> str:
        return Words(zh, en).in_language(self.language)

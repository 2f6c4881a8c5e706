"""A second opinion: rule files read by the stock YAML parser, judged by the stock validator with the written schema.

Nothing of our own reading or check is used here; the schema is the one that editors are given.
"""

import re
from functools import cache

import yaml
from jsonschema import Draft202012Validator

from bench.rules.shipped import desk_for
from timebank.rules.written_schema import written_schema

_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FREE = frozenset({"note", "issuer", "number", "url", "file"})  # what tells of a document and decides nothing
_WORDS = frozenset(
    {"zh", "en", "assumed", "plural"}
)  # their wording decides nothing; that they are there may
_IN_ORDER = frozenset({"steps", "honours"})


class _CoreSchema(_FAST):
    """The stock loader with scalars as YAML 1.2 has them: true, false, numbers, nothing; all else is text."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - PyYAML's own way


for _tag, _form, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"~|null|", ["~", "n", ""]),
    ("int", r"-?(?:0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(?:0|[1-9][0-9]*)\.[0-9]+", "-0123456789"),
):
    _CoreSchema.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_form})\\Z"), list(_first)
    )


def data_of(text):
    """Return a file as plain data, or None where the stock parser cannot read it."""
    try:
        return yaml.load(text, Loader=_CoreSchema)
    except (yaml.YAMLError, ValueError):
        return None


@cache
def validator_of(city):
    """Return the stock validator with a city's written schema."""
    return Draft202012Validator(written_schema(city, desk_for(city).plugin_keys, "en"))


def has_the_shape(city, data):
    """Say whether plain data fits the written schema of a city."""
    return validator_of(city).is_valid(data)


def meant(data, key=""):
    """Return what plain data decides: wording that no decision reads is left out, order is kept where it counts.

    Left out are names and notes for people (`zh`, `en`, `assumed`, `plural`: what they say; `note`, `issuer`, `number`,
    `url`, `file` of a document: altogether) and, of a `source`, what follows the document's short name.
    """
    if isinstance(data, dict):
        inner = [(name, meant(value, name)) for name, value in data.items() if name not in _FREE]
        return ("block", tuple(inner if key in _IN_ORDER else sorted(inner, key=lambda one: str(one[0]))))
    if isinstance(data, list):
        return ("list", tuple(meant(item) for item in data))
    if key in _WORDS and isinstance(data, str):
        return "…"
    if key == "source" and isinstance(data, str):
        return data.split(" ")[0]
    return (type(data).__name__, data)

"""No key of a rule file is idle: whatever policy staff may write there, some code asks for it."""

import pytest

from tests.house.rule_paths import asks_for, ending, written_paths
from tests.house.source import ROOT
from tests.rules.test_room import every_key
from timebank.bank.rule_desk import every_desk
from timebank.rules.schema_file import rules_schema

GATES_OF_PLUGINS = (
    "guangzhou.receiving.earned",
    "shanghai_yangpu.long_term.who",
    "shanghai_yangpu.short_term.who",
)
# Labels, bases and documents are there to be read by people; a list is asked for as a whole.
FOR_PEOPLE = {"zh", "en", "source", "assumed", "*"}
# Read off the file itself, or as part of a block that is asked for as a whole.
TAKEN_WHOLE = {
    *("city", "timezone", "effective.from", "known_from", "review_by"),
    *(f"sources.*.{key}" for key in ("number", "date", "url", "file")),
    *("services.*.category", "traits.*.member_of", "traits.*.qualified"),
    *(f"admission.{role}.gate.any" for role in ("volunteer", "recipient")),
    *(
        f"{gate}.any"
        for gate in ("redemption.service.who", "redemption.goods.who", "gifts.giver", "gifts.receiver")
    ),
    "recipient_classes.*.when.any",
}
STEPS = ["admission.volunteer.steps.*", "admission.recipient.steps.*"]
# Asked for as `{path}.ending`, with one of these paths before it. Whoever adds a block here has seen it asked for.
ASKED_BELOW = {
    "any.*.all": [path.removesuffix(".any") for path in TAKEN_WHOLE if path.endswith(".any")],
    "only_in": ["orders", "orders.request", "orders.project", "redemption.service.who"],
    "placed_by": ["orders.project"],
    "of": ["orders.review", "orders.publish"],
    "allowed": ["redemption.service", "gifts", "donations"],
    "units": ["gifts", "donations", "charge.request", "charge.project", "charge.import"],
    "remainder": ["credit.units.*"],
    **dict.fromkeys(("by", "power", "look_up", "valid"), STEPS),
    **{key: ["traits.*.age", "traits.*.kin.age"] for key in ("from", "to")},
    "unit": ["traits.*.balance"],
    "accounts": ["traits.*.balance", "charge.project", "charge.import"],
    "relations": ["traits.*.kin"],
    "at_least": ["traits.*.balance", "traits.*.served"],
}  # fmt: skip
# The same of plugins' keys.
TAKEN_BY_PLUGINS = {
    *(f"beijing.catalogue.{key}" for key in ("categories", "services")),
    *(f"{gate}.{key}" for gate in GATES_OF_PLUGINS for key in ("any", "any.*.all")),
}
DESKS = every_desk(ROOT / "config" / "timebank.yaml")


def idle(schema, before=""):
    """Return the keys below a schema that no code asks for."""
    written = written_paths()
    below = {ending(path) for path in written}
    listed = {f"{path}.{key}" for key, paths in ASKED_BELOW.items() if key in below for path in paths}
    whole = [path for path in written if ending(path) is None]
    keys = {
        before + ".".join(path)
        for path, node in every_key(schema)
        if path[-1] not in FOR_PEOPLE
        and node.get("x-looser") != "wording"
        and not {"properties", "additionalProperties"} & node.keys()
    }
    return {key for key in keys - TAKEN_WHOLE - listed if not any(asks_for(path, key) for path in whole)}


def test_some_code_asks_for_every_key_of_a_rule_file():
    assert idle(rules_schema()) == set()


@pytest.mark.parametrize("desk", DESKS, ids=lambda desk: desk.city)
def test_a_plugin_asks_for_every_key_of_its_own(desk):
    for plugin, schema in desk.plugin_keys.items():
        assert idle(schema, f"extensions.{plugin}.") <= {f"extensions.{key}" for key in TAKEN_BY_PLUGINS}


def test_a_key_that_nobody_asks_for_is_found():
    schema = {
        "properties": {"orders": {"properties": {"colour": {"type": "string"}, "only_in": {"type": "array"}}}}
    }

    assert idle(schema) == {"orders.colour"}


def test_every_key_that_is_listed_here_is_one_of_a_rule_file():
    known = {".".join(path) for path, _ in every_key(rules_schema())}
    listed = {f"{path}.{key}" for key, paths in ASKED_BELOW.items() for path in paths} | TAKEN_WHOLE

    assert listed - known == set()

"""Which columns the evidence covers, and for every other column why not. A test holds this against the tables."""

from __future__ import annotations

from collections.abc import Mapping

from timebank.evidence.entry import BOOKS, PEOPLE

Names = frozenset[str]

# Beside the columns of a record: those by which its rows are found, and the evidence's own tables.
_FOUND_BY: Mapping[str, tuple[str, ...]] = {
    "postings": ("city", "transfer_id"),
    "accounts": ("city",),
    "holds": ("city", "transfer_id"),
    "commands": ("city", "actor_id", "operation_id"),
    "rule_files": ("city", "text"),
    "leaves": ("city", "leaf_index", "transfer_id", "version", "salt", "commitment", "leaf_hash"),
    "checkpoints": ("city", "size", "note", "edge"),
}
_TABLES = sorted({*BOOKS, *PEOPLE, *_FOUND_BY})
COVERED: Mapping[str, Names] = {
    table: frozenset((*BOOKS.get(table, ()), *PEOPLE.get(table, ()), *_FOUND_BY.get(table, ())))
    for table in _TABLES
}

# Worked out anew from covered columns at every verification, for it changes with every transfer.
FOLLOWS: Mapping[str, Names] = {"accounts": frozenset({"posted", "held"})}

_WORK = "工作的经过，随时在变；结算所依据的数在转账的决定里 · work in progress; what settled stands in the decision"
_PERSON = "个人信息，须能抹去 · personal data, which must be erasable"
_TREE = "管理树随时在变；转账写明它算给哪个组织 · changes as the tree does; a transfer names its organisation"
_PUBLISHED = (
    "规则文件的内容由每笔转账所写的摘要封住；谁提交、签认、发布，只增不改，记在这里 · the digest in every transfer seals "
    "the content of its rule file; who proposed, signed and published it stands here, only ever added to"
)
_SENT = "送出之后就没有用处 · of no use once sent"
_NEXT = (
    "关户还没有用到；零头在下一次结算的决定里，写明结算前后各多少 · closing is not in use yet; "
    "what is carried stands in the next settlement's decision, before and after it"
)

# By table: why, and which columns.
NOT_COVERED: Mapping[str, tuple[str, Names]] = {
    table: (why, frozenset(columns.split()))
    for table, why, columns in (
        ("accounts", _NEXT, "carried closed_at"),
        (
            "orders",
            _WORK,
            (
                "city id reference service origin shape state organisation_id publisher_id "
                "recipient_id asked_by placed_by placed_at_desk channel title address "
                "planned_start planned_minutes places places_taken head_count directed_to "
                "placed_on service_date reason decision"
            ),
        ),
        (
            "offers",
            _WORK,
            (
                "city id order_id volunteer_id availability_id state token_digest sent_at "
                "expires_at answered_at decision"
            ),
        ),
        (
            "visits",
            _WORK,
            (
                "city id order_id volunteer_id team_id place state planned_minutes "
                "measured_minutes recognised_minutes accepted_at checked_in_at checked_out_at "
                "service_date confirmed_by confirmed_at exception rating rating_note decision"
            ),
        ),
        ("attendances", _WORK, "city id order_id recipient_id head_count came"),
        ("claims", _WORK, "city id visit_id kind moment claimed_at by_actor note"),
        (
            "availabilities",
            _WORK,
            "city id member_id organisation_id services free_from free_until state given_at",
        ),
        (
            "members",
            _PERSON,
            "city id reference name born_on phone home_id registry_keys joined_at closed_on closed_for",
        ),
        ("admissions", _PERSON, "city id member_id role state applied_on admitted_on imported decision"),
        (
            "admission_steps",
            _PERSON,
            "city id admission_id step state answered_on valid_until evidence by_organisation",
        ),
        ("memberships", _PERSON, "city id member_id organisation_id valid_from valid_until"),
        ("qualifications", _PERSON, "city id member_id kind proof verified_by valid_from valid_until"),
        ("recorded_traits", _PERSON, "city id member_id trait valid_from valid_until proof certified_by"),
        (
            "ties",
            _PERSON,
            "city id member_id kin_id relation proof verified_by verified_on valid_from valid_until",
        ),
        ("looked_up", _PERSON, "city id kind lookup_key member_id answer note attempts answered_at"),
        ("organisations", _TREE, "city id level name opened_on closed_on"),
        ("placements", _TREE, "city id organisation_id parent_id valid_from valid_until"),
        ("publishing_steps", _PUBLISHED, "city digest step path file person number details recorded_at"),
        ("outbox", _SENT, "city id kind body created_at due_at state attempts last_error"),
    )
}

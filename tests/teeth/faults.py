"""Which faults are planted, which test must catch each, and on which database.

A fault's patch is `<name>.patch` beside this file, with one line of context: it is found by its words (see planting.py).
"""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Fault:
    """One planted fault.

    Attributes:
        name: the patch's name: what is wrong with the bank that has it.
        test: pytest's id of the test that must go red.
        database: `sqlite` or `postgres`.
    """

    name: str
    test: str
    database: str

    @property
    def patch(self) -> Path:
        """The patch that plants it."""
        return FOLDER / f"{self.name}.patch"


FAULTS = (
    # once only
    Fault(
        "operation_ids_may_repeat",
        "tests/services/test_desk.py::test_of_eight_who_use_one_operation_id_for_different_content_one_takes_effect",
        "postgres",
    ),
    Fault(
        "a_transfer_may_be_reversed_twice",
        "tests/services/test_reversal.py::test_a_second_reversal_is_a_conflict",
        "sqlite",
    ),
    Fault(
        "the_answer_is_stored_after_the_commit",
        "tests/services/test_desk.py::test_an_operation_sent_eight_times_at_once_takes_effect_once",
        "postgres",
    ),
    Fault(
        "the_same_operation_gets_an_id_of_its_own",
        "tests/services/test_desk.py::"
        "test_the_same_operation_gives_the_same_answer_to_the_byte_and_takes_effect_once",
        "sqlite",
    ),
    Fault(
        "a_collision_is_not_tried_again",
        "tests/services/test_retrying.py::test_a_deadlock_is_tried_again_and_both_take_effect_once",
        "postgres",
    ),
    # many at once
    Fault(
        "accounts_are_read_without_a_lock",
        "tests/storage/test_engine.py::test_no_update_is_lost_between_four_writers",
        "postgres",
    ),
    Fault(
        "gifts_are_locked_and_not_their_giver",
        "tests/services/test_exchange.py::test_eight_gifts_at_once_never_pass_the_limit_of_the_year",
        "postgres",
    ),
    Fault(
        "a_limit_is_tested_before_the_lock_only",
        "tests/services/test_exchange.py::test_eight_gifts_at_once_never_pass_the_limit_of_the_year",
        "sqlite",
    ),
    Fault(
        "accounts_are_locked_in_no_order",
        "tests/storage/test_ledger_session.py::"
        "test_transfers_over_the_same_accounts_never_wait_for_each_other_in_a_circle",
        "postgres",
    ),
    Fault(
        "a_write_begins_like_a_read",
        "tests/storage/test_engine.py::test_no_update_is_lost_between_four_writers",
        "sqlite",
    ),
    # durable
    Fault(
        "synchronous_commit_may_be_off",
        "tests/storage/test_durability.py::test_a_setting_in_the_address_is_named_with_its_place",
        "postgres",
    ),
    Fault(
        "a_commit_may_return_before_the_standby_has_it",
        "tests/storage/test_durability.py::"
        "test_with_a_standby_that_must_confirm_a_commit_may_not_return_before_it_has[local]",
        "postgres",
    ),
    Fault(
        "sqlite_does_not_flush_every_commit",
        "tests/storage/test_engine.py::test_every_sqlite_connection_is_durable_and_keeps_its_references",
        "sqlite",
    ),
    Fault(
        "sqlite_does_not_check_references",
        "tests/storage/test_engine.py::test_every_sqlite_connection_is_durable_and_keeps_its_references",
        "sqlite",
    ),
    # minutes
    Fault(
        "minutes_may_be_fractions",
        "tests/domain/test_transfer.py::test_minutes_are_whole_numbers_and_nothing_that_looks_like_one",
        "sqlite",
    ),
    Fault(
        "what_is_held_counts_as_available",
        "tests/storage/test_ledger_session.py::test_a_hold_lowers_what_is_available_and_not_what_is_posted",
        "sqlite",
    ),
    Fault(
        "the_floor_of_the_database_forgets_holds",
        "tests/storage/test_ledger_session.py::"
        "test_a_balance_below_its_floor_is_refused_by_the_database_itself[change1]",
        "postgres",
    ),
    Fault(
        "more_may_be_charged_than_was_held",
        "tests/services/test_settlement.py::test_the_charge_is_at_most_the_hold",
        "sqlite",
    ),
    # rules and time
    Fault(
        "a_devices_clock_is_believed",
        "tests/services/test_visits.py::test_staff_enter_a_forgotten_check_in_from_evidence_and_its_day_counts",
        "sqlite",
    ),
    Fault(
        "settled_by_the_newest_rules",
        "tests/services/test_settlement_dates.py::test_a_file_in_force_since_the_check_in_does_not_decide",
        "sqlite",
    ),
    Fault(
        "a_second_key_of_the_same_name_is_taken",
        "tests/rules/test_typing_faults.py::"
        "test_a_slip_of_typing_gives_one_fault_at_its_place[a key written twice names its first line]",
        "sqlite",
    ),
    # plugins
    Fault(
        "a_plugin_that_fails_credits_nothing",
        "tests/hooks/test_bounds.py::test_visits_a_plugin_fails_on_are_kept_for_staff_and_stop_no_other",
        "sqlite",
    ),
    Fault(
        "a_plugin_is_asked_for_every_city",
        "tests/hooks/test_bounds.py::test_another_city_and_its_plugin_are_untouched",
        "sqlite",
    ),
    # what leaves
    Fault(
        "a_late_failure_sends_again",
        "tests/services/test_delivery.py::test_a_late_failure_does_not_undo_what_another_worker_sent",
        "sqlite",
    ),
    Fault(
        "a_lease_is_not_looked_at_before_sending",
        "tests/services/test_delivery.py::"
        "test_a_worker_slower_than_its_lease_leaves_the_rest_of_its_batch_to_others",
        "sqlite",
    ),
    Fault(
        "a_delivery_is_marked_before_it_is_sent",
        "tests/services/test_delivery_processes.py::"
        "test_a_worker_killed_between_sending_and_writing_it_down_sends_again_under_the_same_id",
        "sqlite",
    ),
    # what is written down
    Fault(
        "the_application_may_change_the_ledger",
        "tests/storage/test_roles.py::test_the_application_cannot_change_what_is_kept_for_ever[transfers-UPDATE]",
        "postgres",
    ),
    Fault(
        "a_column_is_left_out_of_the_leaf",
        "tests/evidence/test_tampering.py::test_every_column_of_transfers_and_postings_is_covered",
        "sqlite",
    ),
    Fault(
        "verification_believes_the_stored_leaves",
        "tests/evidence/test_tampering.py::test_an_edited_column_is_found[postings.minutes]",
        "sqlite",
    ),
    Fault(
        "a_path_may_have_parts_of_any_length",
        "tests/evidence/test_tree.py::test_a_path_that_carries_both_halves_of_a_node_proves_no_leaf_at_all",
        "sqlite",
    ),
    Fault(
        "a_witness_does_not_compare_heads",
        "tests/evidence/test_rewriting.py::test_a_witness_refuses_another_story",
        "sqlite",
    ),
    Fault(
        "nobody_pays_for_a_visit_upheld_late",
        "tests/services/test_held_again.py::test_what_was_let_go_is_held_again_and_paid",
        "sqlite",
    ),
    Fault(
        "a_death_waits_for_its_day_to_end",
        "tests/services/test_deaths.py::test_nobody_orders_for_who_died_today",
        "sqlite",
    ),
    Fault(
        "a_witness_too_few_is_enough",
        "tests/evidence/test_witnesses.py::test_too_few_witnesses_are_a_fault",
        "sqlite",
    ),
    Fault(
        "a_migration_rewrites_moments",
        "tests/storage/test_migrations_keep.py::test_what_was_kept_before_a_migration_is_the_same_after_it",
        "sqlite",
    ),
)

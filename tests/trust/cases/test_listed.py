"""The cases that attacks on the first version left, and which tests hold each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[2]

CHANGES = {
    1: ("test_an_undo_killed_before_its_call_is_no_undo_and_goes_on",),
    2: ("test_a_fault_at_a_call_leaves_it_converged_or_untouched",),
    3: ("test_two_checks_that_want_the_same_make_one_change", "test_a_person_s_exemption_binds_the_twin_too"),
    4: ("test_two_grants_of_one_group_are_undone_in_any_order",),
    5: ("test_a_fault_at_a_call_leaves_it_converged_or_untouched",),
    6: ("test_json_of_any_shape",),
    7: ("test_a_fault_at_a_call_leaves_it_converged_or_untouched", "test_one_finding_s_failure_ends_nothing_and_is_told"),
    8: ("test_a_stop_or_a_tag_while_a_step_waits_is_obeyed", "test_what_is_used_again_meanwhile_is_not_deleted"),
    9: ("test_nothing_is_applied_at_once_while_something_of_another_is_pending",),
    10: ("test_what_aws_adds_or_settles_beside_the_part_is_no_difference",),
    11: ("test_slow_settling_is_waited_for",),
    12: ("test_an_old_look_says_nothing_of_what_has_been_fixed_since",),
    13: ("test_what_failed_and_lands_a_day_later_can_be_undone",),
    14: ("test_two_workers_leave_one_change",),
    15: ("test_two_workers_leave_one_change",),
    16: ("test_a_fault_at_a_call_leaves_it_converged_or_untouched",),
    17: ("test_what_somebody_changes_before_our_own_event_is_theirs",),
    18: ("test_an_old_undo_does_not_hit_what_was_made_anew_under_the_name",),
    19: ("test_a_row_is_bounded_however_much_lies_on_the_resource",),
    20: ("test_a_crowd_that_comes_as_events_meets_the_same_cap",),
    21: ("test_the_third_time_in_thirty_days_is_contested_and_names_who", "test_what_code_made_is_proposed_and_an_open_door_is_closed"),
    22: ("test_hands_off_counts_on_whatever_is_written_to",),
    23: ("test_a_name_that_begins_like_another_is_another",),
    24: ("test_tags_of_a_rule_come_back_with_it",),
    25: ("test_what_aws_denied_and_somebody_did_is_theirs",),
    26: ("test_each_change_has_a_session_of_its_name",),
    27: ("test_every_wake_gives_every_spelling_the_same_key", "test_an_undo_deletes_no_queue_that_was_there_before"),
    28: ("test_an_environment_nobody_knows_is_the_default_whatever_the_name_says",),
    29: ("test_the_copy_of_an_encrypted_volume_is_permitted_its_key_through_ec2_alone",),
    30: ("test_no_backup_is_stopped_to_undo_it",),
}  # fmt: skip

SECURITY = {
    1: (
        "test_whatever_field_is_written_anew_nothing_else_is_called", "test_a_row_without_a_mac_is_not_ours",
        "test_no_sealed_field_can_be_rewritten", "test_before_every_later_step_the_switch_tags_and_exemptions_are_asked_again",
    ),
    2: ("test_a_call_of_another_shape_is_refused_before_anybody_is_asked", "test_a_person_at_the_terminal_is_asked"),
    3: (
        "test_only_the_renewal_of_one_that_is_served_is_automatic", "test_a_new_request_names_who_made_it_and_claims_nobody_else",
        "test_hands_off_counts_on_whatever_is_written_to",
    ),
    4: ("test_an_environment_nobody_knows_is_the_default_whatever_the_name_says", "test_tags_that_cannot_be_read_forbid"),
    5: ("test_only_functions_that_act_may_take_the_actors_role", "test_a_person_s_shell_never_takes_the_actor_s_role"),
    6: ("test_poison_comes_back_alone", "test_whatever_comes_is_a_value_or_one_sentence"),
    7: ("test_a_name_cannot_write_on_the_terminal", "test_hostile_strings_in_every_key"),
    8: ("test_a_person_s_shell_never_takes_the_actor_s_role", "test_the_kill_switch_stops_people_too"),
    9: ("test_one_author_s_flood_holds_nobody_else_s_fix", "test_a_critical_hold_interrupts_once"),
    10: ("test_a_message_that_names_another_region_than_the_owner_did_is_malformed",),
    11: (
        "test_what_is_there_already_is_used_only_where_it_may_be",
        "test_who_makes_a_queue_of_that_name_meanwhile_stops_the_fix",
    ),
    12: ("test_who_writes_to_the_bucket_writes_to_nobodys_disk", "test_a_forged_list_is_not_carried_into_the_next_one"),
    13: ("test_models_in_a_shared_cache_are_not_believed", "test_one_that_others_may_write_to_is_refused"),
    14: (
        "test_no_cell_is_a_formula", "test_strangers_call_nobody_and_link_nowhere",
        "test_json_of_any_shape", "test_a_stale_plan_is_refused", "test_the_kill_switch_interrupts_once_for_each_stop",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "count"), [(CHANGES, 30), (SECURITY, 14)])
def test_every_row_has_a_test_and_every_test_named_is_there(
    rows: Mapping[int, Sequence[str]], count: int
) -> None:
    assert list(rows) == list(range(1, count + 1))
    text = "\n".join(path.read_text() for path in TESTS.rglob("test_*.py"))
    there = set(re.findall(r"^def (test_\w+)", text, re.MULTILINE))
    assert {name for names in rows.values() for name in names} - there == set()

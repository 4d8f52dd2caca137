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

READS = {
    1: ("test_every_provider_of_credentials_lets_in", "test_what_botocore_calls_by_itself_is_kept"),
    2: ("test_a_bucket_elsewhere_is_followed_with_cut_models",),
    3: ("test_a_proxys_page_is_never_a_clean_account", "test_what_was_read_before_a_page_failed_is_judged_and_the_rest_is_unknown"),
    4: ("test_what_is_no_answer_is_none", "test_a_failed_read_makes_nothing_gone"),
    5: ("test_a_read_that_fails_is_never_a_pass", "test_what_breaks_is_unknown_in_seconds"),
    6: ("test_a_fault_at_a_call_leaves_it_converged_or_untouched",),
    7: ("test_one_prefix_list_that_is_denied_hides_no_other_group",),
    8: ("test_one_users_keys_that_are_denied_hide_no_other_users",),
    9: ("test_a_finding_that_needs_no_numbers_stands_without_them_and_is_a_persons",),
    10: ("test_one_queue_that_is_denied_hides_no_other_and_is_told_once",),
    11: ("test_a_conversation_without_end_is_ended",),
    12: ("test_a_service_that_never_answers_costs_its_time_once", "test_a_body_that_dribbles_ends_in_seconds"),
    13: ("test_a_region_that_is_off_hides_no_other", "test_a_region_that_is_off_alone_is_unknown_and_nobody_is_a_stranger"),
    14: ("test_who_asks_is_asked_as_patiently_as_all_else",),
    15: ("test_the_account_blocks_too", "test_a_region_that_blocks_all_sharing_shares_nothing"),
    16: ("test_where_a_service_puts_what_failed_is_an_end",),
    17: ("test_what_is_there_already_is_used_only_where_it_may_be",),
    18: ("test_what_a_disabled_image_needs_is_needed", "test_what_a_launch_template_names_is_needed"),
    19: ("test_a_snapshot_whose_policy_and_volume_are_gone_is_left",),
    20: ("test_aws_backup_keeps_some_too",),
    21: ("test_a_plan_is_made_only_where_aws_takes_it", "test_a_stopped_database_is_reported_and_started_first"),
    22: (
        "test_a_table_that_is_being_made_waits_and_is_found", "test_mfa_delete_leaves_it_to_a_person",
        "test_a_volume_of_an_outpost_is_made_again_there", "test_no_public_certificate_is_asked_for_such_a_name",
        "test_a_private_authoritys_certificate_is_never_replaced_by_a_public_one",
    ),
    23: ("test_any_valid_answer_is_judged", "test_what_nobody_can_ask_for_again_is_a_persons"),
    24: ("test_without_a_domain_it_is_called_by_its_arn", "test_any_valid_answer_is_judged"),
    25: (
        "test_a_region_without_a_price_is_said_to_be_priced_as_another", "test_the_iops_of_io2_have_three_tiers",
        "test_nobody_pays_dollars_there",
    ),
    26: (
        "test_a_fee_a_purchase_or_the_end_of_a_refund_is_no_surprise",
        "test_a_charge_on_each_last_day_is_none_of_a_surprise",
    ),
    27: ("test_a_read_that_fails_is_never_a_pass",),
    28: ("test_a_sweep_knows_the_ends_from_the_policies_it_reads", "test_no_question_is_asked_twice"),
    29: ("test_a_version_counts_that_somebody_uses",),
    30: ("test_the_last_job_of_each_resource_counts_whatever_the_order",),
    31: ("test_a_stack_that_is_gone_is_nothing", "test_reasons_are_plain_words"),
    32: ("test_no_check_says_its_risk_past_its_plan",),
    33: ("test_whole_words_say_what_is_precious",),
    34: ("test_every_knob_has_a_range_a_unit_and_a_default_within", "test_a_number_is_a_number_within_its_range"),
    35: ("test_what_is_not_watched_is_looked_at_and_nothing_twice", "test_a_region_that_is_denied_is_said_to_be_unseen"),
    36: ("test_a_throttled_write_is_repeated_and_a_lost_answer_is_not",),
    37: ("test_who_stops_a_scan_is_out_within_a_second",),
}  # fmt: skip

EVENTS = {
    1: ("test_every_wake_gives_every_spelling_the_same_key", "test_an_undo_deletes_no_queue_that_was_there_before"),
    2: ("test_every_wake_gives_every_spelling_the_same_key",),
    3: ("test_a_rename_wakes_for_both_names",),
    4: ("test_a_group_that_is_named_by_its_name_is_found_in_the_answer",),
    5: ("test_each_subject_of_an_event_is_served_and_then_it_fails",),
    6: ("test_services_say_so",),
    7: ("test_a_bucket_of_another_account_is_not_ours", "test_an_event_of_another_account_is_not_ours"),
    8: ("test_config_gets_what_is_seen_now",),
    9: ("test_whatever_it_says_it_is_ignored_or_malformed", "test_whatever_part_is_exchanged_it_is_a_line_and_no_traceback"),
    10: ("test_whatever_an_alarm_says_no_row_stays_open", "test_an_alarm_that_says_so_again_is_one_incident_that_ends"),
    11: ("test_calls_that_had_no_rule", "test_ones_own_key_need_not_say_whose_it_is"),
    12: ("test_a_service_is_named_as_it_signs", "test_names_that_recorded_events_have"),
    13: ("test_a_finding_of_security_hub_wakes_its_peer",),
    14: ("test_however_it_is_wrapped_the_same_checks_wake",),
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

PEOPLE = {
    1: ("test_the_first_report_says_what_the_backlog_says", "test_what_was_fixed_while_we_looked_is_done_and_nowhere_to_do"),
    2: ("test_what_a_person_undid_is_no_quick_win", "test_what_was_fixed_while_we_looked_is_done_and_nowhere_to_do"),
    3: (
        "test_who_takes_care_is_one_word_everywhere", "test_plan_says_what_the_page_and_show_say",
        "test_the_files_beside_the_first_report_say_what_the_backlog_says",
    ),
    4: (
        "test_lane", "test_what_can_be_attacked_today_weighs_as_if_it_happened_within_two_weeks",
        "test_what_can_be_attacked_today_is_the_worst_risk_and_stands_first",
    ),
    5: (
        "test_a_decision_has_one_day_to_be_answered_by", "test_the_day_is_the_first_that_was_said",
        "test_nothing_is_overdue_before_the_day_on_which_an_answer_is_wanted",
    ),
    6: ("test_the_last_scan_is_kept_privately_and_read_again",),
    7: ("test_an_exemption_ends_on_one_day",),
    8: ("test_money_is_the_same_everywhere_and_adds_up", "test_a_column_adds_up_as_it_is_read"),
    9: (
        "test_an_example_history_is_called_one_on_every_page", "test_it_says_until_when_it_is_made_up",
        "test_everything_lies_in_the_three_whole_months_before",
    ),
    10: ("test_one_grant_of_every_port_is_one_finding",),
    11: ("test_every_row_says_all_and_cuts_no_name", "test_no_line_is_wider_than_the_terminal"),
    12: ("test_who_takes_care_is_one_word_everywhere",),
    13: ("test_who_uses_it_is_said_alike_and_only_where_it_was_read",),
    14: (
        "test_the_mail_fits_one_screen", "test_a_name_is_whole_where_the_picture_is_wide_enough",
        "test_every_role_says_what_it_is_for",
    ),
    15: ("test_what_fires_at_the_same_hour_says_when_why_what_next_and_what_it_costs",),
    16: ("test_no_word_is_broken_and_nothing_overlaps", "test_no_field_of_a_stranger_breaks_a_page"),
    17: ("test_no_word_is_broken_and_nothing_overlaps",),
    18: ("test_a_person_is_a_name_and_never_an_arn",),
    19: ("test_what_is_inside", "test_no_hint_names_a_package_that_is_not_ours"),
    20: (
        "test_a_proxys_page_is_never_a_clean_account", "test_a_check_that_is_none_lists_those_there_are",
        "test_a_value_that_is_none_is_told_without_a_library_s_words",
        "test_no_region_does_not_hide_that_there_are_no_credentials",
        "test_doctor_without_a_deployment_misses_only_what_a_scan_needs",
    ),
    21: ("test_sarif_is_what_github_takes", "test_asff_comes_in_batches_of_a_hundred"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "count"), [(CHANGES, 30), (READS, 37), (EVENTS, 14), (SECURITY, 14), (PEOPLE, 21)]
)
def test_every_row_has_a_test_and_every_test_named_is_there(
    rows: Mapping[int, Sequence[str]], count: int
) -> None:
    assert list(rows) == list(range(1, count + 1))
    text = "\n".join(path.read_text() for path in TESTS.rglob("test_*.py"))
    there = set(re.findall(r"^def (test_\w+)", text, re.MULTILINE))
    assert {name for names in rows.values() for name in names} - there == set()

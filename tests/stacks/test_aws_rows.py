"""What real AWS does and emulators forgive: row by row of cases/aws, the tests that hold it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = {
    "1: only our functions take the actor's role": {
        "stacks/access/test_policies.py": (
            "test_only_functions_that_act_may_take_the_actors_role",
            "test_sessions_of_the_actor_are_called_after_their_change",
        ),
    },
    "2: what could not be compared is unknown": {
        "checks/deploys/test_stack_drift.py": (
            "test_what_was_not_compared_is_unknown_and_no_finding",
        ),
    },
    "3: a first create that fails, and a removal, block nothing": {
        "stacks/test_storage.py": (
            "test_storage_stays",
            "test_a_first_create_that_fails_leaves_nothing_that_blocks_the_second",
            "test_nothing_else_stays_to_block_a_deploy",
            "test_what_stayed_can_be_adopted",
        ),
        "cli/setup/test_remains.py": (
            "test_what_stays_in_a_further_region_is_named_when_its_stack_is_gone_too",
        ),
        "emulator/test_leaving.py": (
            "test_it_leaves_with_everything_and_comes_back_to_what_stayed",
        ),
        "emulator/contract/test_deployment.py": (
            "test_what_stayed_blocks_a_create_and_is_adopted_by_its_name",
        ),
    },
    "4: free text is made fit, or refused in a sentence": {
        "stacks/test_hostile.py": (
            "test_whatever_is_accepted_synthesises_clean",
            "test_every_text_is_made_fit_for_a_tag",
        ),
    },
    "5: links are signed with version 4, for the region's endpoint": {
        "aws/test_links.py": (
            "test_a_link_is_signed_with_version_4_for_the_endpoint_of_its_region",
        ),
    },
    "6: buckets come in pages, with their region": {
        "sources/test_buckets.py": (
            "test_every_bucket_is_listed_however_many",
            "test_where_each_lies_costs_no_call",
        ),
    },
    "7: cut models and an older botocore": {
        "aws/test_cut_models.py": (
            "test_another_botocore_does_not_start",
            "test_an_old_botocore_makes_every_client_of_the_models",
        ),
    },
    "8: silence is not told before the first sweep": {
        "stacks/test_alarms.py": (
            "test_silence_for_twice_the_shortest_period_fires",
            "test_a_new_installation_is_not_silent_yet",
        ),
    },
    "9: events are allowed by SourceArn alone": {
        "stacks/access/test_policies.py": ("test_config_and_sns_listen_to_this_account_alone",),
    },
    "10: the trail's bucket asks for the trail's ARN": {
        "stacks/test_recorder.py": ("test_the_trail_writes_where_only_it_may",),
    },
    "11: the recorder's role delivers": {
        "stacks/test_recorder.py": ("test_the_recorder_itself_may_deliver",),
    },
    "12: a mail with attachments may be a raw one": {
        "stacks/people/test_mail.py": ("test_a_mail_with_attachments_may_be_checked_as_a_raw_one",),
    },
    "13: a snapshot that does not show is not there yet": {
        "checks/costs/test_unattached_volume.py": (
            "test_a_snapshot_that_cannot_be_seen_yet_is_not_gone",
        ),
    },
    "14: transactions that meet are not somebody else's doing": {
        "engine/test_conflicts.py": (
            "test_a_fix_waits_for_its_turn",
            "test_who_is_first_to_say_something_is_so_after_a_conflict_too",
        ),
    },
    "15: no write goes over a connection from before a freeze": {
        "aws/test_rested.py": (
            "test_a_write_after_a_freeze_goes_over_a_new_connection",
            "test_without_that_it_would_be_lost",
        ),
    },
    "16: zips hold time zones": {
        "stacks/test_bundling.py": ("test_time_zones_are_in_each",),
    },
    "17: global events come by partition": {
        "cli/doctor/test_account.py": ("test_where_that_is_hangs_on_the_partition",),
        "readings/test_availability.py": ("test_cloudfront_is_read_in_its_region_hour_by_hour",),
        "stacks/test_aws_rows.py": ("test_no_stack_names_a_region",),
    },
    "18: what polls queues is counted in what it costs": {
        "stacks/test_cost.py": (
            "test_an_idle_small_account_is_cheap",
            "test_what_is_added_moves_the_figure",
        ),
    },
    "19: the first mail is led to, from wherever it got stuck": {
        "cli/doctor/test_mail.py": (
            "test_an_address_nobody_has_told_ses_of",
            "test_an_address_whose_link_was_not_followed",
            "test_a_domain_whose_records_are_not_there_names_each",
            "test_out_of_the_sandbox_step_by_step",
        ),
        "cli/setup/test_init.py": ("test_it_says_what_mail_needs_first",),
    },
}


@pytest.mark.parametrize("row", ROWS)
def test_a_row_has_its_tests(row: str) -> None:
    for file, names in ROWS[row].items():
        tree = ast.parse((ROOT / "tests" / file).read_text())
        assert set(names) <= {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}


def test_no_stack_names_a_region() -> None:
    """Of a partition's regions none is written into a stack; what is made up to be read makes two up."""
    regions = ("us-east-1", "us-west-2", "eu-central-1", "us-gov-", "cn-north")
    for file in (ROOT / "stacks").rglob("*.py"):
        if file.name not in ("made_up.py", "permissions.py"):
            assert not [one for one in regions if f'"{one}' in file.read_text()], file

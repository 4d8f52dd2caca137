"""Groups and certificates to read."""

from __future__ import annotations


def rules(ec2, changed):
    of_it = [{"Name": "group-id", "Values": [changed]}]
    found = ec2.describe_security_group_rules(Filters=of_it)["SecurityGroupRules"]
    return [r for r in found if not r["IsEgress"]]

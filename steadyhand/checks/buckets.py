"""One setting of a bucket, as a part that a step may own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from steadyhand.check import tags_of
from steadyhand.model import Finding, Look, Part, Read, Seen
from steadyhand.sources.s3 import Buckets, BucketTags


def setting(finding: Finding, name: str, source: Any, value: Callable[[Any], Any]) -> Part:
    """A setting that a source tells, with the bucket's tags, and since when the bucket is there."""
    return Part(
        finding.resource, name, lambda: see_setting(finding.evidence["bucket"], source, value)
    )


def see_setting(bucket: str, source: Any, value: Callable[[Any], Any]) -> Look:
    """A bucket that was made anew under the same name is another one."""
    for known in (yield Read(Buckets, bucket)):
        tagged = yield Read(BucketTags, bucket)
        for _, found in (yield Read(source, bucket)):
            return Seen(
                value=value(found),
                identity=str(known.get("CreationDate", "")),
                tags=tags_of([tag for _, tag in tagged]),
            )
    return Seen(identity=None)

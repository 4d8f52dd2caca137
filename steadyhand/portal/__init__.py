"""The portal: static, private pages of everything the ledger knows.

`gather` reads, from the ledger alone, so that writing pages costs nothing at Cost Explorer; `site`
is pure: the same facts give the same files; `publish` puts what changed into a bucket, and gets it
from there.
"""

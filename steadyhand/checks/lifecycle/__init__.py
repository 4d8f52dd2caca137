"""What its vendor stops supporting."""

WORK = "dated"

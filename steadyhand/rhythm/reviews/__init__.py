"""The weekly and the monthly review, put together from the rooms beside it."""

"""Requests and responses as AWS's protocols write them, and where operations are answered instead of ministack."""

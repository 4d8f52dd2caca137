"""The only room that knows botocore: a client, its fast path, cut service models, a call as a command."""

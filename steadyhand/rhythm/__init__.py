"""From what the ledger remembers to what people read: pure values, no AWS, no clock, no layout."""

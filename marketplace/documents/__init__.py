"""Every document of a side, found again: by day, amount and counterparty, with its corrections, packed for an office."""

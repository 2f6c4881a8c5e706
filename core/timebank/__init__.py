"""A time bank for the care of old people: accounts, orders and a ledger, under each city's own rules."""

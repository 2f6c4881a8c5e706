"""Everything at once, again and again: laws of the bank that only many clients, many steps or a bad clock can break."""

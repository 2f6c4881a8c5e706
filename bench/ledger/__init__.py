"""账本压测：每一行都与同一次运行里的对照轮流测 · the ledger measured, every row beside a baseline in the same run."""

"""合成城市与压测 · synthetic cities, and how fast the bank is with them."""

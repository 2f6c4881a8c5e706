"""How well rule files are checked: faults planted in the cities' own files, slips at random, and what a check costs."""

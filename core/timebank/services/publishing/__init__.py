"""From draft to rule file: who proposed, signed and published it, and what is in force because of that."""

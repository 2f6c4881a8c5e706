"""What an acknowledgment is worth: programs killed, disks full and failing, connections lost, and nothing forgotten."""

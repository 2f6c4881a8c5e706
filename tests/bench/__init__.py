"""A city of any size, made and taken through the bank."""

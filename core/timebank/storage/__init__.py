"""Tables, statements and the engine factory: SQL in one dialect for SQLite, PostgreSQL and, later, Citus.

The law of this room: ``city`` stands in every primary key, unique key, foreign key and ``FOR UPDATE`` and is never
updated; ledger rows are only ever inserted; statements are SQLAlchemy Core, never the unit of work of the ORM.
"""

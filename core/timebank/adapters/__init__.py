"""How the outside is reached: registers and message senders, named in ``config/timebank.yaml``.

The law of this room: an adapter speaks one protocol of ``timebank.domain`` and knows nothing of rules or the ledger.
"""

"""The bank over HTTP, contract first: ``openapi.yaml`` says what there is, and the code serves no more than that.

The law of this room: a view finds, calls and presents; it decides nothing. Every write is one use case of the services,
carried out once for ever under the caller's ``Idempotency-Key``.
"""

"""Runs the migrations on the connection that it is handed, in the transaction that is open there."""

from __future__ import annotations

from alembic import context

attributes = context.config.attributes
context.configure(connection=attributes["connection"], target_metadata=attributes.get("metadata"))
with context.begin_transaction():
    context.run_migrations()

"""Called by Alembic for each command, with the connection that upgrade.py has opened."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()

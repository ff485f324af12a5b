"""How far pushes have come."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.execute(
        """CREATE TABLE push_place (
    log TEXT NOT NULL PRIMARY KEY,
    place INTEGER NOT NULL,
    at INTEGER NOT NULL,
    mark TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID"""
    )

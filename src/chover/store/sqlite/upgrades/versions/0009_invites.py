"""Invitations count how often they were used, and those that were revoked stay to say so."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    for column in ("used", "revoked_at"):
        op.execute(f"ALTER TABLE invite ADD COLUMN {column} INTEGER NOT NULL DEFAULT 0")

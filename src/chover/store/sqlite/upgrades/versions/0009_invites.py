"""Invitations count their uses, and revoked ones are kept so that they can be recognized."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    for column in ("used", "revoked_at"):
        op.execute(f"ALTER TABLE invite ADD COLUMN {column} INTEGER NOT NULL DEFAULT 0")

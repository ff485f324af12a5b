"""When entries of channel lists end."""

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.execute("ALTER TABLE channel_list ADD COLUMN until INTEGER NOT NULL DEFAULT 0")

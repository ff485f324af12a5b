"""Who reads a channel's history, from where on, and how long it is kept."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("ALTER TABLE channel ADD COLUMN visibility TEXT NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE channel ADD COLUMN retention_days INTEGER NOT NULL DEFAULT 0")
    op.execute("ALTER TABLE membership ADD COLUMN since INTEGER NOT NULL DEFAULT 0")
    op.execute("""CREATE TABLE channel_since (
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (channel, account)
) WITHOUT ROWID""")
    # Accounts that are in a channel have read all of it until now.
    op.execute("INSERT INTO channel_since SELECT channel, user, 0 FROM membership WHERE user LIKE 'a%'")

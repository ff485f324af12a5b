"""The private conversations of a user are found from both sides."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("CREATE INDEX log_pair ON log (substr(id, instr(id, ':') + 1)) WHERE instr(id, ':') > 0")

"""Where the rewriting of rows that a migration asks for has come to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "backfills",
        sa.Column("name", NAME, nullable=False),
        sa.Column("place", NAME, nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_backfills")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("backfills")

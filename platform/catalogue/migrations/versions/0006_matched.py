"""Which illustrations were compared with all others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "matched",
        sa.Column("illustration_id", NAME, nullable=False),
        sa.Column("run", NAME, nullable=False),
        sa.ForeignKeyConstraint(
            ["illustration_id"], ["illustrations.id"], name=op.f("fk_matched_illustration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("illustration_id", "run", name=op.f("pk_matched")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("matched")

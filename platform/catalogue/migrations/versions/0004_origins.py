"""What the sources list, and what they do not any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "origins",
        sa.Column("id", NAME, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("until", NAME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_origins")),
    )
    op.create_table(
        "holdings",
        sa.Column("name", NAME, nullable=False),
        sa.Column("origin_id", NAME, nullable=False),
        sa.Column("document_id", NAME, nullable=False),
        sa.Column("gone", NAME, nullable=True),
        sa.ForeignKeyConstraint(["origin_id"], ["origins.id"], name=op.f("fk_holdings_origin_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_holdings_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("name", "origin_id", name=op.f("pk_holdings")),
    )
    op.create_index(op.f("ix_holdings_document_id"), "holdings", ["document_id"])
    op.create_index(op.f("ix_holdings_origin_id"), "holdings", ["origin_id"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("holdings")
    op.drop_table("origins")

"""What is seen in pictures and read in their words, what they look like, which are the same, and kinds of pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "findings",
        sa.Column("illustration_id", NAME, nullable=False),
        sa.Column("run", NAME, nullable=False),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        _on("findings", "illustration_id", "illustrations.id"),
        sa.PrimaryKeyConstraint("illustration_id", "run", "kind", name=op.f("pk_findings")),
    )
    op.create_table(
        "vectors",
        sa.Column("illustration_id", NAME, nullable=False),
        sa.Column("run", NAME, nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        _on("vectors", "illustration_id", "illustrations.id"),
        sa.PrimaryKeyConstraint("illustration_id", "run", name=op.f("pk_vectors")),
    )
    op.create_index(op.f("ix_vectors_run_illustration_id"), "vectors", ["run", "illustration_id"])
    op.create_table(
        "matches",
        sa.Column("one_id", NAME, nullable=False),
        sa.Column("run", NAME, nullable=False),
        sa.Column("other_id", NAME, nullable=False),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        _on("matches", "one_id", "illustrations.id"),
        _on("matches", "other_id", "illustrations.id"),
        sa.PrimaryKeyConstraint("one_id", "run", "other_id", name=op.f("pk_matches")),
    )
    op.create_index(op.f("ix_matches_other_id"), "matches", ["other_id"])
    op.create_table(
        "page_labels",
        sa.Column("page_id", NAME, nullable=False),
        sa.Column("run", NAME, nullable=False),
        sa.Column("facet", NAME, nullable=False),
        sa.Column("concept", NAME, nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        _on("page_labels", "page_id", "pages.id"),
        sa.PrimaryKeyConstraint("page_id", "run", "facet", "concept", name=op.f("pk_page_labels")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("page_labels")
    op.drop_index(op.f("ix_matches_other_id"), table_name="matches")
    op.drop_table("matches")
    op.drop_index(op.f("ix_vectors_run_illustration_id"), table_name="vectors")
    op.drop_table("vectors")
    op.drop_table("findings")


def _on(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")

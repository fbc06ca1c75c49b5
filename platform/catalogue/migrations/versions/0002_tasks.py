"""Jobs are made of tasks, which several workers share."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(TEXT(collation="C"), "postgresql")
COUNTERS = sa.table("counters", sa.column("name", sa.Text), sa.column("value", sa.BigInteger))
SEQUENCES = ("ended", "task")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "tasks",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("job", sa.BigInteger(), nullable=False),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("queue", NAME, nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", NAME, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", NAME, nullable=False),
        sa.Column("due", sa.Double(), nullable=False),
        sa.Column("lease", sa.Double(), nullable=False),
        sa.Column("hinted", sa.Double(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["jobs.number"], name=op.f("fk_tasks_job"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_tasks")),
    )
    op.create_index(op.f("ix_tasks_job_state"), "tasks", ["job", "state"])
    op.create_index(op.f("ix_tasks_state_due"), "tasks", ["state", "due"])
    op.create_index(op.f("ix_tasks_job_ended"), "tasks", ["job", "ended"])
    op.bulk_insert(COUNTERS, [{"name": name, "value": 0} for name in SEQUENCES])


def downgrade() -> None:
    """Take the change back."""
    op.execute(sa.delete(COUNTERS).where(COUNTERS.c.name.in_(SEQUENCES)))
    op.drop_index(op.f("ix_tasks_job_ended"), table_name="tasks")
    op.drop_index(op.f("ix_tasks_state_due"), table_name="tasks")
    op.drop_index(op.f("ix_tasks_job_state"), table_name="tasks")
    op.drop_table("tasks")

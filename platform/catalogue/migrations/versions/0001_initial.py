"""The tables as they began."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "changes",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entity", NAME, nullable=False),
        sa.Column("id", NAME, nullable=False),
        sa.Column("document", NAME, nullable=False),
        sa.Column("what", NAME, nullable=False),
        sa.Column("at", NAME, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_changes")),
    )
    op.create_table(
        "counters",
        sa.Column("name", NAME, nullable=False),
        sa.Column("value", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.create_table(
        "documents",
        sa.Column("id", NAME, nullable=False),
        sa.Column("arrived", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("provider", NAME, nullable=False),
        sa.Column("series_id", NAME, nullable=False),
        sa.Column("series_title", sa.Text(), nullable=False),
        sa.Column("date_start", NAME, nullable=True),
        sa.Column("date_end", NAME, nullable=True),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("page_count", sa.Integer(), nullable=False),
        sa.Column("done_count", sa.Integer(), nullable=False),
        sa.Column("picture_count", sa.Integer(), nullable=False),
        sa.Column("noise_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_index(op.f("ix_documents_provider_id"), "documents", ["provider", "id"], unique=False)
    op.create_index(op.f("ix_documents_series_id_id"), "documents", ["series_id", "id"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("state", NAME, nullable=False),
        sa.Column("started", NAME, nullable=False),
        sa.Column("finished", NAME, nullable=False),
        sa.Column("counters", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_jobs")),
    )
    op.create_table(
        "runs",
        sa.Column("id", NAME, nullable=False),
        sa.Column("facet", NAME, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_table(
        "tombstones",
        sa.Column("document_id", NAME, nullable=False),
        sa.Column("at", NAME, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_tombstones")),
    )
    op.create_table(
        "aliases",
        sa.Column("alias", NAME, nullable=False),
        sa.Column("document_id", NAME, nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_aliases_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("alias", "document_id", name=op.f("pk_aliases")),
    )
    op.create_index(op.f("ix_aliases_document_id"), "aliases", ["document_id"], unique=False)
    op.create_table(
        "diagnostics",
        sa.Column("document_id", NAME, nullable=False),
        sa.Column("scope", NAME, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", NAME, nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("severity", NAME, nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_diagnostics_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", "scope", "place", name=op.f("pk_diagnostics")),
    )
    op.create_table(
        "harvests",
        sa.Column("document_id", NAME, nullable=False),
        sa.Column("route", NAME, nullable=False),
        sa.Column("at", NAME, nullable=False),
        sa.Column("digest", NAME, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("pages", sa.LargeBinary(), nullable=False),
        sa.Column("articles", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_harvests_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", "route", name=op.f("pk_harvests")),
    )
    op.create_table(
        "originals",
        sa.Column("document_id", NAME, nullable=False),
        sa.Column("route", NAME, nullable=False),
        sa.Column("digest", NAME, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_originals_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", "route", name=op.f("pk_originals")),
    )
    op.create_table(
        "pages",
        sa.Column("id", NAME, nullable=False),
        sa.Column("document_id", NAME, nullable=False),
        sa.Column("key", NAME, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_pages_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
    )
    op.create_index(op.f("ix_pages_document_id_number"), "pages", ["document_id", "number"], unique=False)
    op.create_table(
        "refusals",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("job", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("at", NAME, nullable=False),
        sa.ForeignKeyConstraint(["job"], ["jobs.number"], name=op.f("fk_refusals_job"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_refusals")),
    )
    op.create_index(op.f("ix_refusals_job"), "refusals", ["job"], unique=False)
    op.create_table(
        "tombstone_aliases",
        sa.Column("alias", NAME, nullable=False),
        sa.Column("document_id", NAME, nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["tombstones.document_id"],
            name=op.f("fk_tombstone_aliases_document_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("alias", "document_id", name=op.f("pk_tombstone_aliases")),
    )
    op.create_index(op.f("ix_tombstone_aliases_document_id"), "tombstone_aliases", ["document_id"], unique=False)
    op.create_table(
        "illustrations",
        sa.Column("id", NAME, nullable=False),
        sa.Column("page_id", NAME, nullable=False),
        sa.Column("document_id", NAME, nullable=False),
        sa.Column("state", NAME, nullable=False),
        sa.Column("x", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("y", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("w", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("h", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("box_by", NAME, nullable=False),
        sa.Column("region_run", NAME, nullable=False),
        sa.Column("noise", sa.Text(), nullable=True),
        sa.Column("front_page", sa.Boolean(), nullable=False),
        sa.Column("last_page", sa.Boolean(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("shape", NAME, nullable=False),
        sa.Column("rotation", sa.Double(), nullable=False),
        sa.Column("related", sa.Text(), nullable=False),
        sa.Column("text_run", NAME, nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text_before", sa.Text(), nullable=False),
        sa.Column("text_after", sa.Text(), nullable=False),
        sa.Column("pixel_run", NAME, nullable=False),
        sa.Column("pixels", sa.Text(), nullable=True),
        sa.Column("review", NAME, nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_illustrations_document_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_illustrations_page_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_illustrations")),
    )
    op.create_index(op.f("ix_illustrations_document_id"), "illustrations", ["document_id"], unique=False)
    op.create_index(op.f("ix_illustrations_page_id"), "illustrations", ["page_id"], unique=False)
    op.create_table(
        "page_texts",
        sa.Column("page_id", NAME, nullable=False),
        sa.Column("digest", NAME, nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_page_texts_page_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_page_texts")),
    )
    op.create_table(
        "boxes",
        sa.Column("illustration_id", NAME, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("x", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("y", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("w", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("h", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("origin", NAME, nullable=False),
        sa.Column("at", NAME, nullable=False),
        sa.ForeignKeyConstraint(
            ["illustration_id"], ["illustrations.id"], name=op.f("fk_boxes_illustration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("illustration_id", "version", name=op.f("pk_boxes")),
    )
    op.create_table(
        "descriptions",
        sa.Column("illustration_id", NAME, nullable=False),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("run", NAME, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["illustration_id"], ["illustrations.id"], name=op.f("fk_descriptions_illustration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("illustration_id", "kind", "run", name=op.f("pk_descriptions")),
    )
    op.create_table(
        "labels",
        sa.Column("illustration_id", NAME, nullable=False),
        sa.Column("run", NAME, nullable=False),
        sa.Column("facet", NAME, nullable=False),
        sa.Column("concept", NAME, nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["illustration_id"], ["illustrations.id"], name=op.f("fk_labels_illustration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("illustration_id", "run", "facet", "concept", name=op.f("pk_labels")),
    )
    op.create_table(
        "reviews",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("illustration_id", NAME, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", NAME, nullable=False),
        sa.Column("action", NAME, nullable=False),
        sa.Column("facet", NAME, nullable=False),
        sa.Column("concept", NAME, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["illustration_id"], ["illustrations.id"], name=op.f("fk_reviews_illustration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_reviews")),
    )
    op.create_index(op.f("ix_reviews_illustration_id"), "reviews", ["illustration_id"], unique=False)
    op.create_table(
        "verdicts",
        sa.Column("illustration_id", NAME, nullable=False),
        sa.Column("facet", NAME, nullable=False),
        sa.Column("concept", NAME, nullable=False),
        sa.Column("verdict", NAME, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["illustration_id"], ["illustrations.id"], name=op.f("fk_verdicts_illustration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("illustration_id", "facet", "concept", name=op.f("pk_verdicts")),
    )
    op.bulk_insert(
        sa.table("counters", sa.column("name", sa.Text), sa.column("value", sa.BigInteger)),
        [{"name": name, "value": 0} for name in ("change", "document", "job", "refusal", "review", "run")],
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("verdicts")
    op.drop_index(op.f("ix_reviews_illustration_id"), table_name="reviews")
    op.drop_table("reviews")
    op.drop_table("labels")
    op.drop_table("descriptions")
    op.drop_table("boxes")
    op.drop_table("page_texts")
    op.drop_index(op.f("ix_illustrations_page_id"), table_name="illustrations")
    op.drop_index(op.f("ix_illustrations_document_id"), table_name="illustrations")
    op.drop_table("illustrations")
    op.drop_index(op.f("ix_tombstone_aliases_document_id"), table_name="tombstone_aliases")
    op.drop_table("tombstone_aliases")
    op.drop_index(op.f("ix_refusals_job"), table_name="refusals")
    op.drop_table("refusals")
    op.drop_index(op.f("ix_pages_document_id_number"), table_name="pages")
    op.drop_table("pages")
    op.drop_table("originals")
    op.drop_table("harvests")
    op.drop_table("diagnostics")
    op.drop_index(op.f("ix_aliases_document_id"), table_name="aliases")
    op.drop_table("aliases")
    op.drop_table("tombstones")
    op.drop_table("runs")
    op.drop_table("jobs")
    op.drop_index(op.f("ix_documents_series_id_id"), table_name="documents")
    op.drop_index(op.f("ix_documents_provider_id"), table_name="documents")
    op.drop_table("documents")
    op.drop_table("counters")
    op.drop_table("changes")

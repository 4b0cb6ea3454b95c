"""What supporters need: rota, swaps, time on duty, care after contacts, reports, applications, letters."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# In the order in which they can go; their indexes go with them.
_TABLES = (
    *("rota_exception", "rota", "swap", "pressure_report", "letter_request"),
    *("duty_spell", "debrief", "contact_check", "application"),
)


def upgrade() -> None:
    op.create_table(
        "application",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("prison_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint("state IN ('open', 'yes', 'no', 'withdrawn')", name=op.f("ck_application_state")),
        sa.CheckConstraint(
            "state NOT IN ('yes', 'no') OR staff_id IS NOT NULL", name=op.f("ck_application_staff_decide")
        ),
        sa.CheckConstraint("step >= 0", name=op.f("ck_application_step")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_application_person_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_application_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
    )
    op.create_index(op.f("ix_application_prison_id"), "application", ["prison_id"], unique=False)
    op.create_index(
        "uq_application_open",
        "application",
        ["person_id", "role"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "contact_check",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("felt", sa.String(length=64), nullable=True),
        sa.Column("wants_rest", sa.Boolean(), nullable=True),
        sa.Column("wants_talk", sa.Boolean(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "felt IS NULL OR felt IN ('all_right', 'heavy', 'hard')", name=op.f("ck_contact_check_felt")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contact_check_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_check")),
    )
    op.create_index(op.f("ix_contact_check_person_id"), "contact_check", ["person_id"], unique=False)
    op.create_table(
        "debrief",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("prison_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("for_branch", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint("state IN ('asked', 'arranged', 'done')", name=op.f("ck_debrief_state")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_debrief_person_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_debrief_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debrief")),
    )
    op.create_index(op.f("ix_debrief_prison_id"), "debrief", ["prison_id"], unique=False)
    op.create_index(
        "uq_debrief_open",
        "debrief",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'done'"),
        postgresql_where=sa.text("state <> 'done'"),
    )
    op.create_table(
        "duty_spell",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_duty_spell_person_id")),
        sa.PrimaryKeyConstraint("person_id", "began_at", name=op.f("pk_duty_spell")),
    )
    op.create_index(
        "uq_duty_spell_lasting",
        "duty_spell",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "letter_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("prison_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("staff_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_letter_request_person_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_letter_request_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_request")),
    )
    op.create_index(op.f("ix_letter_request_prison_id"), "letter_request", ["prison_id"], unique=False)
    op.create_index(
        "uq_letter_request_open",
        "letter_request",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "pressure_report",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("prison_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.String(length=32), nullable=True),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "closed_at IS NULL OR (done <> '' AND closed_by IS NOT NULL)",
            name=op.f("ck_pressure_report_closed_with"),
        ),
        sa.ForeignKeyConstraint(["closed_by"], ["staff.id"], name=op.f("fk_pressure_report_closed_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pressure_report_person_id")),
        sa.ForeignKeyConstraint(["seen_by"], ["staff.id"], name=op.f("fk_pressure_report_seen_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pressure_report")),
        sa.UniqueConstraint("person_id", "form_key", name=op.f("uq_pressure_report_person_id_form_key")),
    )
    op.create_index(op.f("ix_pressure_report_prison_id"), "pressure_report", ["prison_id"], unique=False)
    op.create_table(
        "swap",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("prison_id", sa.String(length=64), nullable=False),
        sa.Column("asker_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("asked_of", sa.String(length=32), nullable=True),
        sa.Column("taken_by", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'agreed', 'confirmed', 'declined', 'refused', 'expired', 'withdrawn')",
            name=op.f("ck_swap_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('agreed', 'confirmed', 'refused') OR taken_by IS NOT NULL",
            name=op.f("ck_swap_taken_by_whom"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('confirmed', 'refused') OR staff_id IS NOT NULL", name=op.f("ck_swap_staff_decide")
        ),
        sa.CheckConstraint("0 <= begins AND begins < ends AND ends <= 1440", name=op.f("ck_swap_turn")),
        sa.CheckConstraint("taken_by IS NULL OR taken_by <> asker_id", name=op.f("ck_swap_taken_by_another")),
        sa.ForeignKeyConstraint(["asked_of"], ["person.id"], name=op.f("fk_swap_asked_of")),
        sa.ForeignKeyConstraint(["asker_id"], ["person.id"], name=op.f("fk_swap_asker_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_swap_staff_id")),
        sa.ForeignKeyConstraint(["taken_by"], ["person.id"], name=op.f("fk_swap_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap")),
    )
    op.create_index(op.f("ix_swap_asker_id"), "swap", ["asker_id"], unique=False)
    op.create_index("ix_swap_prison_id_state", "swap", ["prison_id", "state"], unique=False)
    op.create_index(
        "uq_swap_open",
        "swap",
        ["asker_id", "day", "begins"],
        unique=True,
        sqlite_where=sa.text("state IN ('asked', 'agreed')"),
        postgresql_where=sa.text("state IN ('asked', 'agreed')"),
    )
    op.create_table(
        "rota",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("prison_id", sa.String(length=64), nullable=False),
        sa.Column("week", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["supporter.person_id"], name=op.f("fk_rota_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_rota")),
    )
    op.create_index(op.f("ix_rota_prison_id"), "rota", ["prison_id"], unique=False)
    op.create_table(
        "rota_exception",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["rota.person_id"], name=op.f("fk_rota_exception_person_id")),
        sa.PrimaryKeyConstraint("person_id", "day", name=op.f("pk_rota_exception")),
    )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)

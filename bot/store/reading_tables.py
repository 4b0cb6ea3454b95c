"""The ways in which rows of the audit are found: by time, by account, and by what was read."""

import sqlalchemy as sa

from bot.store.tables import audit

# Holds all that the counts of unusual reading need, so that they read no row.
READ = sa.Index("ix_audit_read", audit.c.prison_id, audit.c.at, audit.c.staff_id, audit.c.action, audit.c.ref)
BY_STAFF = sa.Index("ix_audit_staff_id_at", audit.c.staff_id, audit.c.at)
BY_REF = sa.Index("ix_audit_ref_at", audit.c.ref, audit.c.at)

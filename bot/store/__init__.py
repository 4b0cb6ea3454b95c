"""The only SQLAlchemy: tables, repositories, the unit of work, the outbox, migrations."""

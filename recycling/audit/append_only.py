"""What makes the audit tables append-only: triggers that refuse change and delete, on both databases."""

TABLES = ("audit_auditentry", "audit_viewentry")

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'check_violation'; END
$$ LANGUAGE plpgsql
"""


def create_triggers(schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_POSTGRES_FUNCTION)
    for table in TABLES:
        for what in ("UPDATE", "DELETE"):
            schema_editor.execute(_create(schema_editor.connection.vendor, table, what))


def drop_triggers(schema_editor):
    on_table = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        for what in ("UPDATE", "DELETE"):
            place = f" ON {table}" if on_table else ""
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{what.lower()}{place}")
    if on_table:
        schema_editor.execute("DROP FUNCTION IF EXISTS audit_refuse")


def _create(vendor, table, what):
    name = f"{table}_no_{what.lower()}"
    if vendor == "postgresql":
        return f"CREATE TRIGGER {name} BEFORE {what} ON {table} FOR EACH ROW EXECUTE FUNCTION audit_refuse()"
    return (
        f"CREATE TRIGGER {name} BEFORE {what} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
    )

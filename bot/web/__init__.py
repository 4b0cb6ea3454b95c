"""The only web framework: two apps (tablet and desk), their access table, pages and static files."""

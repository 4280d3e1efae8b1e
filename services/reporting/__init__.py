"""Reports: figures into tables, tables into a report, and the report's life."""

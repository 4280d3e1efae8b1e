"""A report in Excel: a sheet for each table, real numbers and dates, nothing that is calculated."""

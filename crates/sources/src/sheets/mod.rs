//! Excel workbooks and ODS, SAS transport files, definitions in SQL dumps.

"""Backup and restore (docs/backup.md, decision 0023): parcels apart from each other, encrypted to a public key."""

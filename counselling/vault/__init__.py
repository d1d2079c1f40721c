"""Keys and sealing: functions without models, the only importer of `cryptography` (design section 5)."""

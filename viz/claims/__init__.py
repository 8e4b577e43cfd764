"""The page with the ledger of claims."""

"""Who may see and do what: roles and the one policy, accounts, sessions and tokens, and the record of who looked."""

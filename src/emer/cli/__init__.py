"""The command line; nothing else imports from here."""

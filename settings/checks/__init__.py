"""Rules that span several fields, by what they are about; settings/checks/rules.py lists them."""

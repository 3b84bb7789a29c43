"""The audit log as an admin reads it: sentences, with the names that its ids still have, and ways to narrow it."""

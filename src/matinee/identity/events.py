"""What `identity` hears: notes for the audit log."""

from matinee.identity.actions.auditing import entry_add
from matinee.kernel.audit import AuditNoted
from matinee.kernel.events import hears

hears("identity", AuditNoted)(entry_add)

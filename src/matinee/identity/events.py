"""What `identity` hears: notes for the audit log, and that sessions of its own have ended."""

from matinee.contracts.events import SessionEnded
from matinee.identity import actions
from matinee.identity.actions.auditing import entry_add
from matinee.kernel.audit import AuditNoted
from matinee.kernel.events import hears

hears("identity", AuditNoted)(entry_add)
hears("identity", SessionEnded)(actions.session_refuse)

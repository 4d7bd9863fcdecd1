"""What `identity` hears: notes for the audit log, receipts, and that sessions of its own ended."""

from matinee.contracts.sessions import SessionEnded
from matinee.identity import actions, person
from matinee.identity.actions.auditing import entry_add
from matinee.kernel import people
from matinee.kernel.audit import AuditNoted
from matinee.kernel.events import hears
from matinee.kernel.people import ErasureProved

hears("identity", AuditNoted)(entry_add)
hears("identity", SessionEnded)(actions.session_refuse)
hears("identity", ErasureProved)(actions.receipt_keep)
people.keeps("identity", person.gather, person.erase)

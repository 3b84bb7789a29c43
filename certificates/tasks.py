"""The outbox's handlers for certificates."""

from certificates import services
from certificates.services import mails, privacy
from core import outbox

outbox.handler(services.KIND)(services.print_award)
outbox.handler(mails.KIND)(mails.send)
outbox.handler(privacy.ERASE)(privacy.remove_file)

"""The outbox's handler for certificates."""

from certificates import services
from core import outbox

outbox.handler(services.KIND)(services.print_award)

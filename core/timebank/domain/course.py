"""How an order follows its visits: what happens to it once the last of them has ended, is disputed or is void."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from timebank.domain.order import OrderEvent, OrderState
from timebank.domain.visit import VisitState

# The volunteer does not come: the place is free again.
GONE = frozenset({VisitState.CANCELLED, VisitState.NO_SHOW})
# Service is still to come or under way.
AHEAD = frozenset({VisitState.PLANNED, VisitState.CHECKED_IN})

_S, _E = OrderState, OrderEvent

_ROUTES: Mapping[tuple[OrderState, OrderState], tuple[OrderEvent, ...]] = {
    (_S.IN_SERVICE, _S.FINISHED): (_E.FINISH,),
    (_S.IN_SERVICE, _S.DISPUTED): (_E.DISPUTE,),
    (_S.IN_SERVICE, _S.SETTLED): (_E.FINISH, _E.SETTLE),
    (_S.IN_SERVICE, _S.VOID): (_E.FINISH, _E.VOID),
    (_S.FINISHED, _S.DISPUTED): (_E.DISPUTE,),
    (_S.FINISHED, _S.SETTLED): (_E.SETTLE,),
    (_S.FINISHED, _S.VOID): (_E.VOID,),
    (_S.DISPUTED, _S.FINISHED): (_E.UPHOLD,),
    (_S.DISPUTED, _S.SETTLED): (_E.UPHOLD, _E.SETTLE),
    (_S.DISPUTED, _S.VOID): (_E.VOID,),
    (_S.SETTLED, _S.DISPUTED): (_E.DISPUTE,),
    (_S.SETTLED, _S.FINISHED): (_E.DISPUTE, _E.UPHOLD),
    (_S.SETTLED, _S.VOID): (_E.DISPUTE, _E.VOID),
}


def events_that_follow(order: OrderState, visits: Iterable[VisitState]) -> tuple[OrderEvent, ...]:
    """Return what happens to an order because of where its visits stand; nothing while one of them is ahead.

    Args:
        order: where the order stands; one that never came to service, or is closed for good, does not move.
        visits: where all its visits stand.
    """
    wanted = _state_of(set(visits))
    return _ROUTES.get((order, wanted), ()) if wanted is not None else ()


def _state_of(visits: set[VisitState]) -> OrderState | None:
    came = visits - GONE
    if not came or came & AHEAD:
        return None
    if VisitState.DISPUTED in came:
        return OrderState.DISPUTED
    if came == {VisitState.VOID}:
        return OrderState.VOID
    if came <= {VisitState.SETTLED, VisitState.VOID}:
        return OrderState.SETTLED
    return OrderState.FINISHED

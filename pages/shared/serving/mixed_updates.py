"""A click that the browser sends along with a fragment's message draws the whole page, as it would alone.

Streamlit's part in the browser puts all that changes in one moment into one message, and lets it ask for the
fragment of one of the changes. What has changed outside would reach the server and be drawn by nobody.
"""

from collections.abc import Callable
from functools import wraps
from weakref import WeakKeyDictionary

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.app_session import AppSession

Request = Callable[[AppSession, ClientState | None], None]
TRIGGERS = ("trigger_value", "string_trigger_value", "chat_input_value", "json_trigger_value")
KNOWN: WeakKeyDictionary[AppSession, dict[str, WidgetState]] = WeakKeyDictionary()  # by the last message


def widen_mixed_updates() -> None:
    """Let every session of this server look at its messages before it runs anything."""
    original: Request = AppSession.request_rerun
    if hasattr(original, "__wrapped__"):
        return

    @wraps(original)
    def request_rerun(session: AppSession, client_state: ClientState | None) -> None:
        if client_state is not None:
            widen(session, client_state)
        original(session, client_state)

    setattr(AppSession, "request_rerun", request_rerun)  # noqa: B010 - a method is assigned to knowingly


def widen(session: AppSession, message: ClientState) -> None:
    """Let a message ask for the whole page where anything outside its fragment has changed."""
    told = {state.id: state for state in message.widget_states.widgets}
    if message.fragment_id:
        # Streamlit has no public way to ask what a page was drawn with, and by which fragment.
        drawn, known = session.session_state._new_widget_state, KNOWN.get(session, {})
        for name, state in told.items():
            of = drawn.widget_metadata.get(name)
            if of is None or of.fragment_id == message.fragment_id:
                continue
            if has_changed(state, known.get(name) or drawn.get_serialized(name)):
                message.fragment_id = ""
                break
    KNOWN[session] = told


def has_changed(state: WidgetState, before: WidgetState | None) -> bool:
    """Return whether a widget was clicked, or has another value than before; one that had none has not."""
    kind = state.WhichOneof("value")
    if kind in TRIGGERS:
        return bool(getattr(state, kind))
    return before is not None and state != before

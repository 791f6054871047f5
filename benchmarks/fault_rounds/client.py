"""A reader without a browser: speaks Streamlit's protocol to a running app, and draws strokes on Review."""

import json
import time
from dataclasses import dataclass, field

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

from core.editing.editor_codec import encode_runs

EDITOR = "septum_mask_editor"
ACKNOWLEDGEMENT = "septum_acknowledgement"
MAX_BYTES = 1 << 26  # bytes of a message; a slice takes a few hundred kB


@dataclass
class Client:
    """A session of the app with one slice open."""

    url: str
    slice_id: int
    reader: str
    shape: tuple[int, int]
    _widgets: dict[str, WidgetState] = field(default_factory=dict)
    _editor: str = ""  # the component's id
    _fragment: str = ""
    _acknowledged: int = 0
    _socket: ClientConnection | None = None

    def open(self) -> None:
        """Connect and have Review drawn."""
        address = self.url.replace("http", "ws", 1) + "/_stcore/stream"
        self._socket = connect(address, max_size=MAX_BYTES, subprotocols=["streamlit"])  # type: ignore[list-item]
        self.run()

    def draw(self, mask: np.ndarray, seq: int) -> float:
        """Send a stroke, which the mask shows; returns the seconds until the store has it."""
        edit = {
            "document": f"slice-{self.slice_id} of {self.reader}",
            "revision": 0,
            "tab": f"client-{self.reader}",
            "seq": seq,
            "since": 0,
            "attempt": 0,
            "height": self.shape[0],
            "width": self.shape[1],
            "runs": encode_runs(mask),
            "seconds": float(seq),
        }
        state = WidgetState(id=self._editor, json_value=json.dumps({"edit": edit}))
        self._widgets[self._editor] = state
        began = time.perf_counter()
        self.run(until=seq)
        return time.perf_counter() - began

    def close(self) -> None:
        """Go away, as a closed tab does."""
        if self._socket is not None:
            self._socket.close()

    def run(self, until: int | None = None) -> None:
        """Ask for a run of the page, or of the editor's fragment, and read until it is done."""
        assert self._socket is not None
        query = f"slice={self.slice_id}&reader={self.reader}"
        asked = BackMsg(rerun_script=ClientState(page_name="Review", query_string=query))
        asked.rerun_script.widget_states.widgets.extend(self._widgets.values())
        if until is not None:
            asked.rerun_script.fragment_id = self._fragment
        self._socket.send(asked.SerializeToString())
        while True:
            message = ForwardMsg.FromString(self._socket.recv(timeout=120))
            kind = message.WhichOneof("type")
            if kind == "delta":
                self._take(message)
            if until is not None and self._acknowledged >= until:
                return
            if kind == "script_finished" and until is None:
                return

    def _take(self, message: ForwardMsg) -> None:
        """Note the editor, and what the store is said to have."""
        component = message.delta.new_element.bidi_component
        if component.component_name == EDITOR:
            self._editor, self._fragment = component.id, message.delta.fragment_id
        elif component.component_name == ACKNOWLEDGEMENT:
            self._acknowledged = int(json.loads(component.json)["seq"])

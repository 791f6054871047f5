"""A browser's part in Streamlit's protocol, without a browser: open a page, upload, run it again, leave."""

import http.client
import re
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect


class Visitor:
    """One window on the Import page; use it as `with Visitor(port) as visitor`."""

    def __init__(self, port: int) -> None:
        """Open the page."""
        self.port, self._files = port, list[tuple[str, int, FileURLs]]()
        self._cookie = self._xsrf_cookie()
        origin = f"http://127.0.0.1:{port}"
        headers = {"Cookie": f"_streamlit_xsrf={self._cookie}"}
        address = f"ws://127.0.0.1:{port}/_stcore/stream"
        self._connecting = connect(address, origin=origin, additional_headers=headers, max_size=None)
        self._socket = self._connecting.__enter__()
        self.session = self._uploader = ""
        self.said: list[str] = []
        self.run()

    def __enter__(self) -> Self:
        """The visitor itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave."""
        self._connecting.__exit__(None, None, None)

    def run(self) -> None:
        """Run the page with the files that were uploaded; what it says is in `said` afterwards."""
        message = BackMsg()
        message.rerun_script.page_name = "Import"
        if self._files:
            widget = message.rerun_script.widget_states.widgets.add()
            widget.id = self._uploader
            for name, size, urls in self._files:
                file = widget.file_uploader_state_value.uploaded_file_info.add()
                file.file_id, file.name, file.size = urls.file_id, name, size
                file.file_urls.CopyFrom(urls)
        self.said = []
        self._tell(message)
        self._hear("script_finished")

    def upload(self, files: dict[str, bytes]) -> list[int]:
        """Send files, and return the status of each answer."""
        message = BackMsg()
        message.file_urls_request.file_names.extend(files)
        message.file_urls_request.session_id = self.session
        self._tell(message)
        urls = self._hear("file_urls_response").file_urls_response.file_urls
        statuses = []
        for (name, data), place in zip(files.items(), urls, strict=True):
            head = f'--edge\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'
            body = head.encode() + data + b"\r\n--edge--\r\n"
            statuses.append(self._ask("PUT", place.upload_url, body))
            self._files.append((name, len(data), place))
        return statuses

    def remove(self, name: str) -> int:
        """Take a file out of the list, and return the status of the answer."""
        (taken,) = (file for file in self._files if file[0] == name)
        self._files.remove(taken)
        return self._ask("DELETE", taken[2].delete_url)

    def _ask(self, method: str, path: str, body: bytes | None = None) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": f"_streamlit_xsrf={self._cookie}", "X-Xsrftoken": self._cookie}
        connection.request(
            method, path, body, headers | {"Content-Type": "multipart/form-data; boundary=edge"}
        )
        with connection.getresponse() as response:
            return response.status

    def _xsrf_cookie(self) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", "/_stcore/health")
        with connection.getresponse() as response:
            found = re.search("_streamlit_xsrf=([^;]+)", response.getheader("Set-Cookie") or "")
        assert found
        return found[1]

    def _tell(self, message: BackMsg) -> None:
        self._socket.send(message.SerializeToString())

    def _hear(self, kind: str) -> ForwardMsg:
        """The next message of a kind, with what those before it said taken in."""
        while True:
            message = ForwardMsg()
            received = self._socket.recv(timeout=60)
            assert isinstance(received, bytes)
            message.ParseFromString(received)
            if message.WhichOneof("type") == "new_session":
                self.session = message.new_session.initialize.session_id
            elif message.WhichOneof("type") == "delta":
                element = message.delta.new_element
                if element.HasField("file_uploader"):
                    self._uploader = element.file_uploader.id
                self.said += [one.body for one in (element.markdown, element.alert) if one.body]
                self.said += ["an error"] if element.HasField("exception") else []
            if message.WhichOneof("type") == kind:
                return message

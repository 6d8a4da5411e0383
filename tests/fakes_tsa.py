"""A time-stamping authority on loopback: openssl answers, as a real one would."""

import contextlib
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CONFIGURATION = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[tsa]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[ts]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_alg = sha256
"""


class Authority:
    """Keys and certificates in a directory, and what goes wrong on purpose: "" or the name of a fault."""

    def __init__(self, directory, name="Tests"):
        self.directory, self.fault, self.asked = directory, "", 0
        directory.mkdir()
        (directory / "conf").write_text(CONFIGURATION.format(name=name))
        (directory / "serial").write_text("01\n")
        self._certify()

    @property
    def root(self):
        """The certificate others know the authority by."""
        return self.directory / "root.pem"

    def answer(self, question):
        """The answer to a question, as bytes of a TimeStampResp."""
        (self.directory / "question.tsq").write_bytes(question)
        self._openssl(
            "ts -reply -config conf -section ts -queryfile question.tsq"
            " -signer tsa.pem -inkey tsa.key -chain root.pem -out answer.tsr"
        )
        return (self.directory / "answer.tsr").read_bytes()

    @contextlib.contextmanager
    def at_work(self):
        """Its address on loopback, while it answers."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/tsr"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def _certify(self):
        for key in ("root", "tsa"):
            self._openssl(f"ecparam -name prime256v1 -genkey -noout -out {key}.key")
        self._openssl(
            "req -new -x509 -config conf -extensions root -key root.key -days 3650 -out root.pem"
        )
        self._openssl("req -new -config conf -key tsa.key -subj /CN=TSA -out tsa.csr")
        self._openssl(
            "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial"
            " -extfile conf -extensions tsa -days 3650 -out tsa.pem"
        )

    def _openssl(self, command):
        subprocess.run(
            ["openssl", *command.split()],
            cwd=self.directory,
            check=True,
            capture_output=True,
        )

    def _handler(self):
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                authority.asked += 1
                question = self.rfile.read(int(self.headers["Content-Length"]))
                status, told = authority._told(question)
                self.send_response(status)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, *words):
                pass

        return Handler

    def _told(self, question):
        if self.fault == "down":
            return 503, b"later"
        if self.fault == "nonsense":
            return 200, b"<html>no timestamp</html>"
        if self.fault == "stale":
            return 200, (self.directory / "answer.tsr").read_bytes()
        if self.fault == "refused":
            # A digest it does not take.
            return 200, self.answer(question.replace(b"\x04\x02\x01", b"\x04\x02\x04"))
        return 200, self.answer(question)

"""An IMAP server on loopback, as small as it can be: one user, its folders in memory."""

import re
import socketserver
import threading
from contextlib import contextmanager

LITERAL = re.compile(r"\{(\d+)\}$")
# A quoted word, a list in brackets, or a plain word.
WORDS = re.compile(r'"(?:[^"\\]|\\.)*"|\((?:[^()]*)\)|\S+')


class Mailbox:
    """Folders of numbered messages, with their flags; `numbers` are never given twice."""

    def __init__(self, password="sesame", capabilities="IMAP4rev1 MOVE UIDPLUS"):
        self.password = password
        self.capabilities = capabilities
        self.folders = {"INBOX": {}}
        self.flags = {}
        self.validity = 7
        self.last = 0
        self.commands = []
        self.may_create = True
        self.drops_after = None

    def put(self, raw, folder="INBOX"):
        self.last += 1
        self.folders[folder][self.last] = raw.replace(b"\r\n", b"\n").replace(
            b"\n", b"\r\n"
        )
        return self.last


class _Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.box, self.folder = self.server.box, None
        self.say("* OK ready")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            tag, *words = WORDS.findall(line)
            name = words[0].upper()
            if name == "UID":
                words = words[1:]
                name = f"UID {words[0].upper()}"
            self.box.commands.append(name)
            if self.box.drops_after == name:
                return
            method = getattr(self, "do_" + name.replace(" ", "_").lower(), None)
            answer = method(*words[1:]) if method else "BAD unknown"
            self.say(f"{tag} {answer} as asked")
            if name == "LOGOUT":
                return

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def do_capability(self):
        self.say(f"* CAPABILITY {self.box.capabilities}")
        return "OK"

    def do_login(self, _user, password):
        return "OK" if password.strip('"') == self.box.password else "NO wrong"

    def do_select(self, name):
        self.folder = name.strip('"')
        if self.folder not in self.box.folders:
            return "NO no such folder"
        self.say(f"* {len(self.messages)} EXISTS")
        self.say(f"* OK [UIDVALIDITY {self.box.validity}] valid")
        return "OK [READ-WRITE] done"

    @property
    def messages(self):
        return self.box.folders[self.folder]

    def do_list(self, *_):
        self.say('* LIST (\\Noselect) "/" ""')
        return "OK"

    def do_create(self, name):
        if not self.box.may_create or name.strip('"') in self.box.folders:
            return "NO"
        self.box.folders[name.strip('"')] = {}
        return "OK"

    def do_status(self, name, _items):
        if name.strip('"') not in self.box.folders:
            return "NO"
        self.say(f"* STATUS {name} (MESSAGES 0)")
        return "OK"

    def do_uid_search(self, *words):
        first = int(words[words.index("UID") + 1].partition(":")[0])
        found = [number for number in self.messages if number >= first]
        # As the standard says: "n:*" holds the last one whatever n is.
        found = found or list(self.messages)[-1:]
        self.say("* SEARCH " + " ".join(map(str, found)))
        return "OK"

    def do_uid_fetch(self, number, *what):
        most = int(re.search(r"<0\.(\d+)>", " ".join(what))[1])
        raw = self.messages[int(number)][:most]
        self.say(f"* 1 FETCH (UID {number} BODY[]<0> {{{len(raw)}}}")
        self.wfile.write(raw + b")\r\n")
        return "OK"

    def do_uid_store(self, listed, _how, flags):
        for number in self.listed(listed):
            self.box.flags.setdefault(number, set()).update(flags.strip("()").split())
        return "OK"

    def do_uid_move(self, listed, name):
        if "MOVE" not in self.box.capabilities:
            return "BAD"
        for number in self.listed(listed):
            self.box.folders[name.strip('"')][number] = self.messages.pop(number)
        return "OK"

    def do_uid_copy(self, listed, name):
        if name.strip('"') not in self.box.folders:
            return "NO [TRYCREATE]"
        for number in self.listed(listed):
            self.box.folders[name.strip('"')][number] = self.messages[number]
        return "OK"

    def do_uid_expunge(self, listed):
        for number in self.listed(listed):
            if "\\Deleted" in self.box.flags.get(number, ()):
                del self.messages[number]
        return "OK"

    def do_logout(self):
        self.say("* BYE")
        return "OK"

    @staticmethod
    def listed(text):
        return [int(number) for number in text.split(",")]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def imap_server(box):
    """The port of a server for this mailbox."""
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.box = box
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield server.server_address[1]
        server.shutdown()

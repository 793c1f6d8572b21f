"""load - clients that lodge one request after the other until the test leaves the with-block"""

import threading

from simpul import request


class Load:
    """What was answered: numbers by id; what was refused: (exit code, words)."""

    def __init__(self, node, account, unit="3275", clients=1):
        self.node, self.account, self.unit = node, account, unit
        self.answered, self.refused = {}, []
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self.run) for _ in range(clients)]

    def run(self):
        while not self.is_over.is_set():
            body = request(self.unit)
            code, reply, err = self.node.send("ajukan_permohonan", body, self.account)
            if code == 0:
                self.answered[body["permohonan_id"]] = reply["jawaban"]["nomor"]
            else:
                self.refused.append((code, err))

    def wait_for(self, more):
        wanted = len(self.answered) + more
        while len(self.answered) < wanted and not self.refused:
            self.is_over.wait(0.02)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for thread in self.threads:
            thread.join()

"""A DNS whose records a test writes down; what is not there does not exist."""

from collections import Counter

from webapp.deliverability.domain_checks.asking import Silent


class FakeDns:
    """Answers from `records`: {(name, kind): [texts]}; an exception stands for silence."""

    def __init__(self, records=()):
        self.records = dict(records)
        self.asked = Counter()

    def __call__(self, name, kind):
        self.asked[name, kind] += 1
        answer = self.records.get((name, kind), [])
        if answer is Silent:
            raise Silent
        return answer

    def txt(self, name, *texts):
        self.records[name, "TXT"] = list(texts)
        return self

    def host(self, name, *ips):
        self.records[name, "A"] = list(ips)
        return self

    def silence(self, name, kind):
        self.records[name, kind] = Silent
        return self

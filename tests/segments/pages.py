"""What a browser sends of the builder as it stands."""

from html.parser import HTMLParser


def posted(page):
    """The fields of the page, each with all its values."""
    form = Form()
    form.feed(page)
    form.close()
    return form.told


class Form(HTMLParser):
    """The fields of a page with what stands in them."""

    def __init__(self):
        super().__init__()
        self.told, self.select, self.area = {}, "", None

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "input" and "name" in found:
            if found.get("type") != "checkbox" or "checked" in found:
                self._tell(found["name"], found.get("value", ""))
        elif tag == "select":
            self.select = found["name"]
        elif tag == "option" and "selected" in found:
            self._tell(self.select, found["value"])
        elif tag == "textarea":
            self.area = (found["name"], [])

    def handle_data(self, data):
        if self.area:
            self.area[1].append(data)

    def handle_endtag(self, tag):
        if tag == "textarea":
            name, said = self.area
            # A browser leaves out the first line break, and sends the others as two signs.
            text = "".join(said).removeprefix("\n")
            self._tell(name, text.replace("\n", "\r\n"))
            self.area = None

    def _tell(self, name, value):
        self.told.setdefault(name, []).append(value)

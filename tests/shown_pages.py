"""Pages rendered without a browser, and ways to press and read what is on them."""

import time

import ipyvuetify
import solara
from solara.widgets import HTML


class Shown:
    """A page as a browser would have it.

    Args:
        page: The component.
        search: What stands behind the question mark of the address.
        others: Other pages by path, to which the page may lead.
    """

    def __init__(self, page, search="", others=()):
        self.paths = []

        @solara.component
        def Elsewhere(path):  # noqa: N802 - components are written with a capital
            self.paths.append((path, solara.use_router().search))

        def of(path):
            return lambda: Elsewhere(path)

        @solara.component
        def Root():  # noqa: N802
            route, _ = solara.use_route()
            if route is not None and route.path in others:
                Elsewhere(route.path)
            else:
                page()

        routes = [solara.Route("/"), *(solara.Route(path) for path in others)]
        root = solara.RoutingProvider(children=[Root()], routes=routes, pathname=f"/{search}")
        _, self.context = solara.render(root, handle_error=False)

    def close(self):
        self.context.close()

    @property
    def html(self):
        """Everything that is HTML on the page, in one text."""
        return "\n".join(one.unsafe_innerHTML or "" for one in self.context.find(HTML).widgets)

    def labelled(self, kind, label):
        (found,) = (one for one in self.context.find(kind).widgets if one.label == label)
        return found

    def choose(self, label, value):
        """Choose in a list: by the text of the entry."""
        found = self.labelled(ipyvuetify.Select, label)
        found.v_model = next(
            item["value"] if isinstance(item, dict) else item
            for item in found.items
            if (item["text"] if isinstance(item, dict) else item) == value
        )

    def type(self, label, text):
        self.labelled(ipyvuetify.TextField, label).v_model = text

    def button(self, label, place=0):
        return self.buttons(label)[place]

    def buttons(self, label):
        found = self.context.find(ipyvuetify.Btn).widgets
        return [one for one in found if label in (one.children or [])]

    def press(self, label, place=0):
        self.button(label, place).click()

    def template(self, *traits):
        """Return the Vue component that has these properties."""
        found = [
            one
            for one in self.context.find(ipyvuetify.VuetifyTemplate).widgets
            if all(one.has_trait(name) for name in traits)
        ]
        return found[0] if found else None

    def wait(self, until, seconds=60.0):
        """Wait for what a thread does."""
        end = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < end, self.html
            time.sleep(0.05)

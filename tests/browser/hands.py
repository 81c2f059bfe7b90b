"""The two ways in which somebody works in the explorer: by mouse, and by keyboard alone."""

from typing import Any, Protocol

from playwright.sync_api import Page

_MOST_TABS = 600
_FOCUSED = "wanted => !!document.activeElement && document.activeElement.matches(wanted)"


class Hands(Protocol):
    """What an investigator's hands do; every way ends in the same picture."""

    page: Page

    def press(self, control: str) -> None:
        """Press a button, link or box, or open what folds, by selector."""

    def do(self, tool: str) -> None:
        """Use a tool of the picture by its name: ``expand``, ``hide``, ``undo``."""

    def choose(self, node: str) -> None:
        """Choose a node of the picture by its id."""

    def choose_row(self, node: str) -> None:
        """Choose a node by its row in the table below the picture."""

    def choose_tie(self, edge: str) -> None:
        """Choose an edge by its row in the table below the picture."""

    def write(self, field: str, text: str) -> None:
        """Write into a field, by selector, in place of what stands in it."""

    def pick(self, select: str, value: str) -> None:
        """Pick an option by its value."""

    def move(self, node: str) -> None:
        """Move a node of the picture a little to the right and down."""

    def slide(self, slider: str, steps: int) -> None:
        """Move a slider so many steps from its start."""


def shown(page: Page) -> dict[str, list[str]]:
    """What the picture draws: the ids of nodes and edges, in order."""
    found: dict[str, list[str]] = page.evaluate("window.bidring.shown()")
    return found


def places(page: Page) -> dict[str, dict[str, float]]:
    """Where nodes are, in the drawing and on the screen."""
    found: dict[str, dict[str, float]] = page.evaluate("window.bidring.places()")
    return found


def folded(page: Page, control: str) -> str:
    """The id of the folded panel that a control is in; empty where there is none."""
    found: str = page.locator(control).first.evaluate(
        "one => { const panel = one.closest('details:not([open])'); "
        "return panel && one.tagName !== 'SUMMARY' ? panel.id : '' }"
    )
    return found


class Mouse:
    """A mouse, and a keyboard for writing alone."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, control: str) -> None:
        self._unfold(control)
        self.page.locator(control).first.click()

    def do(self, tool: str) -> None:
        self.page.locator(f"#do-{tool}").click()

    def choose(self, node: str) -> None:
        for _try in range(3):  # the page may still grow above the picture
            self._show_all()
            self.page.mouse.click(*self._at(node))
            if self.page.evaluate("window.bidring.chosen()") == node:
                return
        raise AssertionError(f"{node} lies where no click reaches it")

    def choose_row(self, node: str) -> None:
        self.page.locator(f'#nodes tr[data-id="{node}"] button').click()

    def choose_tie(self, edge: str) -> None:
        self.page.locator(f'#edges tr[data-id="{edge}"] button').click()

    def write(self, field: str, text: str) -> None:
        self._unfold(field)
        self.page.locator(field).click(click_count=3)
        self.page.locator(field).fill(text)
        self.page.locator(field).dispatch_event("change")

    def pick(self, select: str, value: str) -> None:
        self.page.locator(select).select_option(value)

    def move(self, node: str) -> None:
        self._show_all()
        x, y = self._at(node)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + 20, y + 15, steps=4)
        self.page.mouse.move(x + 40, y + 30, steps=4)
        self.page.mouse.up()

    def slide(self, slider: str, steps: int) -> None:
        bar = self.page.locator(slider)
        bar.scroll_into_view_if_needed()
        box, most, thumb = bar.bounding_box(), int(bar.get_attribute("max") or 0), 16
        assert box is not None
        bar.click(position={"x": thumb / 2 + (box["width"] - thumb) * steps / most, "y": box["height"] / 2})

    def _unfold(self, control: str) -> None:
        panel = folded(self.page, control)
        if panel:
            self.page.locator(f"#{panel} > summary").click()

    def _show_all(self) -> None:
        """Bring the picture, with all of it in sight, onto the screen."""
        self.do("fit")
        self.page.locator("#picture").evaluate("one => one.scrollIntoView({block: 'center'})")

    def _at(self, node: str) -> tuple[float, float]:
        at = places(self.page)[node]
        return at["screenX"], at["screenY"]


class Keyboard:
    """A keyboard alone: no pointer is ever moved."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, control: str) -> None:
        kind = self.page.locator(control).first.get_attribute("type")
        if kind == "radio":
            self._among(control)
            return
        self.reach(control)
        self.page.keyboard.press("Space" if kind == "checkbox" else "Enter")

    def _among(self, radio: str) -> None:
        """Pick one of several: the tabulator key leads to the one that is picked, arrows on from there."""
        name = self.page.locator(radio).get_attribute("name")
        panel = folded(self.page, radio)
        assert not panel, f"{radio} is in a folded panel"
        self.reach(f"input[name={name}]")
        for _step in range(_MOST_TABS):
            if self.page.locator(radio).is_checked():
                return
            self.page.keyboard.press("ArrowDown")

    def do(self, tool: str) -> None:
        key = self.page.locator(f"#do-{tool}").get_attribute("aria-keyshortcuts")
        assert key is not None
        self._leave_field()
        self.page.keyboard.press(key)

    def choose(self, node: str) -> None:
        self._leave_field()
        self.page.keyboard.press("t")
        self._down("#nodes", node)

    def choose_row(self, node: str) -> None:
        self.choose(node)

    def choose_tie(self, edge: str) -> None:
        self._leave_field()
        self.page.keyboard.press("t")
        self.reach("#edges tbody button")
        self._down("#edges", edge)

    def write(self, field: str, text: str) -> None:
        self.reach(field)
        if self.page.locator(field).get_attribute("type") == "date":
            year, month, day = text.split("-")
            self.page.keyboard.type(f"{month}{day}{year}")
        else:
            self.page.keyboard.press("Control+a")
            self.page.keyboard.type(text)
        self.page.keyboard.press("Tab")

    def pick(self, select: str, value: str) -> None:
        self.reach(select)
        options = self.page.locator(f"{select} option").evaluate_all("all => all.map(one => one.value)")
        self.page.keyboard.press("Home")
        for _step in range(options.index(value)):
            self.page.keyboard.press("ArrowDown")
        assert self.page.locator(select).input_value() == value

    def move(self, node: str) -> None:
        self.choose(node)
        self.page.keyboard.press("v")
        for key in ("Shift+ArrowRight", "Shift+ArrowDown"):
            self.page.keyboard.press(key)

    def slide(self, slider: str, steps: int) -> None:
        self.reach(slider)
        self.page.keyboard.press("Home")
        for _step in range(steps):
            self.page.keyboard.press("ArrowRight")

    def reach(self, control: str) -> None:
        """Go to a control by the tabulator key, forwards; folded panels open on the way to what is in them."""
        panel = folded(self.page, control)
        if panel:
            self.reach(f"#{panel} > summary")
            self.page.keyboard.press("Enter")
        for _step in range(_MOST_TABS):
            if self.page.evaluate(_FOCUSED, control):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{control} cannot be reached by the tabulator key")

    def _down(self, table: str, own: str) -> None:
        """From the row where one is to another, and choose it."""
        self.page.keyboard.press("Home")
        rows: list[Any] = self.page.locator(f"{table} tbody tr").evaluate_all("all => all.map(one => one.dataset.id)")
        for _step in range(rows.index(own)):
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")

    def _writing(self) -> bool:
        return bool(self.page.evaluate("document.activeElement.matches('input, textarea, select')"))

    def _leave_field(self) -> None:
        """Single keys are letters while one writes: go on from the field first."""
        for _step in range(_MOST_TABS):
            if not self._writing():
                return
            self.page.keyboard.press("Tab")

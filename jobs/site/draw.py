"""Draws the lineage of one thing: what it is made of above it, what uses it below it, one layer for each kind."""

from dataclasses import dataclass

from jobs.site.lineage import Lineage, Node, feeds_of

WIDTH, HEIGHT, APART = 196, 36, 12
A_LINE = 4
# Between two layers there is room for the lines and for the name of the next layer.
BETWEEN = 46
# More are hard to look at, so the nearest are drawn; a list beside the drawing has all.
AT_MOST = 12
LAYERS = (
    "extracts 接口",
    "delivered tables 接入层",
    "refined tables 明细层",
    "made of these tags 来源标签",
    "this 本项",
    "tags that use it 下游标签",
    "models 模型",
    "scenarios 场景",
    "lists by channel 清单",
)
THIS = 4


@dataclass(frozen=True)
class Box:
    """A node and the upper left corner of its box; without a node the number of those that are not drawn."""

    x: int
    y: int
    node: Node | None
    more: int = 0
    is_this: bool = False


@dataclass(frozen=True)
class Layer:
    """A layer: its name, the line where the name is written, and its boxes; which list of the page has all of it, above or below."""

    name: str
    side: str
    y: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Drawing:
    """The layers from above to below, the lines between boxes as (x, y, x, y), the size, and everything above and below in full."""

    layers: tuple[Layer, ...]
    lines: tuple[tuple[int, int, int, int], ...]
    width: int
    height: int
    above: tuple[Node, ...]
    below: tuple[Node, ...]


def drawing(lineage: Lineage, this: Node) -> Drawing:
    """Return the drawing of one thing. Things that neither lead to it nor come from it are left out."""
    above, below = lineage.above(this), lineage.below(this)
    near = {*lineage.sources(this), *lineage.uses(this)}
    by_layer: dict[int, list[Node]] = {}
    for node in sorted({*above, this, *below}, key=lambda node: (node not in near, node)):
        by_layer.setdefault(THIS if node == this else _layer(node, node in below), []).append(node)
    layers, y = [], 0
    for place, nodes in sorted(by_layer.items()):
        layers.append(_laid(place, nodes, y + 20, this))
        y = max(box.y for box in layers[-1].boxes) + HEIGHT + BETWEEN - 20
    at = {box.node: box for layer in layers for box in layer.boxes if box.node}
    drawn = [(at[one], at[other]) for one, other in sorted(lineage.edges) if one in at and other in at]
    lines = tuple((one.x + WIDTH // 2, one.y + HEIGHT, other.x + WIDTH // 2, other.y) for one, other in drawn if one.y < other.y)
    width, height = A_LINE * WIDTH + (A_LINE - 1) * APART, y - BETWEEN + 24
    return Drawing(tuple(layers), lines, width, height, tuple(sorted(above)), tuple(sorted(below)))


def _layer(node: Node, is_below: bool) -> int:
    if node.kind == "table":
        return 1 if feeds_of(node.name) else 2
    if node.kind == "tag":
        return THIS + 1 if is_below else THIS - 1
    return {"feed": 0, "model": 6, "scenario": 7, "channel": 8}[node.kind]


def _laid(place: int, nodes: list[Node], y: int, this: Node) -> Layer:
    shown = nodes if len(nodes) <= AT_MOST else nodes[: AT_MOST - 1]
    boxes = []
    for number, node in enumerate((*shown, None) if len(shown) < len(nodes) else shown):
        line, across = divmod(number, A_LINE)
        x, top = across * (WIDTH + APART), y + 8 + line * (HEIGHT + APART)
        boxes.append(Box(x, top, node, 0 if node else len(nodes) - len(shown), node == this))
    return Layer(LAYERS[place], "above" if place < THIS else "below", y, tuple(boxes))

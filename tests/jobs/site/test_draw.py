"""The drawing has what leads to a thing above it and what comes of it below it, and nothing else."""

from jobs.site.draw import AT_MOST, Drawing, drawing
from jobs.site.lineage import Lineage, Node

FEED, TABLE, OTHER = Node("feed", "boss_usage"), Node("table", "ods.usage"), Node("feed", "boss_bill")
THIS, SIBLING = Node("tag", "this"), Node("tag", "sibling")
MODEL, SCENARIO, CHANNEL = Node("model", "m"), Node("scenario", "s"), Node("channel", "sms")
CHAIN = [
    (FEED, TABLE),
    (TABLE, THIS),
    (TABLE, SIBLING),
    (OTHER, SIBLING),
    (THIS, MODEL),
    (MODEL, SCENARIO),
    (THIS, SCENARIO),
    (SCENARIO, CHANNEL),
]


def names(drawn: Drawing) -> list[list[str]]:
    """The names in the boxes, layer by layer."""
    return [[box.node.name if box.node else f"{box.more} more" for box in layer.boxes] for layer in drawn.layers]


def test_layers_go_from_the_extract_to_the_list_and_leave_out_what_is_not_on_the_way() -> None:
    drawn = drawing(Lineage(CHAIN), THIS)
    assert names(drawn) == [["boss_usage"], ["ods.usage"], ["this"], ["m"], ["s"], ["sms"]]
    assert (drawn.above, drawn.below) == ((FEED, TABLE), (CHANNEL, MODEL, SCENARIO))


def test_each_line_goes_down_and_no_two_boxes_overlap() -> None:
    many = [(THIS, Node("tag", f"t{number:02d}")) for number in range(9)]
    drawn = drawing(Lineage([*CHAIN, *many]), THIS)
    assert len(drawn.lines) == 15
    assert all(y < to_y for _, y, _, to_y in drawn.lines)
    places = [(box.x, box.y) for layer in drawn.layers for box in layer.boxes]
    assert len(places) == len(set(places)) == 15
    assert max(y for _, y in places) < drawn.height


def test_of_many_things_the_nearest_are_drawn_and_the_list_has_all() -> None:
    far = [(Node("tag", "z_near"), Node("tag", f"a{number:02d}")) for number in range(20)]
    drawn = drawing(Lineage([(THIS, Node("tag", "z_near")), *far]), THIS)
    (layer,) = drawn.layers[1:]
    assert len(layer.boxes) == AT_MOST
    assert names(drawn)[1][0] == "z_near"
    assert names(drawn)[1][-1] == "10 more"
    assert layer.side == "below"
    assert len(drawn.below) == 21

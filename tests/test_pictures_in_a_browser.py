"""Our own drawings in a real browser: with its fonts no text overlaps or leaves its box, and a style sheet moves them."""

import pytest
from test_animation import neuron, texts
from test_plan import GRAPHS

from autograd import animate
from autograd.pictures.svg import svg
from autograd.scenes.scene import scene

pytestmark = pytest.mark.slow

SEEN = """
    const opacity = node => node.nodeType !== 1 ? 1 : getComputedStyle(node).opacity * opacity(node.parentNode);
    return [...document.querySelectorAll('text')].filter(text => opacity(text) > 0.5).map(text => text.textContent);
"""
# Places of all texts, and of the frames of boxes, each with the text that belongs into it.
PLACES = """
    const place = node => { const {left, top, right, bottom} = node.getBoundingClientRect();
        return [left, top, right, bottom]; };
    const texts = [...document.querySelectorAll('text')].map(text => [text.textContent, place(text)]);
    const frames = [...document.querySelectorAll('rect[stroke]')].map(place);
    return [texts, frames];
"""


def open_svg(browser, folder, picture):
    file = folder / "picture.svg"
    file.write_text(picture)
    browser.get(file.as_uri())


def overlap(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("name", [name for name in GRAPHS if name != "all scalars"])
def test_text_fits_with_the_fonts_of_a_browser(browser, tmp_path, name, direction):
    make, how = GRAPHS[name]
    root = make()
    root.backward()
    open_svg(browser, tmp_path, svg(scene(root, **how), direction=direction))
    found, frames = browser.execute_script(PLACES)
    assert found
    squeezed = [(text, [left, top + 3, right, bottom - 3]) for text, (left, top, right, bottom) in found]
    for i, (text, place) in enumerate(squeezed):  # a line of text is higher than its letters
        assert not [other for other, there in squeezed[:i] if overlap(place, there)], text
        for frame in frames:
            if overlap(place, frame):
                assert frame[0] < place[0] < place[2] < frame[2], text
                assert frame[1] < place[1] < place[3] < frame[3], text


def test_the_style_sheet_shows_in_each_step_what_the_course_says(browser, tmp_path):
    animation = animate(neuron(), seconds=1.0)
    open_svg(browser, tmp_path, animation.svg())
    for step in range(animation.course.steps):
        browser.execute_script(
            "for (const a of document.getAnimations()) { a.pause(); a.currentTime = arguments[0]; }", 1000 * step + 500
        )
        assert sorted(browser.execute_script(SEEN)) == sorted(texts(animation, step))


def test_it_stands_still_whole_where_less_motion_is_preferred(browser, tmp_path):
    animation = animate(neuron())
    feature = {"name": "prefers-reduced-motion", "value": "reduce"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    try:
        open_svg(browser, tmp_path, animation.svg())
        assert not browser.execute_script("return document.getAnimations().length")
        last = [text for text in texts(animation, animation.course.steps - 1) if not text.startswith("finished")]
        assert sorted(browser.execute_script(SEEN)) == sorted(last)
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})

"""How well seven pages read, measured in a browser: ``python tests/readable.py [folder for screenshots]``.

Letters: the smallest at open, in pixels. In view: the boxes that are seen whole at open. Overlaps: texts of the drawing
that lie on other texts. Out of view: steps that do not show both ends of their arrow. A step: its time in milliseconds.
Wants Chromium and chromedriver.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from selenium import webdriver

import nn
from autograd import Value, explore, softmax

SIZES = {"desk": (1280, 800), "large": (1920, 1080), "phone": (390, 844)}

MEASURE = """
const done = arguments[0], drawn = () => new Promise(then => requestAnimationFrame(() => requestAnimationFrame(then)));
const scale = () => the.world.getScreenCTM().a, words = () => [...graph.querySelectorAll("text")].filter(t => t.textContent);
const letters = () => Math.min(...words().map(t => parseFloat(getComputedStyle(t).fontSize))) * scale();
const inside = id => {
    const box = document.querySelector(`[data-id="${id}"]`)?.getBoundingClientRect(), frame = graph.getBoundingClientRect();
    return !box || box.left >= frame.left - 1 && box.right <= frame.right + 1 && box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1;
};
const opened = letters(), seen_at_open = all.filter(({id}) => inside(id)).length / all.length, texts = words().map(t => t.getBoundingClientRect()).sort((a, b) => a.x - b.x);
let overlaps = 0, out = 0, longest = 0, total = 0, count = 0, smallest = opened;
for (let i = 0; i < texts.length; i++)
    for (let j = i + 1; j < texts.length && texts[j].x < texts[i].right - 1; j++)
        if (Math.min(texts[i].bottom, texts[j].bottom) - Math.max(texts[i].top, texts[j].top) > 3 * scale()) overlaps++;
(async () => {
    acts.home();
    while (at < steps.length - 1) {
        const start = performance.now();
        acts.next();
        graph.getBoundingClientRect();
        const took = performance.now() - start;
        longest = Math.max(longest, took);
        total += took;
        count++;
        await drawn();
        smallest = Math.min(smallest, letters());
        if ([...document.querySelectorAll(".arrow.now")].some(a => !inside(a.dataset.from) || !inside(a.dataset.to))) out++;
    }
    acts.end();
    done([trace.level, all.length, opened, seen_at_open, overlaps, steps.length, out, smallest, total / (count || 1), longest]);
})();
"""


def neuron() -> Value:
    """Two inputs, two weights, a bias, tanh."""
    x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")
    w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")
    out = (x1 * w1 + x2 * w2 + Value(6.8813735870195432, label="b")).tanh()
    out.label = "out"
    return out


def lecture() -> Value:
    """The same neuron with tanh written out, every node labeled, as in micrograd's lecture."""
    x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")
    w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")
    b = Value(6.8813735870195432, label="b")
    x1w1, x2w2 = x1 * w1, x2 * w2
    both = x1w1 + x2w2
    n = both + b
    e = (2 * n).exp()
    o = (e - 1) / (e + 1)
    for node, label in ((x1w1, "x1*w1"), (x2w2, "x2*w2"), (both, "x1*w1 + x2*w2"), (n, "n"), (e, "e"), (o, "o")):
        node.label = label
    return o


def recurrence(steps: int = 5) -> Value:
    """A recurrent unit with three shared parameters over ``steps`` inputs."""
    w, u, b = Value(0.5, label="w"), Value(-1.2, label="u"), Value(0.1, label="b")
    h = Value(0.0, label="h0")
    for i in range(1, steps + 1):
        h = (w * h + u * Value(i / 3.0, label=f"x{i}") + b).tanh()
        h.label = f"h{i}"
    return h


def attention(tokens: int = 3, width: int = 2) -> Value:
    """One head of attention: the last token asks, all answer."""
    q = [Value(0.3 * (i + 1), label=f"q[{i}]") for i in range(width)]
    keys = [[Value(0.1 * (t + i), label=f"k[{t}][{i}]") for i in range(width)] for t in range(tokens)]
    values = [[Value(0.2 * t - 0.1 * i, label=f"v[{t}][{i}]") for i in range(width)] for t in range(tokens)]
    weights = softmax([sum((a * b for a, b in zip(q, k, strict=True)), start=Value(0.0)) for k in keys])
    out = [sum((a * v[i] for a, v in zip(weights, values, strict=True)), start=Value(0.0)) for i in range(width)]
    total = out[0] * out[0] + out[1] * out[1]
    total.label = "loss"
    return total


def network(examples: int = 1) -> Value:
    """A 2-3-2 network and its loss."""
    model = nn.MLP(2, [3, 2], activation="tanh", output_activation="sigmoid", rng=7)
    loss = nn.mse([model([0.1 * i, 0.5]) for i in range(1, examples + 1)], [[0.01, 0.99]] * examples)
    loss.label = "loss"
    return loss


def batch() -> Value:
    """The same network over twenty examples."""
    return network(20)


def readme() -> Value:
    """The example of micrograd's README."""
    a, b = Value(-4.0, label="a"), Value(2.0, label="b")
    c, d = a + b, a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    f = (c - d) ** 2
    g = f / 2.0 + 10.0 / f
    g.label = "g"
    return g


GRAPHS: list[Callable[[], Value]] = [neuron, lecture, recurrence, attention, batch, network, readme]


def browser() -> webdriver.Chrome:
    """Return a browser without a window."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
    for flag in ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"):
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))


def main(pictures: Path | None) -> None:
    """Print a line for each page and window."""
    chrome = browser()
    print(
        f"{'page':<12}{'window':<7}{'level':<9}{'boxes':>6}{'letters':>9}{'in view':>9}{'overlaps':>9}{'steps':>6}",
        end="",
    )
    print(f"{'out of view':>12}{'letters in steps':>17}{'ms a step':>10}{'longest':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for make in GRAPHS:
            path = explore(make()).save(Path(folder) / f"{make.__name__}.html")
            for window, (width, height) in SIZES.items():
                chrome.execute_cdp_cmd(
                    "Emulation.setDeviceMetricsOverride",
                    {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": window == "phone"},
                )
                chrome.get(path.as_uri())
                if pictures:
                    chrome.save_screenshot(str(pictures / f"{make.__name__}_{window}.png"))
                level, boxes, letters, seen, overlaps, *stepping = chrome.execute_async_script(MEASURE)
                steps, out, smallest, mean, longest = stepping
                print(f"{make.__name__:<12}{window:<7}{level:<9}{boxes:>6}{letters:>9.1f}", end="")
                print(f"{seen:>9.0%}{overlaps:>9}", end="")
                print(f"{steps:>6}{out:>12}{smallest:>17.1f}{mean:>10.1f}{longest:>8.1f}")
    chrome.quit()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)

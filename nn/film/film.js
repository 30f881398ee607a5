// The page: it is laid out once, and drawn again for every epoch that is chosen.
const slider = document.getElementById("epoch"), play = document.getElementById("play"), says = document.getElementById("says");
const network = document.getElementById("network"), points = document.getElementById("points");
const four = (v) => String(+v.toPrecision(4));
let chosen = null, running = null;

// Tiles in columns, with a line from each tile to the tiles after it; of a large layer the first units.
function layOut() {
  const shown = sizes.map((m) => Math.min(m, film.most)), high = Math.max(...shown) * (TILE + 14), step = Math.max(TILE + 20, Math.min(TILE + 92, (innerWidth - 60 - TILE) / (sizes.length - 1)));
  const lines = element("svg", { width: TILE + step * (sizes.length - 1), height: high, "aria-hidden": "true" }, network);
  const place = (k, j) => [k * step, (high - shown[k] * (TILE + 14)) / 2 + j * (TILE + 14)];
  sizes.slice(1).forEach((m, k) => {
    for (let j = 0; j < shown[k + 1]; j++) {
      for (let i = 0; i < shown[k]; i++) {
        const [x0, y0] = place(k, i), [x1, y1] = place(k + 1, j), half = TILE / 2;
        const path = `M${x0 + TILE} ${y0 + half}C${(x0 + TILE + x1) / 2} ${y0 + half} ${(x0 + TILE + x1) / 2} ${y1 + half} ${x1} ${y1 + half}`;
        element("path", { id: `w${k}-${j * sizes[k] + i}`, d: path, fill: "none" }, lines);
      }
    }
  });
  sizes.forEach((m, k) => {
    for (let j = 0; j < shown[k]; j++) {
      const [x, y] = place(k, j), tile = document.createElement(k ? "canvas" : "div");
      tile.className = "tile";
      tile.style.left = `${x}px`;
      tile.style.top = `${y}px`;
      tile.style.width = tile.style.height = `${TILE}px`;
      if (k) tile.id = `u${k - 1}-${j}`;
      else tile.textContent = film.inputs[j];
      tile.title = k ? `layers[${k - 1}].neurons[${j}]` : film.inputs[j];
      network.append(tile);
    }
  });
  network.style.width = lines.getAttribute("width") + "px";
}

const across = (v, d) => (100 * (v - film.low[d])) / (film.high[d] - film.low[d]);
const upward = (v) => 100 - (100 * (v - film.yLow)) / (film.yHigh - film.yLow);

function layOutPoints() {
  film.x.forEach((x, e) => {
    const plane = film.low.length === 2, c = film.classes ? film.y[e] : 0;
    const left = across(x[0], 0), top = plane ? 100 - across(x[1], 1) : upward(film.y[e]);
    const fill = film.classes || !plane ? film.colors[c % 7] : `rgb(${shade((film.y[e] - film.threshold) / film.ySize)})`;
    const mark = c % 2 ? element("rect", { x: left - 1.3, y: top - 1.3, width: 2.6, height: 2.6 }, points) : element("circle", { cx: left, cy: top, r: 1.5 }, points);
    mark.setAttribute("fill", plane ? fill : film.negative);
    mark.setAttribute("class", "point");
    mark.addEventListener("click", () => choose(chosen === e ? null : e));
  });
}

function layOutLegend() {
  (film.classes || []).forEach((name, c) => {
    const entry = document.createElement("span"), mark = document.createElement("b");
    mark.textContent = c % 2 ? "■ " : "● ";
    mark.style.color = film.colors[c % 7];
    entry.append(mark, name);
    document.getElementById("legend").append(entry);
  });
}

function layOutLoss() {
  const svg = document.getElementById("loss"), all = [...film.losses, ...film.valLosses].filter((v) => v !== null);
  const low = Math.min(...all), high = Math.max(...all), x = (f) => (frames > 1 ? (100 * f) / (frames - 1) : 50);
  const y = (v) => 38 - (36 * (v - low)) / (high - low || 1);
  const path = (values) => values.map((v, f) => (v === null ? "" : `${f && values[f - 1] !== null ? "L" : "M"}${x(f).toFixed(2)} ${y(v).toFixed(2)}`)).join("");
  element("path", { d: path(film.losses), class: "loss" }, svg);
  element("path", { d: path(film.valLosses), class: "loss val" }, svg);
  const cursor = element("line", { id: "cursor", y1: 0, y2: 40 }, svg);
  svg.addEventListener("click", (event) => {
    const box = svg.getBoundingClientRect();
    show(Math.round(((event.clientX - box.left) / box.width) * (frames - 1)));
  });
  return (f) => { cursor.setAttribute("x1", x(f)); cursor.setAttribute("x2", x(f)); };
}

function sentence(frame, layers) {
  const val = film.valLosses[frame], parts = [`Epoch ${film.epochs[frame]}: loss ${four(film.losses[frame])}`];
  if (val !== null) parts.push(`on validation data ${four(val)}`);
  if (film.classes) {
    const wrong = film.x.filter((x, e) => classOf(forward(layers, x).ins[sizes.length - 1]) !== film.y[e]).length;
    parts.push(`${wrong} of ${film.x.length} examples wrong`);
  }
  return parts.join(", ") + ".";
}

function sentenceOf(example, found) {
  let best = { size: -1 };
  found.forEach((numbers, k) => numbers.forEach((v, e) => {
    if (Math.abs(v) > best.size) best = { size: Math.abs(v), v, name: `layers[${k}].neurons[${Math.floor(e / sizes[k])}].w[${e % sizes[k]}]` };
  }));
  const target = film.classes ? `of class ${film.classes[film.y[example]] ?? film.y[example]}` : `with target ${four(film.y[example])}`;
  return ` Example ${example}, ${target}: the lines show its share of each weight's gradient; the largest is ${four(best.v)}, of ${best.name}.`;
}

const moveCursor = layOutLoss();

function draw() {
  const frame = +slider.value, layers = layersAt(frame), maps = field(layers), found = chosen === null ? null : shares(layers, frame, chosen);
  drawUnits(maps);
  drawOutput(maps, layers);
  drawLines(layers, found);
  moveCursor(frame);
  document.querySelectorAll(".point").forEach((mark, e) => mark.classList.toggle("chosen", e === chosen));
  says.textContent = sentence(frame, layers) + (found ? sentenceOf(chosen, found) : "");
  if (film.graph) offer(frame, chosen);
  slider.setAttribute("aria-valuetext", `epoch ${film.epochs[frame]}`);
}

function choose(example) {
  chosen = example;
  draw();
}

function show(frame) {
  slider.value = frame;
  draw();
}

function stop() {
  clearInterval(running);
  running = null;
  play.textContent = "Play";
}

play.addEventListener("click", () => {
  if (running !== null) return stop();
  if (+slider.value === frames - 1) show(0);
  play.textContent = "Pause";
  const pace = matchMedia("(prefers-reduced-motion: reduce)").matches ? 1000 : 80;
  running = setInterval(() => (+slider.value < frames - 1 ? show(+slider.value + 1) : stop()), pace);
});
slider.addEventListener("input", draw);
document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target === document.body) { event.preventDefault(); play.click(); }
  if (event.key === "Escape" && chosen !== null) choose(null);
});
points.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key], n = film.x.length;
  if (!step) return;
  event.preventDefault();
  choose(chosen === null ? 0 : (chosen + step + n) % n);
});
layOut();
layOutPoints();
layOutLegend();
draw();
document.body.dataset.ready = "yes";

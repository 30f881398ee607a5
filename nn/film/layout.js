// The page, laid out once: columns of tiles, the examples, the loss.

// Tiles in columns, with a line from each tile to the tiles after it; of a large layer the first units.
function layOutNetwork() {
  const network = document.getElementById("network"), columns = film.image ? [1, ...sizes.slice(1)] : sizes;
  const shown = columns.map((m) => Math.min(m, film.most)), most = Math.max(...shown), more = shown.some((m, k) => m < columns[k]);
  const wide = network.parentElement.clientWidth - 16, gap = most > 8 ? 6 : 14,
    below = innerHeight - network.getBoundingClientRect().top - (chosen === null ? 110 : 30), // an example takes lines above
    high = innerWidth > 560 ? Math.max(220, below) : 0.26 * innerHeight; // on a phone all else stands below
  const tile = Math.max(16, Math.min(76, high / most - gap, wide / (1.6 * sizes.length))), tall = most * (tile + gap);
  const extra = film.image ? 0 : Math.min(76 - tile, 0.1 * wide); // the names of inputs need more room than a small tile has
  const step = Math.min(Math.max(2.8 * tile, 150), (wide - extra - tile) / (sizes.length - 1));
  network.replaceChildren();
  network.style.width = `${extra + tile + step * (sizes.length - 1)}px`;
  network.style.height = `${tall + (more ? 16 : 0)}px`;
  const lines = element("svg", { width: "100%", height: "100%", "aria-hidden": "true" }, network);
  const place = (k, j) => [extra + k * step, (tall - shown[k] * (tile + gap)) / 2 + j * (tile + gap)];
  columns.forEach((m, k) => {
    for (let j = 0; j < shown[k]; j++) {
      const [x1, y1] = place(k, j), half = tile / 2, name = k ? `layers[${k - 1}].neurons[${j}]` : film.image ? "the mean image, or the example that was clicked" : film.inputs[j];
      const box = document.createElement(k || film.image ? "canvas" : "div");
      box.className = tile < 26 && name.length < 5 ? "tile short" : "tile"; // x1 is seen whole on a phone
      box.title = name;
      Object.assign(box.style, { left: `${k ? x1 : x1 - extra}px`, top: `${y1}px`, width: `${k ? tile : tile + extra}px`, height: `${tile}px` });
      if (k) box.id = `u${k - 1}-${j}`;
      else if (film.image) box.id = "image";
      else box.textContent = name;
      network.append(box);
      for (let i = 0; k && i < shown[k - 1]; i++) {
        const [x0, y0] = place(k - 1, i), middle = (x0 + tile + x1) / 2;
        const line = element("path", { d: `M${x0 + tile} ${y0 + half}C${middle} ${y0 + half} ${middle} ${y1 + half} ${x1} ${y1 + half}`, fill: "none", stroke: "#888" }, lines);
        if (k > 1 || !film.image) line.id = `w${k - 1}-${j * sizes[k - 1] + i}`;
      }
    }
    if (shown[k] === m) return;
    const rest = document.createElement("small");
    rest.textContent = `+ ${m - shown[k]}`;
    Object.assign(rest.style, { left: `${place(k, 0)[0]}px`, top: `${tall - 4}px` });
    network.append(rest);
  });
}

// A mark of its own shape for each class; names of one letter are marks themselves.
const MARKS = ["M1.5 0A1.5 1.5 0 1 1 -1.5 0A1.5 1.5 0 1 1 1.5 0Z", "M-1.3 -1.3H1.3V1.3H-1.3Z", "M0 -1.8L1.7 1.2H-1.7Z", "M0 -1.9L1.9 0L0 1.9L-1.9 0Z"];
const letters = () => film.classes?.length > 2 && film.classes.every((name) => name.length === 1);
function mark(c, color, parent) {
  const made = letters() ? element("text", { "text-anchor": "middle", y: 1.6, "font-size": 4.5 }, parent) : element("path", { d: MARKS[c % 4] }, parent);
  if (letters()) made.textContent = film.classes[c];
  made.style.fill = color;
  return made;
}
const colorOf = (c) => film.colors[c % film.colors.length].replace("#000000", "var(--ink)"); // black, and white in the dark

function layOutPoints() {
  const across = (v, d) => (100 * (v - film.low[d])) / (film.high[d] - film.low[d]), points = document.getElementById("points"), plane = film.low.length === 2;
  element("path", { id: "boundary" }, points);
  film.y.forEach((y, e) => {
    const left = across(film.spots[e * film.low.length], 0);
    const atScores = film.colors.length === 2 && y ? 96 : 4; // classes over one input: 1 above, the others below
    const top = 100 - (plane ? across(film.spots[2 * e + 1], 1) : film.classes ? atScores : (100 * (y - film.yLow)) / (film.yHigh - film.yLow));
    const part = (100 * abs(y - film.threshold)) / film.ySize, numbers = `color-mix(in srgb, ${y < film.threshold ? BELOW : ABOVE} ${part}%, var(--panel))`;
    const color = film.classes ? colorOf(y) : plane ? numbers : BELOW;
    const made = element("g", { class: "point", transform: `translate(${left} ${top})` }, points);
    mark(film.classes ? y : 0, color, made);
    element("circle", { r: 3 }, made);
    if (sizes) made.addEventListener("click", () => choose(chosen === e ? null : e));
  });
}

function layOutLegend() {
  (film.classes || []).forEach((name, c) => {
    const entry = document.createElement("span"), sign = element("svg", { viewBox: "-2.5 -2.5 5 5", width: 15, height: 15, "aria-hidden": "true" }, entry);
    mark(c, colorOf(c), sign);
    if (!letters()) entry.append(` ${name}`);
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
  if (film.putBack !== null) element("line", { id: "best", x1: x(film.putBack), x2: x(film.putBack), y1: 0, y2: 40 }, svg);
  const cursor = element("line", { id: "cursor", y1: 0, y2: 40 }, svg);
  svg.addEventListener("click", (event) => {
    const box = svg.getBoundingClientRect();
    show(Math.round(((event.clientX - box.left) / box.width) * (frames - 1)));
  });
  return (f) => { cursor.setAttribute("x1", x(f)); cursor.setAttribute("x2", x(f)); };
}

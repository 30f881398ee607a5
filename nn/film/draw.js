// Drawing: the maps of units and of predictions, the boundary, the curve, and the lines of the weights. Colors fade into
// the panel behind them, which may be light or dark.
const SVG = "http://www.w3.org/2000/svg", ABOVE = "#0072b2", BELOW = "#d55e00";
const { abs } = Math;
const rgb = (c) => [1, 3, 5].map((i) => parseInt(c.slice(i, i + 2), 16));
const [above, below] = [ABOVE, BELOW].map(rgb);
const shade = (v) => [...(v < 0 ? below : above), 255 * Math.min(1, abs(v))]; // v from -1 to 1
const largest = (values) => values.reduce((most, v) => Math.max(most, abs(v)), 0) || 1;
const element = (name, attributes, parent) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.append(made);
  return made;
};

// The points of the plane at which everything is computed, an array for each axis.
let GRID, grid;
function takeGrid() {
  GRID = sizes ? 40 : 20;
  const flat = film.low.length > 1, step = (d, i) => film.low[d] + ((film.high[d] - film.low[d]) * i) / (GRID - 1);
  const length = flat ? GRID * GRID : GRID;
  grid = film.low.map((_, d) => Float64Array.from({ length }, (_, p) => step(d, d ? GRID - 1 - Math.floor(p / GRID) : p % GRID)));
}

function paint(canvas, across, down, color) {
  const context = canvas.getContext("2d"), image = context.createImageData(across, down);
  for (let p = 0; p < across * down; p++) image.data.set(color(p), 4 * p);
  canvas.width = across;
  canvas.height = down;
  context.putImageData(image, 0, 0);
}

function curve(canvas, lines, low, high) {
  const size = canvas.width = canvas.height = canvas.id === "map" ? 600 : 104, context = canvas.getContext("2d");
  for (const { values, color, width, dash } of lines) {
    context.beginPath();
    values.forEach((v, c) => context.lineTo((c / (GRID - 1)) * size, size * (1 - (v - low) / (high - low || 1))));
    Object.assign(context, { strokeStyle: color, lineWidth: width });
    context.setLineDash(dash || []);
    context.stroke();
  }
}

// Each unit's output over the plane; of images, what its weights look for, or its share of the gradient of each.
function drawUnits(maps, layers, found) {
  maps.forEach((units, k) => units.forEach((values, j) => {
    const canvas = document.getElementById(`u${k}-${j}`);
    if (!canvas) return;
    const [down, across] = film.image || [GRID, GRID];
    const w = k || !film.image ? null : found ? found[0].slice(j * sizes[0], (j + 1) * sizes[0]) : layers[0].units[j].w;
    const most = largest(w || values);
    if (w) paint(canvas, across, down, (p) => shade(w[p] / most));
    else if (film.low.length === 2) paint(canvas, GRID, GRID, (p) => shade(values[p] / most));
    else curve(canvas, [{ values, color: ABOVE, width: 3 }], -most, most);
  }));
  if (!film.image) return;
  const seen = chosen === null ? film.meanImage : film.x[chosen], most = largest(seen);
  paint(document.getElementById("image"), film.image[1], film.image[0], (p) => shade(seen[p] / most));
}

function drawOutput(predicted, maps, layers) {
  const out = film.classes ? predicted : predicted.slice(0, 1); // of several numbers the first is drawn
  const canvas = document.getElementById("map");
  if (film.low.length === 1) {
    const last = layers && layers[layers.length - 1].units[0], hidden = film.parts ? maps[maps.length - 2] : [];
    const parts = hidden.map((h, j) => ({ values: Array.from(h, (v) => v * last.w[j]), color: "#888", width: 1.5, dash: [6, 5] }));
    const limit = film.classes && out.length === 1 ? [{ values: out[0].map(() => film.threshold), color: "#888", width: 3, dash: [2, 6] }] : [];
    const lines = out.map((values, j) => ({ values, color: out.length > 1 ? film.colors[j % 7].replace("#000000", "#808080") : ABOVE, width: 4 }));
    return curve(canvas, [...parts, ...limit, ...lines], film.yLow, film.yHigh);
  }
  const line = document.getElementById("boundary");
  if (out.length > 1) {
    const colors = film.colors.map((c) => [...rgb(c.replace("#000000", "#808080")), 90]), best = Uint8Array.from(out[0], (_, p) => classOf(out.map((values) => values[p])));
    const second = Int8Array.from(best, (c, p) => out.reduce((most, values, d) => (d !== c && (most < 0 || values[p] > out[most][p]) ? d : most), -1));
    const lead = (c) => (p) => out[c][p] - out[best[p] === c ? second[p] : best[p]][p]; // over the best other class
    paint(canvas, GRID, GRID, (p) => colors[best[p] % 7]);
    line.setAttribute("d", out.map((_, c) => whereZero(lead(c))).join(""));
    return;
  }
  const scores = out[0].map((v) => v - film.threshold), most = largest(scores);
  paint(canvas, GRID, GRID, (p) => shade((0.8 * scores[p]) / most));
  line.setAttribute("d", film.classes ? whereZero((p) => scores[p]) : "");
}

// The line through the cells of the grid along which numbers change their sign.
function whereZero(number) {
  const side = 100 / (GRID - 1), values = Float64Array.from({ length: GRID * GRID }, (_, p) => number(p));
  let path = "";
  for (let p = 0; p < GRID * (GRID - 1); p++) {
    const corners = [p, p + 1, p + GRID + 1, p + GRID], inside = corners.filter((q) => values[q] > 0).length;
    if (p % GRID === GRID - 1 || inside % 4 === 0) continue;
    const cut = [];
    corners.forEach((q, i) => {
      const to = corners[(i + 1) % 4], part = values[q] / (values[q] - values[to]);
      const between = (at) => ((at(q) + part * (at(to) - at(q))) * side).toFixed(1);
      if (values[q] > 0 !== values[to] > 0) cut.push(`${between((v) => v % GRID)} ${between((v) => Math.floor(v / GRID))}`);
    });
    for (let i = 0; i < cut.length; i += 2) path += `M${cut[i]}L${cut[i + 1]}`;
  }
  return path;
}

// The lines of the weights: blue above 0; orange and dashed below; wide for large.
function drawLines(layers, found) {
  layers.forEach(({ units }, k) => {
    const numbers = found ? found[k] : units.flatMap(({ w }) => Array.from(w)), most = largest(numbers);
    numbers.forEach((v, e) => {
      const line = document.getElementById(`w${k}-${e}`), size = abs(v) / most;
      if (!line) return;
      line.style.stroke = v < 0 ? "var(--below)" : "var(--above)";
      line.setAttribute("stroke-dasharray", v < 0 ? "6 3" : "none");
      line.setAttribute("stroke-width", (0.3 + 4 * size).toFixed(2));
      line.setAttribute("opacity", (0.25 + 0.75 * size).toFixed(2));
    });
  });
}

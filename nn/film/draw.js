// Drawing: tiles of the units, the plane or the curve, the lines of the weights, and the loss.
const SVG = "http://www.w3.org/2000/svg", GRID = 40, WHITE = [255, 255, 255];
const TILE = Math.max(...sizes) > 8 ? 38 : 52;
const rgb = (c) => [1, 3, 5].map((i) => parseInt(c.slice(i, i + 2), 16));
const COLORS = film.colors.map(rgb), ABOVE = rgb(film.positive), BELOW = rgb(film.negative);
const mix = (a, b, t) => a.map((v, i) => v + (b[i] - v) * t);
const shade = (v) => (v < 0 ? mix(WHITE, BELOW, Math.min(1, -v)) : mix(WHITE, ABOVE, Math.min(1, v))); // v from -1 to 1
const at = (k) => film.low.map((low, d) => low + (film.high[d] - low) * k[d]);
const element = (name, attributes, parent) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (parent) parent.append(made);
  return made;
};

// Every unit's output at every point of the grid, for one frame: flat in the plane, a row for a curve.
function field(layers) {
  const rows = film.low.length === 2 ? GRID : 1, found = layers.map(({ m }) => Array.from({ length: m }, () => new Float32Array(rows * GRID)));
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < GRID; c++) {
      const x = at(rows > 1 ? [c / (GRID - 1), 1 - r / (GRID - 1)] : [c / (GRID - 1)]);
      forward(layers, x).ins.slice(1).forEach((out, k) => out.forEach((v, j) => (found[k][j][r * GRID + c] = v)));
    }
  }
  return found;
}

function paint(canvas, color) {
  const context = canvas.getContext("2d"), image = context.createImageData(GRID, GRID);
  for (let p = 0; p < GRID * GRID; p++) image.data.set([...color(p), 255], 4 * p);
  canvas.width = canvas.height = GRID;
  context.putImageData(image, 0, 0);
}

function curve(canvas, lines, low, high) {
  const size = canvas.width = canvas.height = canvas.id === "map" ? 600 : 104, context = canvas.getContext("2d");
  const y = (v) => size * (1 - (v - low) / (high - low || 1));
  context.fillStyle = "#fff";
  context.fillRect(0, 0, size, size);
  for (const { values, color, width, dash } of lines) {
    context.beginPath();
    values.forEach((v, c) => context.lineTo((c / (GRID - 1)) * size, y(v)));
    Object.assign(context, { strokeStyle: color, lineWidth: width });
    context.setLineDash(dash || []);
    context.stroke();
  }
}

const largest = (values) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0) || 1;

function drawUnits(maps) {
  maps.forEach((units, k) => units.forEach((values, j) => {
    const canvas = document.getElementById(`u${k}-${j}`);
    if (!canvas) return;
    const most = largest(values);
    if (film.low.length === 2) paint(canvas, (p) => shade(values[p] / most));
    else curve(canvas, [{ values, color: film.positive, width: 3 }], -most, most);
  }));
}

function drawOutput(maps, layers) {
  const canvas = document.getElementById("map"), out = maps[maps.length - 1];
  if (film.low.length === 1) {
    const last = layers[layers.length - 1], hidden = maps[maps.length - 2];
    const parts = film.parts ? hidden.map((h, j) => ({ values: Array.from(h, (v) => v * last.w[j]), color: "#888", width: 1.5, dash: [6, 5] })) : [];
    return curve(canvas, [...parts, ...out.map((values, j) => ({ values, color: film.positive, width: 4 }))], film.yLow, film.yHigh);
  }
  if (out.length > 1) {
    return paint(canvas, (p) => {
      const scores = out.map((values) => values[p]), c = scores.indexOf(Math.max(...scores));
      return mix(WHITE, COLORS[c % 7], 0.45);
    });
  }
  const most = largest(out[0].map((v) => v - film.threshold));
  paint(canvas, (p) => shade(0.8 * (out[0][p] - film.threshold) / most));
}

// The lines of the weights: blue above 0; orange and dashed below; wide for large.
function drawLines(layers, shown) {
  layers.forEach(({ m, n, w }, k) => {
    const numbers = shown ? shown[k] : w, most = largest(numbers);
    for (let e = 0; e < m * n; e++) {
      const line = document.getElementById(`w${k}-${e}`), size = Math.abs(numbers[e]) / most;
      if (!line) continue;
      line.setAttribute("stroke", numbers[e] < 0 ? film.negative : film.positive);
      line.setAttribute("stroke-dasharray", numbers[e] < 0 ? "6 3" : "none");
      line.setAttribute("stroke-width", (0.3 + 4 * size).toFixed(2));
      line.setAttribute("opacity", (0.25 + 0.75 * size).toFixed(2));
    }
  });
}

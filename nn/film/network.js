// The network at one epoch, forward and backward. Of this package's activations and losses Python recorded the graphs,
// which are run here on the numbers of the moment; of others it took many values, between which it is nearly straight.
const { sizes, formulas: known } = film, frames = film.losses.length;

// A recorded graph run again: its value, and the gradient of each leaf by its label.
function run(graph, leaves) {
  const used = [], sums = graph.map(() => 0), values = [];
  graph.forEach(({ op, operands, numbers, label, data }, i) => {
    if (op) used[i] = operands.map((at, k) => (at === null ? numbers[k] : values[at]));
    values[i] = op ? rows[op][0](...used[i]) : leaves[label] ?? data;
  });
  sums[graph.length - 1] = 1;
  for (let i = graph.length - 1; i >= 0; i--) {
    if (!graph[i].op) continue;
    const local = rows[graph[i].op][1](values[i], ...used[i]);
    graph[i].operands.forEach((at, k) => { if (at !== null && local[k] !== null) sums[at] += sums[i] * local[k]; });
  }
  return { value: values[graph.length - 1], gradient: (label) => sums[graph.findIndex((node) => node.label === label)] ?? 0 };
}

// Activations at many sums, close together around 0: for the maps, which need many values, and where there is no graph.
let SAMPLES = 801, span, sumsTaken;
function takeTables() {
  span = Math.asinh(film.reach);
  sumsTaken = Float64Array.from({ length: SAMPLES }, (_, i) => Math.sinh(((2 * i) / (SAMPLES - 1) - 1) * span));
  film.tables = known
    ? known.activations.map((graph) => Array.from(sumsTaken, (s) => run(graph, { s }).value))
    : film.kinds.map((_, k) => film.tables.subarray(k * SAMPLES, (k + 1) * SAMPLES));
}
const pieceAt = (sum) => Math.max(0, Math.min(SAMPLES - 2, Math.floor(((Math.asinh(sum) / span + 1) / 2) * (SAMPLES - 1))));
function lookUp(kind, sum) {
  const numbers = film.tables[kind], i = pieceAt(sum);
  return numbers[i] + ((sum - sumsTaken[i]) * (numbers[i + 1] - numbers[i])) / (sumsTaken[i + 1] - sumsTaken[i]);
}
function derivativeIn(kind, sum) {
  const numbers = film.tables[kind], i = pieceAt(sum), part = (sum - sumsTaken[i]) / (sumsTaken[i + 1] - sumsTaken[i]);
  const rise = (k) => (numbers[k + 1] - numbers[k]) / (sumsTaken[k + 1] - sumsTaken[k]);
  // The rise is the derivative in the middle of a piece; off the middle the neighbors tell it, but not across a corner.
  const bend = i > 0 && i < SAMPLES - 2 ? rise(i + 1) - rise(i - 1) : 0;
  return rise(i) + (abs(bend) < 0.1 ? ((part - 0.5) * bend) / 2 : 0);
}
const activation = (kind, s) => {
  if (!known) return { value: lookUp(kind, s), slope: derivativeIn(kind, s) };
  const { value, gradient } = run(known.activations[kind], { s });
  return { value, slope: gradient("s") };
};

// The units of every layer at a frame, each with its weights and its bias.
function layersAt(frame) {
  const perFrame = film.weights.length / frames;
  let at = frame * perFrame;
  return sizes.slice(1).map((m, k) => {
    const n = sizes[k], units = Array.from({ length: m }, (_, j) => {
      const start = at + j * (n + 1);
      return { w: film.weights.subarray(start, start + n), b: film.weights[start + n] };
    });
    at += m * (n + 1);
    return { units, kind: film.kinds[k] };
  });
}

// The layers with the plane as their input: the first layer's weights along its axes, and its sum where they cross.
const dot = (a, b) => a.reduce((total, v, i) => total + v * b[i], 0);
const onPlane = ([{ units, kind }, ...others]) => [
  { units: units.map(({ w, b }) => ({ w: film.axes.map((axis) => dot(axis, w)), b: b + dot(film.origin, w) })), kind },
  ...others,
];

// What every unit puts out for many inputs at once, layer by layer; columns holds an array for each input.
function outputs(layers, columns) {
  return layers.map(({ units, kind }) => (columns = units.map(({ w, b }) => {
    const found = new Float64Array(columns[0].length).fill(b);
    w.forEach((v, i) => { for (let p = 0; p < found.length; p++) found[p] += v * columns[i][p]; });
    return found.map((sum) => lookUp(kind, sum));
  })));
}

// What comes into each layer and its weighted sums, for one example; the last entry of `ins` is what comes out.
function forward(layers, x) {
  const ins = [x], sums = [];
  for (const { units, kind } of layers) {
    const s = units.map(({ w, b }) => ins[ins.length - 1].reduce((total, v, i) => total + w[i] * v, b));
    sums.push(s);
    ins.push(s.map((sum) => activation(kind, sum).value));
  }
  return { ins, sums };
}

// The gradient of the loss of all examples in each output of one.
function pullsOf(frame, example, out) {
  if (!known) {
    const start = (frame * film.x.length + example) * out.length;
    return Array.from(film.pulls.subarray(start, start + out.length));
  }
  const leaves = targetsOf(example), names = out.map((_, j) => `o${j + 1}`);
  names.forEach((name, j) => (leaves[name] = out[j]));
  const { gradient } = run(known.losses[film.graphClasses ? film.graphClasses.indexOf(film.y[example]) : 0], leaves);
  return names.map((name) => gradient(name) / film.x.length);
}

// The targets of one example that are numbers, by the names that they have in a graph.
const targetsOf = (example) => Object.fromEntries(film.targetNames.map((name, i, all) => [name, film.targets[example * all.length + i]]));

// One example's share of the gradient of every weight, layer by layer: its input times its unit's delta.
function shares(layers, frame, example) {
  const { ins, sums } = forward(layers, film.x[example]), found = [];
  let upstream = pullsOf(frame, example, ins[ins.length - 1]);
  for (let k = layers.length - 1; k >= 0; k--) {
    const { units, kind } = layers[k], delta = upstream.map((u, j) => u * activation(kind, sums[k][j]).slope);
    found.unshift(delta.flatMap((d) => Array.from(ins[k], (v) => v * d)));
    upstream = Array.from(ins[k], (_, i) => delta.reduce((total, d, j) => total + units[j].w[i] * d, 0));
  }
  return found;
}

// The class of scores, as film.threshold and the largest score say.
const classOf = (scores) => (scores.length > 1 ? scores.indexOf(Math.max(...scores)) : +(scores[0] > film.threshold));

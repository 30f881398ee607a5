// What was recorded, and the network's forward and backward pass at one epoch.
// An activation is looked up in the numbers that Python took from it, between which it is nearly straight.
const film = JSON.parse(document.getElementById("film").textContent);
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
const weights = new Float32Array(bytes(film.weights)); // frame after frame
const pulls = new Int16Array(bytes(film.pulls)); // of the loss at each output of each example, in film.pullUnits
const tables = film.tables.map((t) => new Float32Array(bytes(t)));
const flat = Array.from(new Float64Array(bytes(film.x)));
film.x = film.y.map((_, e) => flat.slice(e * film.sizes[0], (e + 1) * film.sizes[0]));
const sizes = film.sizes, frames = film.losses.length, perFrame = weights.length / frames;

// An activation and its derivative at a weighted sum.
const span = Math.asinh(film.reach), places = {};
const sumsOf = (n) => (places[n] ??= Float64Array.from({ length: n }, (_, i) => Math.sinh(((2 * i) / (n - 1) - 1) * span)));
const lookUp = (numbers, sum) => {
  const sums = sumsOf(numbers.length), place = ((Math.asinh(sum) / span + 1) / 2) * (numbers.length - 1);
  const i = Math.max(0, Math.min(numbers.length - 2, Math.floor(place))), part = (sum - sums[i]) / (sums[i + 1] - sums[i]);
  const rise = (k) => (numbers[k + 1] - numbers[k]) / (sums[k + 1] - sums[k]);
  // The rise is the derivative in the middle of a piece; off the middle the neighbors tell it, but not across a corner.
  const bend = i > 0 && i < numbers.length - 2 ? rise(i + 1) - rise(i - 1) : 0;
  const slope = rise(i) + (Math.abs(bend) < 0.1 ? ((part - 0.5) * bend) / 2 : 0);
  return { value: numbers[i] + part * (numbers[i + 1] - numbers[i]), slope };
};

// The weights of every layer at a frame: rows of units, and biases.
function layersAt(frame) {
  let at = frame * perFrame;
  return sizes.slice(1).map((m, k) => {
    const n = sizes[k], w = weights.subarray(at, at + m * n), b = weights.subarray(at + m * n, at + m * n + m);
    at += m * n + m;
    return { n, m, w, b, table: tables[film.activations[k]] };
  });
}

// What comes into each layer and its weighted sums, for one input; the last entry of `ins` is what comes out.
function forward(layers, x) {
  const ins = [x], sums = [];
  for (const { n, m, w, b, table } of layers) {
    const s = [], out = [];
    for (let j = 0; j < m; j++) {
      let sum = b[j];
      for (let i = 0; i < n; i++) sum += w[j * n + i] * ins[ins.length - 1][i];
      s.push(sum);
      out.push(lookUp(table, sum).value);
    }
    sums.push(s);
    ins.push(out);
  }
  return { ins, sums };
}

// One example's share of the gradient of every weight, layer by layer: its input times its unit's delta.
function shares(layers, frame, example) {
  const { ins, sums } = forward(layers, film.x[example]), outputs = sizes[sizes.length - 1];
  const start = (frame * film.x.length + example) * outputs;
  let upstream = Array.from({ length: outputs }, (_, j) => pulls[start + j] * film.pullUnits[frame]);
  const found = [];
  for (let k = layers.length - 1; k >= 0; k--) {
    const { n, m, w, table } = layers[k], delta = upstream.map((u, j) => u * lookUp(table, sums[k][j]).slope);
    found.unshift(Array.from({ length: m * n }, (_, e) => delta[Math.floor(e / n)] * ins[k][e % n]));
    upstream = Array.from({ length: n }, (_, i) => delta.reduce((total, d, j) => total + w[j * n + i] * d, 0));
  }
  return found;
}

// The class of an output, as film.threshold and the largest score say.
const classOf = (out) => (out.length > 1 ? out.indexOf(Math.max(...out)) : +(out[0] > film.threshold));

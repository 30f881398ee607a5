// The film: every moment is drawn when it is chosen.
const slider = document.getElementById("epoch"), play = document.getElementById("play"), says = document.getElementById("says"), points = document.getElementById("points");
let chosen = null, running = null, columns;

function sentence(frame, scores) {
  const val = film.valLosses[frame], parts = [`Epoch ${film.epochs[frame]}: loss ${short(film.losses[frame])}`];
  if (val !== null) parts.push(`on validation data ${short(val)}`);
  if (film.classes) parts.push(`${wrongOnes(scores).length} of ${film.y.length} examples wrong`);
  return parts.join(", ") + (frame === film.putBack ? "; training ended with these weights, the best." : ".");
}
const wrongOnes = (scores) => film.y.flatMap((y, e) => (classOf(scores.map((values) => values[e])) === y ? [] : [e]));
const numberOf = (example) => (film.places ? film.places[example] : example);

function sentenceOf(example, found) {
  let best = { size: -1 };
  found.forEach((numbers, k) => numbers.forEach((v, e) => {
    if (abs(v) > best.size) best = { size: abs(v), v, name: `layers[${k}].neurons[${Math.floor(e / sizes[k])}].w[${e % sizes[k]}]` };
  }));
  const target = film.classes ? `of class ${film.classes[film.y[example]] ?? film.y[example]}` : `with target ${short(film.y[example])}`;
  return ` Example ${numberOf(example)}, ${target}: the lines${film.image ? " and the first images" : ""} show its share of each weight's gradient; the largest is ${short(best.v)}, of ${best.name}.`;
}

// What is predicted at a frame: over the plane, and for each example; and of an MLP, what its units do.
function momentAt(frame) {
  if (sizes) {
    const layers = layersAt(frame), maps = outputs(onPlane(layers), grid);
    return { layers, maps, out: maps[maps.length - 1], scores: outputs(layers, columns).pop() };
  }
  const rows = (numbers, each) => {
    const start = (frame * numbers.length) / frames, count = numbers.length / frames / each;
    return Array.from({ length: count }, (_, j) => numbers.subarray(start + j * each, start + (j + 1) * each));
  };
  return { out: film.maps && rows(film.maps, grid[0].length), scores: rows(film.outputs, film.y.length) };
}

function draw() {
  const frame = +slider.value, { layers, maps, out, scores } = momentAt(frame), found = chosen === null ? null : shares(layers, frame, chosen);
  if (sizes) {
    drawUnits(maps, layers, found);
    drawLines(layers, found);
  }
  if (out) drawOutput(out, maps, layers);
  moveCursor(frame);
  const wrong = new Set(film.classes ? wrongOnes(scores) : []);
  document.querySelectorAll(".point").forEach((mark, e) => {
    mark.classList.toggle("chosen", e === chosen);
    mark.classList.toggle("wrong", wrong.has(e));
  });
  says.textContent = sentence(frame, scores) + (found ? sentenceOf(chosen, found) : "");
  if (film.graph) offer(frame, chosen);
  else if (sizes) elsewhere(frame, chosen);
  slider.setAttribute("aria-valuetext", `epoch ${film.epochs[frame]}`);
}

// Where no graph travels with the film, the line of Python that opens it.
function elsewhere(frame, example) {
  const open = document.getElementById("open");
  open.hidden = example === null;
  open.textContent = `In Python, film.explore(${film.epochs[frame]}, ${numberOf(example)}) opens its graph.`;
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
  says.setAttribute("aria-live", "polite");
}

play.addEventListener("click", () => {
  if (running !== null) return stop();
  if (+slider.value === frames - 1) show(0);
  play.textContent = "Pause";
  says.setAttribute("aria-live", "off");
  const pace = matchMedia("(prefers-reduced-motion: reduce)").matches ? 1000 : 80;
  running = setInterval(() => (+slider.value < frames - 1 ? show(+slider.value + 1) : stop()), pace);
});
slider.addEventListener("input", draw);
document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target === document.body) { event.preventDefault(); play.click(); }
  if (event.key === "Escape" && chosen !== null) choose(null);
});
points.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key], n = film.y.length;
  if (!step || !sizes) return;
  event.preventDefault();
  choose(chosen === null ? 0 : (chosen + step + n) % n);
});

if (sizes) {
  const flat = Array.from(film.x), n = sizes[0];
  film.x = film.y.map((_, e) => flat.slice(e * n, (e + 1) * n));
  columns = Array.from({ length: n }, (_, i) => Float64Array.from(film.x, (x) => x[i]));
  film.meanImage = columns.map((values) => values.reduce((a, b) => a + b) / values.length);
  takeTables();
  layOutNetwork();
  addEventListener("resize", () => { layOutNetwork(); draw(); });
}
if (film.low.length) {
  takeGrid();
  layOutPoints();
  layOutLegend();
}
const moveCursor = layOutLoss();
draw();
document.body.dataset.ready = "yes";

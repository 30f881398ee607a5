// The graph of one example at one epoch: a page of its own in a frame, which is given the numbers of that moment.
const opener = document.createElement("button"), closer = document.createElement("button"), place = document.getElementById("graph");
let asked = [];

// The number of every leaf, by its label.
function numbersAt(frame, example) {
  const found = targetsOf(example);
  layersAt(frame).forEach(({ units }, k) => units.forEach(({ w, b }, j) => {
    found[`layers[${k}].neurons[${j}].b`] = b;
    w.forEach((v, i) => (found[`layers[${k}].neurons[${j}].w[${i}]`] = v));
  }));
  film.x[example].forEach((v, i) => (found[film.inputs[i]] = v));
  return found;
}

const written = (v) => (Number.isFinite(v) ? v : String(v).toLowerCase().replace("infinity", "inf")); // JSON has no nan

function pageOf(frame, example) {
  const { lines, pages } = film.graph, { text, trace } = pages[film.graphClasses ? film.graphClasses.indexOf(film.y[example]) : 0];
  const numbers = numbersAt(frame, example), title = `Example ${numberOf(example)} at epoch ${film.epochs[frame]}`;
  const nodes = trace.nodes.map((node) => (!node.op && node.label in numbers ? { ...node, data: written(numbers[node.label]) } : node));
  const json = JSON.stringify({ ...trace, nodes }).replaceAll("<", "\\u003c");
  return { title, html: text.map((i) => lines[i]).join("\n").replaceAll("{{title}}", title).replace("{{trace}}", () => json) };
}

function openGraph() {
  const { title, html } = pageOf(...asked), frame = document.createElement("iframe");
  frame.title = title;
  frame.setAttribute("sandbox", "allow-scripts");
  frame.srcdoc = html;
  frame.addEventListener("load", () => (frame.dataset.ready = "yes"));
  place.replaceChildren(frame);
  place.hidden = closer.hidden = false;
  frame.scrollIntoView();
}

function offer(frame, example) {
  asked = [frame, example];
  opener.hidden = example === null;
  opener.textContent = `Open the graph of example ${numberOf(example)} at epoch ${film.epochs[frame]}`;
  document.getElementById("open").hidden = opener.hidden && closer.hidden;
}

closer.textContent = "Close the graph";
closer.hidden = true;
closer.addEventListener("click", () => {
  place.replaceChildren();
  place.hidden = closer.hidden = true;
  offer(...asked);
});
opener.addEventListener("click", openGraph);
document.getElementById("open").append(opener, " ", closer, " The loss there is of this example alone: its gradients are the shares shown here times the number of examples.");

// The graph of one example at one epoch: a page of its own in a frame, which is given the numbers of that moment.
const opener = document.createElement("button"), closer = document.createElement("button"), place = document.getElementById("graph");
let asked = [], unpacked = null;

// What Python packed: the pages' lines, each once; and for every class, the lines of its page and its trace.
async function unpack() {
  const stream = new Blob([bytes(film.graph.pages)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

// The number of every leaf, by its label.
function numbersAt(frame, example) {
  const found = {}, targets = film.graph.targets && Array.from(new Float64Array(bytes(film.graph.targets)));
  layersAt(frame).forEach(({ n, m, w, b }, k) => {
    for (let j = 0; j < m; j++) {
      found[`layers[${k}].neurons[${j}].b`] = b[j];
      for (let i = 0; i < n; i++) found[`layers[${k}].neurons[${j}].w[${i}]`] = w[j * n + i];
    }
  });
  film.x[example].forEach((v, i) => (found[film.inputs[i]] = v));
  film.graph.named.forEach((name, i, all) => (found[name] = targets[example * all.length + i]));
  return found;
}

const written = (v) => (Number.isFinite(v) ? v : String(v).toLowerCase().replace("infinity", "inf")); // JSON has no nan

async function pageOf(frame, example) {
  const { lines, pages } = await (unpacked ??= unpack());
  const { text, trace } = pages[film.graph.named.length ? 0 : film.graph.classes.indexOf(film.y[example])];
  const numbers = numbersAt(frame, example), title = `Example ${example} at epoch ${film.epochs[frame]}`;
  const nodes = trace.nodes.map((node) => {
    if (!node.op) return { ...node, data: node.label in numbers ? written(numbers[node.label]) : node.data };
    const { data, locals, ...kept } = node; // the page computes them from its leaves; it keeps the constants
    return kept.numbers ? { ...kept, numbers: kept.numbers.map((v, i) => (kept.operands[i] === null ? v : null)) } : kept;
  });
  const json = JSON.stringify({ ...trace, nodes }).replaceAll("<", "\\u003c");
  return { title, html: text.map((i) => lines[i]).join("\n").replaceAll("{{title}}", title).replace("{{trace}}", () => json) };
}

async function openGraph() {
  const { title, html } = await pageOf(...asked), frame = document.createElement("iframe");
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
  opener.textContent = `Open the graph of example ${example} at epoch ${film.epochs[frame]}`;
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
document.getElementById("open").append(opener, " ", closer, ` The loss there is of this example alone, so every gradient is ${film.x.length} times the share shown here.`);

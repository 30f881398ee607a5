
// Python has laid the graph out and done the arithmetic. Text becomes text nodes, never markup.
const original = "<!DOCTYPE html>\n" + document.documentElement.outerHTML;
const the = Object.fromEntries([...document.querySelectorAll("[id]")].map(element => [element.id, element]));
const {graph} = the;
const special = {nan: NaN, inf: Infinity, "-inf": -Infinity}; // JSON has no word for them
const trace = JSON.parse(the.trace.textContent, (key, value) => /^(label|line)$/.test(key) ? value : special[value] ?? value);
const nodes = Object.fromEntries(trace.nodes.map(node => [node.id, node])), root = nodes[trace.root];

const plain = x => String(x).replace("Infinity", "inf").toLowerCase();
const short = x => x === undefined ? "–" : plain(isFinite(x) ? +x.toPrecision(4) : x).replaceAll("-", "−");
const factor = x => x < 0 ? `(${short(x)})` : short(x);
const kind = x => x === undefined ? "" : !isFinite(x) ? "bad" : x > 0 ? "pos" : x < 0 ? "neg" : "zero";
const marked = x => (x === 0 ? "∅ " : kind(x) === "bad" ? "! " : "") + short(x);
const called = node => node.label || node.id;
const cut = text => [...text].length > 20 ? "…" + [...text].slice(-19).join("") : text;
const svg = (tag, attributes, ...inside) => {
	const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
	for (const name in attributes) made.setAttribute(name, attributes[name]);
	made.append(...inside);
	return made;
};
const html = (tag, ...inside) => {
	const made = document.createElement(tag);
	made.append(...inside);
	return made;
};
const computed = node => {
	const {symbol} = trace.ops[node.op], [a, b] = node.numbers.map(factor), infix = b && !/\w/.test(symbol);
	return `${called(node)} = ${infix ? `${a} ${symbol} ${b}` : `${symbol}(${node.numbers.map(short).join(", ")})`} = ${short(node.data)}`;
};

// A level of the graph, and the steps through it

let view, boxes, all, arrows, steps, at, chosen, lit = new Set(), timer, right, asked, dark = matchMedia("(prefers-color-scheme: dark)").matches;
function enter() {
	view = trace.views[the.level.selectedIndex];
	boxes = {};
	all = view.boxes.map(([id, x, y, w, h, more]) => {
		const node = nodes[more?.out ?? id], name = more?.label ?? (node ? called(node) : short(more.data));
		return boxes[id] = {id, x, y, w, h, node, name, grad: node?.grad, ...more};
	});
	arrows = view.arrows.map(([tail, head, y, at, more]) => ({tail: boxes[tail], head: boxes[head], y, at, ...more}));
	const home = {...boxes};
	for (const box of all) box.nodes?.forEach(id => { home[id] = box; });
	for (const row of trace.sweep) {
		const arrow = row.arrow = arrows.find(({tail, head, at}) => tail === home[row.to] && head === home[row.from] && (at ?? row.at) === row.at);
		if (arrow && !arrow.uses) [arrow.local, arrow.share] = [row.local, row.share];
	}
	steps = view.steps ?? scalars();
	the.slider.max = steps.length;
	the.note.textContent = view.note;
	chosen = undefined;
	go(1e9);
	sized = false;
	fit();
}
const scalars = () => [ // forward, a step for each operation; backward, a step for each +=
	...trace.nodes.filter(node => node.op).map(node => ({box: node.id})),
	{box: root.id, grad: 1, say: `grad(${called(root)}) = 1`, more: "backward, from the root"},
	...trace.sweep.map(row => {
		const from = nodes[row.from], {symbol, why} = trace.ops[from.op], sum = Object.is(row.sum, row.share) ? "" : `, in all ${short(row.sum)}`;
		return {
			box: row.to, grad: row.sum, arrow: row.arrow,
			say: `grad(${called(nodes[row.to])}) += ${factor(from.grad)} × ${factor(row.local)} = ${short(row.share)}${sum}`,
			more: `upstream × local, through ${called(from)} (${symbol}): ${why}`,
			hint: `${computed(from)} has gradient ${short(from.grad)}`,
		};
	}),
];
const hiding = () => the.predict.checked && at < steps.length; // a prediction is to be made
const question = () => hiding() && steps[at].hint;
const say = (text, more) => the.say.replaceChildren(text, html("small", more));
function go(to) {
	at = Math.max(0, Math.min(steps.length, to));
	const step = steps[at - 1] ?? {say: "Only the leaves are known.", more: "Press → for the first operation."}, box = boxes[step.box];
	say(step.say ?? computed(box.node), step.more ?? "forward");
	the.slider.value = at;
	the.count.textContent = `${at} of ${steps.length}`;
	the.ask.hidden = !question();
	the.question.textContent = `What does grad(${boxes[steps[at]?.box]?.name}) become? ${question()}.`;
	the.guess.value = "";
	the.update.hidden = hiding();
	draw();
	if (box && at < steps.length) show(box);
}
function answer() {
	const text = the.guess.value.trim().replace("−", "-"), given = special[text] ?? (text ? Number(text) : NaN), step = steps[at];
	if (isNaN(given) && text !== "nan") return say("Type a number, as -0.5 or 2e-3.", "");
	const good = Object.is(given, step.grad) || Math.abs(given - step.grad) <= .01 * Math.abs(step.grad);
	right += good;
	the.score.textContent = `${right} of ${++asked} right`;
	go(at + 1);
	say(`${good ? "Right" : "No"}: ${step.say}`, step.more);
	the.guess.focus();
}

// The drawing, of what is known so far

const width = (x = 0) => isFinite(x) ? 1.2 + Math.log10(1 + Math.abs(x) / trace.most * 1000) : 4; // symlog
function draw() {
	const done = steps.slice(0, at), last = at === steps.length, now = !last && steps[at - 1]?.box;
	const known = new Set(done.map(step => step.grad === undefined ? step.box : step.arrow));
	const grads = Object.fromEntries(done.map(step => [step.box, step.grad])), focused = document.activeElement.dataset.id;
	const sought = the.find.value.trim().toLowerCase();
	const text = (x, y, inside, names) => svg("text", {x, y, class: names}, inside);
	for (const box of all) {
		box.there = !box.nodes && !box.node?.op || known.has(box.id); // leaves are
		box.reached = last ? box.grad : grads[box.id];
		box.found = sought && [box.id, box.name, box.nodes?.map(id => nodes[id].label)].join().toLowerCase().includes(sought);
	}
	graph.replaceChildren(...arrows.map(arrow => {
		const {tail, head, y, local, share, uses} = arrow, x = head.x - head.w / 2, points = [[tail.x + tail.w / 2, tail.y], ...arrow.bends ?? [], [x - 70, y]];
		const line = points.map(([x, y], i) => {
			const [x0, y0] = points[i - 1] ?? [], middle = (x0 + x) / 2;
			return i ? `C${middle},${y0} ${middle},${y} ${x},${y}` : `M${x},${y}`;
		});
		const done = tail.data === undefined && (last || known.has(arrow) || view.steps && tail.reached !== undefined), nothing = share === undefined && !uses;
		const told = !arrow.plain || lit.has(arrow); // or numbers of many arrows overlap
		const above = !told ? "" : local !== undefined && head.there && (done || !hiding()) ? `× ${short(local)}` : uses > 1 ? `${uses} uses` : "";
		const below = !told ? "" : done && nothing ? "∅ nothing" : done && share !== undefined ? `+= ${marked(share)}` : "";
		return svg("g", {class: `arrow ${done && (nothing ? "zero" : kind(share))} ${lit.has(arrow) && "lit"}`},
			svg("path", {d: `${line.join("")}H${x}m-6-4l6,4l-6,4`, "stroke-width": width(done ? share : undefined)}),
			text(x - 9, y - 5, above, "soft right"), text(x - 9, y + 13, below, "right"));
	}), ...all.map(box => {
		const {id, y, w, h, node, name, reached} = box, x = box.x - w / 2, end = x + w - 12;
		const rect = svg("rect", {x, y: y - h / 2, width: w, height: h, rx: 8, "stroke-width": width(reached)});
		if (box.data !== undefined) return svg("g", {}, rect, text(x + 10, y + 5, name, "soft"));
		const symbol = box.nodes ? "" : trace.ops[node.op]?.symbol, data = !box.there ? "–" : node ? short(node.data) : "";
		return svg("g", {
			"data-id": id, tabindex: 0, role: "button", "aria-label": `${name}, ${symbol || "leaf"}, data ${data}, grad ${short(reached)}`,
			class: `node ${box.there && node && !isFinite(node.data) ? "bad" : kind(reached)} ${now === id && "now"} ${box.found && "found"} ${lit.has(box) && "lit"} ${chosen === box && "chosen"}`,
		}, rect,
		text(x + 12, y - 15, symbol || cut(name), "sign"), text(end, y - 15, symbol ? cut(name) : box.uses > 1 ? `×${box.uses}` : "", node?.label ? "sign right" : "soft right"),
		text(x + 12, y + 5, node ? "data" : `${box.nodes.length} nodes`, "soft"), text(end, y + 5, data, "right"),
		text(x + 12, y + 23, node ? "grad" : "|grad|", "soft"), text(end, y + 23, marked(reached), "right"));
	}));
	graph.querySelector(`[data-id="${focused}"]`)?.focus();
	detail();
}

// Explain

function paths(id) { // how many, and the strongest
	const found = {[root.id]: {count: 1, list: [{product: 1}]}}, rank = path => isNaN(path.product) ? Infinity : Math.abs(path.product);
	for (const row of trace.sweep) { // users first: the paths of row.from are known
		const from = found[row.from], to = found[row.to] ??= {count: 0, list: []};
		to.count += from.count;
		to.list.push(...from.list.map(rest => ({product: rest.product * row.local, row, rest})));
		to.list = to.list.sort((a, b) => rank(b) - rank(a)).slice(0, 12);
	}
	return found[id] ?? {count: 0, list: []};
}
function written(path) {
	const along = [], some = (list, by) => (list.length > 9 ? [...list.slice(0, 4), "…", ...list.slice(-4)] : list).join(by);
	for (let here = path; here.row; here = here.rest) along.push(here.row);
	const names = [...along.map(row => called(nodes[row.to])), called(root)];
	return html("li", `${some(along.map(row => factor(row.local)), " × ") || 1} = ${short(path.product)}`, html("small", some(names, " → ")));
}
function explain(id) {
	chosen = boxes[id];
	const above = new Set(chosen?.nodes ?? [id]);
	lit = new Set([chosen]);
	for (const row of trace.sweep.toReversed()) {
		if (above.has(row.to)) above.add(row.from) && lit.add(row.arrow).add(row.arrow?.head);
	}
	draw();
}
function detail() {
	const add = (...more) => the.node.append(...more);
	graph.classList.toggle("explained", !!chosen);
	the.node.replaceChildren(html("h2", chosen?.name ?? "Explain"));
	if (!chosen) return add("Click a node for every path from it to the root.");
	const {node, nodes, reached, there} = chosen;
	const facts = Object.entries({
		data: node && there && plain(node.data), [node ? "grad" : "|grad|"]: reached !== undefined && plain(reached), id: node?.id,
		by: node?.op && there && computed(node), slope: trace.ops[node?.op]?.why, line: node?.line,
	});
	add(html("dl", ...facts.flatMap(([name, fact]) => fact ? [html("dt", name), html("dd", fact)] : [])));
	if (hiding()) return;
	if (nodes) add(table(nodes));
	if (!node) return;
	const {count, list} = paths(node.id);
	add(html("p", `Paths to ${called(root)}: ${count}, and the slopes along each`), html("ol", ...list.map(written)));
	if (count > list.length) add(html("p", `and ${count - list.length} weaker ones, together ${short(list.reduce((sum, path) => sum - path.product, node.grad))}`));
	add(html("b", `sum = gradient = ${short(node.grad)}`));
}
function table(ids) {
	const row = (tag, ...cells) => html("tr", ...cells.map(cell => html(tag, cell))), leaves = ids.map(id => nodes[id]).filter(node => !node.op);
	return html("table", row("th", "leaf", "data", "grad", "after"), ...leaves.slice(0, 60).map(leaf =>
		row("td", cut(called(leaf)), short(leaf.data), short(leaf.grad), short(leaf.data - the.rate.value * leaf.grad))),
	leaves.length > 60 ? row("td", `and ${leaves.length - 60} more`) : "");
}
function update() {
	const [, then] = trace.update.root[the.rate.selectedIndex];
	the.leaves.replaceChildren(table(trace.update.leaves));
	the.after.textContent = `${called(root)}: ${short(root.data)} → ${then.length ? then : short(then)}`;
}

// Pan and zoom

let seen, held, sized; // x, y, width and height; where a drag began; whether somebody has chosen the size
const look = (...part) => graph.setAttribute("viewBox", (seen = part).join(" "));
function fit() {
	if (!graph.clientWidth) return requestAnimationFrame(fit); // in a notebook it has no size at first
	const {clientWidth: w, clientHeight: h} = graph, scale = Math.max(view.w / w, view.h / h, .75);
	look((view.w - w * scale) / 2, (view.h - h * scale) / 2, w * scale, h * scale);
}
function zoom(by, fx = .5, fy = .5) {
	sized = true;
	const [x, y, w, h] = seen;
	if (w * by > 50 && w * by < 1e5) look(x + w * (1 - by) * fx, y + h * (1 - by) * fy, w * by, h * by);
}
function show(box) { // at a size that can be read, unless another was chosen
	let [x, y, w, h] = seen;
	const by = sized ? 1 : Math.min(1, 1.25 * graph.clientWidth / w);
	[x, y, w, h] = [x + w * (1 - by) / 2, y + h * (1 - by) / 2, w * by, h * by];
	if (Math.abs(box.x - x - w / 2) > (w - box.w) / 2 || Math.abs(box.y - y - h / 2) > (h - box.h) / 2) [x, y] = [box.x - w / 2, box.y - h / 2];
	look(x, y, w, h);
}
Object.assign(graph, {
	onpointerdown: ({x, y}) => { held = {x, y, seen}; },
	onpointermove(event) {
		if (!held) return;
		const [x, y, w, h] = held.seen, scale = w / graph.clientWidth, dx = event.x - held.x, dy = event.y - held.y;
		if (!held.far && Math.hypot(dx, dy) < 4) return;
		held.far = true;
		graph.setPointerCapture(event.pointerId);
		look(x - dx * scale, y - dy * scale, w, h);
	},
	onpointerup({target}) {
		if (held && !held.far) explain(target.closest(".node")?.dataset.id);
		held = undefined;
	},
	onwheel(event) {
		event.preventDefault();
		const {x, y, width, height} = graph.getBoundingClientRect();
		zoom(1.0015 ** event.deltaY, (event.x - x) / width, (event.y - y) / height);
	},
	onfocusin: ({target}) => target.matches(":focus-visible") && show(boxes[target.dataset.id]),
});
window.onresize = fit;

// Export

function save(name, content) {
	const link = Object.assign(html("a"), {download: name, href: URL.createObjectURL(new Blob([content]))});
	link.click();
}
function picture() { // with its style written into it
	const copy = graph.cloneNode(true), from = graph.querySelectorAll("*"), {w: width, h: height} = view;
	copy.querySelectorAll("*").forEach((each, i) => {
		for (const name of "fill stroke stroke-width stroke-dasharray opacity font-size font-weight text-anchor".split(" "))
			each.setAttribute(name, getComputedStyle(from[i])[name]);
	});
	return new XMLSerializer().serializeToString(svg("svg", {width, height, "font-family": "Helvetica, Arial, sans-serif"},
		svg("rect", {width, height, fill: getComputedStyle(document.body).backgroundColor}), ...copy.childNodes));
}
const exports = {
	SVG: () => save("graph.svg", picture()),
	async PNG() {
		const image = new Image(), canvas = html("canvas");
		image.src = "data:image/svg+xml," + encodeURIComponent(picture());
		await image.decode();
		[canvas.width, canvas.height] = [image.width * 2, image.height * 2];
		canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
		canvas.toBlob(blob => save("graph.png", blob));
	},
	PDF: () => print(),
	DOT() {
		const quoted = text => JSON.stringify(text).replaceAll("&", "&amp;");
		save("graph.dot", ["digraph {", "rankdir=LR node [shape=box]",
			...all.map(({id, name, node}) => `${id} [label=${quoted(node ? `${name}\ndata ${node.data}\ngrad ${node.grad}` : name)}]`),
			...arrows.map(({tail, head, share}) => `${tail.id} -> ${head.id} [label=${quoted(short(share))}]`), "}"].join("\n"));
	},
	JSON: () => save("trace.json", the.trace.textContent),
	Page: () => save("page.html", original),
};

// Buttons and keys

function move(to) {
	timer = clearInterval(timer);
	the.play.textContent = "Play";
	go(to);
}
const acts = {
	home: () => move(0), back: () => move(at - 1), next: () => move(at + 1), end: () => move(1e9),
	play() {
		if (timer) return move(at);
		if (at === steps.length) go(0);
		the.play.textContent = "Pause";
		timer = setInterval(() => at === steps.length || question() ? move(at) : go(at + 1), 1200);
	},
	predict() {
		right = asked = 0;
		the.score.textContent = "";
		move(the.predict.checked ? steps.findIndex(step => step.hint) : at);
		the.guess.focus();
	},
	theme() { document.documentElement.style.colorScheme = (dark = !dark) ? "dark" : "light"; },
	in: () => zoom(.8), out: () => zoom(1.25), check: answer,
	fit() { sized = true; fit(); },
};
for (const id in acts) the[id].onclick = acts[id];
the.slider.oninput = () => move(+the.slider.value);
the.find.oninput = () => {
	draw();
	all.filter(box => box.found).slice(0, 1).forEach(show);
};
the.rate.onchange = update;
the.level.onchange = enter;
const keys = {ArrowRight: "next", ArrowLeft: "back", Home: "home", End: "end", " ": "play", p: "predict", "+": "in", "-": "out", f: "fit"};
document.onkeydown = event => {
	const {target, key} = event, typing = target.matches("#find, #guess, select");
	if (event.ctrlKey || event.metaKey || event.altKey) return;
	if (key === "Enter") target === the.guess ? answer() : boxes[target.dataset.id] && explain(target.dataset.id);
	if (key === "Escape") typing ? target.blur() : explain();
	if (typing || key === " " && target.matches("button, summary, input")) return;
	if (key in keys || key === "/") event.preventDefault();
	if (key in keys) the[keys[key]].click();
	if (key === "/") the.find.focus();
};

for (const name in exports) the.exports.append(Object.assign(html("button", name), {onclick: exports[name]}));
the.level.append(...trace.views.map(({level}) => html("option", level)));
the.rate.append(...trace.update.root.map(([rate]) => html("option", rate)));
for (const x of [NaN, 0, -trace.most, trace.most / 100, trace.most / 10, trace.most])
	the.legend.prepend(html("span", svg("svg", {class: kind(x)}, svg("path", {d: "M0,5H34", "stroke-width": width(x)})), marked(x)));
the.level.value = trace.level;
the.level.parentNode.hidden = trace.views.length === 1;
the.rate.value = .1;
the.exports.hidden = window !== parent; // a notebook's frame allows no downloads
update();
enter();
say("Everything is computed.", "Press Home, then → to step through it.");

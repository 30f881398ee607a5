// The drawing of what is known so far: made once for a level, then only changed where something changes

let most = 1;
const width = (x = 0) => isFinite(x) ? 1.2 + log10(1 + abs(x) / most * 1000) : 4; // symlog
const put = (element, name, value) => { // only where it changes: a browser is slow at that, not at sums
	const kept = element.kept ??= {};
	if (kept[name] === value) return;
	kept[name] = value;
	name === "text" ? element.textContent = value : element.setAttribute(name, value);
};
const curve = ({tail, head, y, bends = []}) => {
	const x = head.x - head.w / 2, points = [[tail.x + tail.w / 2, tail.y], ...bends, [x - 70, y]];
	const line = points.map(([x, y], i) => {
		const [x0, y0] = points[i - 1] ?? [], middle = (x0 + x) / 2;
		return i ? `C${middle},${y0} ${middle},${y} ${x},${y}` : `M${x},${y}`;
	});
	return `${line.join("")}H${x}m-6-4l6,4l-6,4`;
};
function build() {
	const home = {...boxes}, found = {};
	for (const box of all) box.nodes?.forEach(id => { home[id] = box; });
	for (const arrow of arrows) found[[arrow.tail.id, arrow.head.id, arrow.at ?? ""]] = arrow;
	for (const row of trace.sweep) {
		const ends = [home[row.to].id, home[row.from].id];
		row.arrow = found[[...ends, row.at]] ?? found[[...ends, ""]];
	}
	const text = (x, y, names) => svg("text", {x, y, class: names});
	for (const arrow of arrows) {
		const x = arrow.head.x - arrow.head.w / 2 - 5;
		arrow.parts = [svg("path", {d: curve(arrow)}), text(x, arrow.y - 5, "soft right"), text(x, arrow.y + 13, "right")];
		arrow.drawn = svg("g", {}, ...arrow.parts);
	}
	for (const box of all) {
		const {id, x, y, w, h} = box, left = x - w / 2 + 12;
		box.parts = [svg("rect", {x: x - w / 2, y: y - h / 2, width: w, height: h, rx: 8}),
			...[-15, 5, 23].flatMap(down => [text(left, y + down, down < 0 ? "sign" : "soft"), text(left + w - 24, y + down, "right")])];
		box.drawn = svg("g", {"data-id": id, role: "button", tabindex: -1}, ...box.parts.flatMap(part => [part, " "])); // the spaces are read, not drawn
	}
	the.world.replaceChildren(...arrows.map(arrow => arrow.drawn), ...all.map(box => box.drawn));
	stop(summit());
}
function draw(now, current) {
	const known = new Set(), grads = {}, sought = the.find.value.toLowerCase();
	for (const step of steps.slice(0, at)) {
		known.add(step.grad == null ? step.box : step.arrow);
		grads[step.box] = step.grad;
	}
	for (const box of all) {
		const {node, name, nodes: inside, parts: [rect, sign, title, first, data, second, grad]} = box;
		box.there = !inside && !node?.op || known.has(box.id); // leaves are
		box.reached = ended ? box.grad : grads[box.id];
		box.found = sought && [box.id, name, inside?.map(id => nodes[id].label)].join().toLowerCase().includes(sought);
		put(rect, "stroke-width", width(box.reached));
		const symbol = inside || !node.op ? "" : signed(node);
		put(sign, "text", symbol || cut(name));
		put(title, "text", symbol ? cut(name) : box.uses > 1 ? `×${box.uses}` : "");
		put(title, "class", node?.label ? "sign right" : "soft right");
		put(first, "text", node ? "data" : `${inside.length} nodes`);
		put(data, "text", !box.there ? "–" : node ? short(node.data) : "");
		put(second, "text", node ? "grad" : "|grad|");
		put(grad, "text", marked(box.reached));
		put(box.drawn, "class", list("node", box.there && node && !isFinite(node.data) ? "bad" : kind(box.reached), lit.has(box) && "lit", box === now && "now", box.found && "found", chosen === box && "chosen"));
	}
	for (const arrow of arrows) {
		const {tail, head, local, share, nothing, uses, plain, parts: [path, above, below]} = arrow, here = current.includes(arrow);
		const done = ended || known.has(arrow) || view.note && tail.reached != null, told = !plain || lit.has(arrow) || here;
		put(path, "stroke-width", width(done ? share : null));
		put(above, "text", !told ? "" : local != null && head.there && (done || !hiding()) ? `× ${short(local)}` : uses > 1 ? `${uses} uses` : "");
		put(below, "text", !told || !done ? "" : nothing ? "∅ nothing" : share != null ? `+= ${marked(share)}` : "");
		put(arrow.drawn, "class", list("arrow", done && (nothing ? "zero" : kind(share)), lit.has(arrow) && "lit", here && "now"));
		const [from, to] = steps[at - 1]?.arrow ? [head, tail] : [tail, head]; // a gradient goes back, a number forward
		if (here) assign(arrow.drawn.dataset, {from: from.id, to: to.id});
		else for (const end of ["from", "to"]) delete arrow.drawn.dataset[end];
	}
	detail();
}
function legend() {
	the.scale.replaceChildren(...[most, most / 10, most / 100, -most, 0, NaN].map(x =>
		html("span", svg("svg", {class: kind(x)}, svg("path", {d: "M0,5H34", "stroke-width": width(x)})), marked(x))));
}

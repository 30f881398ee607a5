// A folded box opens: what is in it takes its place in a frame, and the rest of the drawing makes room

const opened = new Set(), TITLE = 28, MANY = 6; // the ids of the boxes that are open; the height of a frame's name; arrows at a box, more of which have no numbers
let frames = [], stage; // the level at which they are open
const drawn = ({inside, label}) => { // what is in a box, laid out; its numbers begin with ids
	const {ids, shape} = trace.insides[inside], found = {...trace.shapes[shape]};
	let next = 0;
	for (const part of ["boxes", "in", "out"]) found[part] = found[part].map(entry => [ids[next++], ...entry]);
	found.boxes = found.boxes.map(boxed);
	for (const box of found.boxes) if (box.name.startsWith(label + ".")) box.name = box.name.slice(label.length + 1); // w[0], not layers[0].w[0]
	found.arrows = tied(found.arrows, found.boxes);
	return found;
};
const stretch = spans => { // [from, to, how much larger]: where a number goes when these parts of a line grow
	const cuts = [...new Set(spans.flatMap(([from, to]) => [from, to]))].sort((a, b) => a - b);
	const larger = cuts.map(cut => max(0, ...spans.map(([from, to, by]) => from <= cut && to > cut ? by - 1 : 0)));
	return x => cuts.reduce((sum, from, i) => sum + larger[i] * max(0, min(x, cuts[i + 1]) - from || 0), x);
};
function room(drawing, frame) { // makes room in a drawing for the boxes that are open in it
	for (const arrow of drawing.arrows) arrow.down = arrow.y - arrow.head.y;
	for (const box of drawing.boxes) {
		assign(box, {frame, middle: box.y, drawing: null});
		if (opened.has(box.id)) room(box.drawing = drawn(box), box);
	}
	const open = drawing.boxes.filter(box => box.drawing);
	const wider = open.map(({x, w, drawing}) => [x - w / 2, x + w / 2, max(1, drawing.w / w)]), right = stretch(wider);
	const down = stretch(open.map(({y, h, drawing}) => [y - h / 2, y + h / 2, max(1, (drawing.h + TITLE) / h)]));
	for (const box of drawing.boxes) {
		const {x, y, w, h} = box, ends = [right(x - w / 2), right(x + w / 2), down(y - h / 2), down(y + h / 2)];
		const beside = wider.filter(([from, to]) => from < x + w / 2 && to > x - w / 2).flatMap(([from, to]) => [right(from), right(to)]);
		assign(box, {x: (ends[0] + ends[1]) / 2, y: (ends[2] + ends[3]) / 2, left: min(...beside), right: max(...beside)}); // of its column
		if (box.drawing) assign(box, {w: max(w, box.drawing.w), h: max(h, box.drawing.h + TITLE)});
	}
	assign(drawing, {w: right(drawing.w), h: down(drawing.h), to: ([x, y]) => [right(x) + drawing.dx, down(y) + drawing.dy]});
}
function place(drawing, dx, dy) { // its boxes, and what is in those that are open, on the whole drawing
	assign(drawing, {dx, dy});
	for (const box of drawing.boxes) {
		box.x += dx;
		box.y += dy;
		if (!box.drawing) all.push(box);
		else frames.push(box), place(box.drawing, box.x - box.w / 2, box.y - box.h / 2 + TITLE);
	}
}
const around = box => box ? [box.frame, ...around(box.frame)] : []; // the frames that a box is in, and the whole
function way(tail, head, {to: node, at}, top) { // of an arrow: out of frames, across, and into frames
	const shared = around(tail).find(frame => around(head).includes(frame)), bends = [], last = [];
	let t = tail, h = head, y;
	const edge = (box, side) => box[side] + (box.frame?.drawing ?? top).dx, out = edge(tail, "right"), into = edge(head, "left"); // of columns that frames make wide
	for (; t.frame !== shared; t = t.frame) {
		const {drawing: {out, to}, x, w} = t.frame, [, , height, path] = out.find(([id]) => id === node);
		bends.push(...path.map(to), [x + w / 2, to([0, height])[1]]);
	}
	for (; h.frame !== shared; h = h.frame) {
		const {drawing: {boxes, in: ways, to}, x, w} = h.frame;
		const [, , height, low, , path] = ways.find(([id, end, , , position]) => id === node && boxes[end] === h && (position ?? at) === at);
		last.unshift([x - w / 2, to([0, height])[1]], ...path.map(to));
		y ??= h.y + low - h.middle;
	}
	const {arrows, to} = shared?.drawing ?? top, across = arrows.find(arrow => arrow.tail === t && arrow.head === h && (arrow.at ?? at) === at);
	y ??= h.y + (across?.down ?? 0);
	bends.push(...(across?.bends ?? []).map(to), ...last);
	if (isFinite(out) && out < (bends[0]?.[0] ?? into)) bends.unshift([out, tail.y]); // past a frame above or below
	if (into < Infinity && into > (bends.at(-1)?.[0] ?? -1)) bends.push([into, y]);
	return {y, bends};
}
function unfold() {
	const top = {boxes: all, arrows, w: view.w, h: view.h}, home = {}, found = {};
	if (stage !== view.level) opened.clear();
	stage = view.level;
	frames = [];
	room(top);
	all = [];
	place(top, 0, 0);
	if (!frames.length) return;
	assign(view = {...view}, {w: top.w, h: top.h});
	for (const box of all) for (const id of box.nodes ?? [box.id]) home[id] = box;
	for (const row of trace.sweep) {
		const tail = home[row.to], head = home[row.from], folded = tail.nodes || head.nodes;
		if (tail === head) continue;
		const arrow = found[[tail.id, head.id, folded ? "" : row.at]] ??= {tail, head, at: folded ? null : row.at, uses: 0, ...way(tail, head, row, top)};
		if (folded) arrow.uses++;
	}
	arrows = Object.values(found);
	const count = {};
	for (const {head} of arrows) count[head.id] = (count[head.id] ?? 0) + 1;
	for (const arrow of arrows) arrow.plain = count[arrow.head.id] > MANY;
}
const plainly = build;
build = () => { // with a corner to click on every box that opens or closes, and the frames behind all
	unfold();
	plainly();
	for (const box of frames) {
		const {id, x, y, w, h, name} = box;
		box.drawn = svg("g", {"data-id": id, role: "button", tabindex: -1, class: "node lit"},
			svg("rect", {x: x - w / 2, y: y - h / 2, width: w, height: h, rx: 12, "fill-opacity": .4}), svg("text", {x: x - w / 2 + 14, y: y - h / 2 + 20, class: "sign"}, name));
	}
	the.world.prepend(...frames.map(({drawn}) => drawn));
	for (const box of [...frames, ...all]) {
		if (box.inside == null) continue;
		const x = box.x + box.w / 2, y = box.y - box.h / 2, open = opened.has(box.id);
		box.drawn.setAttribute("aria-expanded", open);
		box.drawn.append(svg("g", {class: "fold lit", "aria-hidden": true}, svg("rect", {x: x - 12, y: y - 12, width: 24, height: 24, rx: 12, "stroke-dasharray": "none"}),
			svg("path", {d: `M${x - 6},${y}h12${open ? "" : "m-6-6v12"}`, "stroke-width": 2.5, "stroke-dasharray": "none"})));
	}
};
const holds = ({box, grad}) => (boxes[box].nodes ?? [box]).filter(id => grad !== undefined || nodes[id].op).map(id => [grad === undefined, id].join()); // of a step, what it makes known
function toggle(id) { // what has been stepped through stays so, and the corner of the box stays where it is
	const before = boxes[id];
	if (before?.inside == null) return;
	const done = new Set(steps.slice(0, at).flatMap(holds)), corner = ({x, y, w, h}) => [x - w / 2, y - h / 2], [left, top] = corner(before);
	const known = chosen?.id, focused = graph.contains(document.activeElement);
	opened.delete(id) || opened.add(id);
	arrange();
	build();
	chosen = known ? boxes[known] ?? boxes[id] : null;
	if (ended) renew(1e9);
	else {
		renew(0);
		go([...steps, null].findIndex(step => !step || !holds(step).every(each => done.has(each))), true);
	}
	if (chosen) explain(chosen.id);
	const box = boxes[id], [x, y] = corner(box), fits = max((box.w + 44) / wide, (box.h + 44) / high) <= READABLE;
	stop(box);
	if (focused) box.drawn.focus();
	look(seen[0] + x - left, seen[1] + y - top, seen[2], seen[3]);
	if (!sized && max(view.w / wide, view.h / high) <= READABLE) return fit();
	if (!sized) size = fits ? size : READABLE;
	show(fits || sized ? {...box, w: box.w + 16, h: box.h + 16} : {x: x + wide * size / 2, y: y + high * size / 2, w: wide * size - 28, h: high * size - 28});
}
graph.addEventListener("click", ({target, detail}) => (!detail || target.closest(".fold")) && toggle(target.closest(".node")?.dataset.id));
graph.ondblclick = ({target}) => target.closest(".fold") || toggle(target.closest(".node")?.dataset.id);
graph.onkeydown = ({key, target: {dataset}}) => {
	if (key === "Enter") toggle(dataset.id);
	if (key === "o") toggle(boxes[dataset.id]?.inside == null ? boxes[dataset.id]?.frame?.id : dataset.id);
};
document.querySelector("aside > small").prepend("Click + or Enter opens a box, O closes it, ");

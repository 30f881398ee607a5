// Pan and zoom: with a mouse, with two fingers, by keys, and by itself to where a step happens

const READABLE = 1.32; // units of the drawing to a pixel: beyond, letters are below 9 pixels
let seen, size, sized, awake, dragged, wide, high, shown = []; // x, y, width and height; units to a pixel, and whether somebody chose them; whether the graph was clicked; its pixels; what was to be seen last
const held = new Map(); // the fingers, or the mouse, on the graph
function look(...part) { // the drawing moves in its frame: a browser lays out all its text anew when the frame does
	const [x, y, w] = seen = part;
	put(the.world, "transform", `scale(${wide / w}) translate(${-x},${-y})`);
	self.cull?.(); // travels with a large drawing only
}
new ResizeObserver(() => { // at first it has none in a notebook; and the line of text above it may grow
	[wide, high] = [graph.clientWidth, graph.clientHeight];
	if (!wide) return;
	put(graph, "viewBox", `0 0 ${wide} ${high}`); // paper has another width
	if (seen && stood !== upright()) { // a phone was turned
		const here = at;
		enter();
		return go(here);
	}
	if (!seen || ended && !sized) return fit();
	look(seen[0], seen[1], wide * size, high * size);
	show(...shown);
}).observe(graph);
function fit() {
	if (!wide) return;
	size = max(view.w / wide, view.h / high, .75);
	if (!sized) size = min(size, READABLE);
	look((view.w - wide * size) / 2, (view.h - high * size) / 2, wide * size, high * size);
	if (!sized) show(summit());
}
function zoom(by, fx = .5, fy = .5) {
	const [x, y, w, h] = seen;
	sized = true;
	shown = [];
	if (w * by < 50 || w * by > 1e5) return;
	size *= by;
	look(x + w * (1 - by) * fx, y + h * (1 - by) * fy, w * by, h * by);
}
function show(...some) { // all of them, moving the view as little as that takes
	shown = some;
	if (!seen || !some.length) return;
	const ends = (at, part) => [min(...some.map(box => box[at] - box[part] / 2)) - 14, max(...some.map(box => box[at] + box[part] / 2)) + 14];
	const [left, right] = ends("x", "w"), [top, low] = ends("y", "h"), scale = max(size, (right - left) / wide, (low - top) / high);
	const w = wide * scale, h = high * scale, inside = (from, to, start, length) => min(max(start, to - length), from);
	look(inside(left, right, seen[0] + (seen[2] - w) / 2, w), inside(top, low, seen[1] + (seen[3] - h) / 2, h), w, h);
}
function wake(now) { // from then on the wheel and one finger move the drawing, not the notebook around it
	graph.classList.toggle("awake", awake = now);
}
const spread = () => {
	const [a, b] = [...held.values()];
	return b && {x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, far: hypot(a.x - b.x, a.y - b.y)};
};
const part = (x, y) => {
	const {left, top, width, height} = graph.getBoundingClientRect();
	return [(x - left) / width, (y - top) / height];
};
assign(graph, {
	onmousedown(event) { // a click explains a node; it does not take the keys away from the steps
		event.preventDefault();
		document.activeElement.blur();
		focus();
	},
	onpointerdown: ({x, y, pointerId}) => held.set(pointerId, {x, y, x0: x, y0: y}),
	onpointermove({x, y, pointerId}) {
		const finger = held.get(pointerId), before = spread();
		if (!finger || !finger.far && hypot(x - finger.x0, y - finger.y0) < 4) return;
		const scale = seen[2] / wide, dx = x - finger.x, dy = y - finger.y;
		assign(finger, {x, y, far: true});
		graph.setPointerCapture(pointerId);
		if (before) zoom(before.far / spread().far, ...part(spread().x, spread().y));
		else look(seen[0] - dx * scale, seen[1] - dy * scale, seen[2], seen[3]);
	},
	onpointerup({pointerId}) {
		dragged = held.get(pointerId)?.far;
		held.delete(pointerId);
	},
	onclick({target, detail}) { // without a detail it is that of a screen reader
		if (detail && dragged) return;
		wake(true);
		explain(target.closest(".node")?.dataset.id);
	},
	onpointercancel: ({pointerId}) => held.delete(pointerId),
	onwheel(event) {
		if (!awake && !event.ctrlKey) return; // ctrl: two fingers on a touchpad
		event.preventDefault();
		zoom(1.0015 ** event.deltaY, ...part(event.x, event.y));
	},
	ontouchmove: event => event.touches[1] && event.preventDefault(),
	onkeyup: ({target}) => show(boxes[target.dataset.id]), // Tab or an arrow has led to it
});
document.onpointerdown = ({target}) => graph.contains(target) || wake(false);

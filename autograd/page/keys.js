// Buttons and keys, and the page as it opens

function jump(to) {
	timer = clearInterval(timer);
	the.play.textContent = "Play";
	go(to);
}
const acts = {
	home: () => jump(0), back: () => jump(at - 1), next: () => jump(at + 1), end: () => jump(1e9),
	play() {
		if (timer) return jump(at);
		if (ended) go(0);
		the.play.textContent = "Pause";
		timer = setInterval(() => ended || question() ? jump(at) : go(at + 1), 1200);
	},
	predict() {
		right = asked = 0;
		the.score.textContent = "";
		jump(the.predict.checked ? steps.findIndex(step => step.hint) : at);
		the.guess.focus();
	},
	theme() { document.documentElement.style.colorScheme = (dark = !dark) ? "dark" : "light"; },
	in: () => zoom(.8), out: () => zoom(1.25), check: answer, fresh, step: update, reset,
	fit() {
		sized = true;
		fit();
	},
};
const theme = getComputedStyle(graph).colorScheme;
let dark = theme === "dark" || theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches;
for (const id in acts) the[id].onclick = acts[id];
the.slider.oninput = () => jump(+the.slider.value);
the.find.oninput = () => {
	go(at, true);
	all.filter(box => box.found).slice(0, 1).forEach(box => show(box));
};
the.rate.onchange = values;
the.level.onchange = enter;

let stopped; // the one box at which Tab stops; arrow keys lead on from there
function stop(box) {
	if (stopped) put(stopped, "tabindex", -1);
	put(stopped = box.drawn, "tabindex", 0);
}
function walk(box, [dx, dy]) { // to the nearest box that way
	const way = other => {
		const x = other.x - box.x, y = other.y - box.y, along = x * dx + y * dy;
		return along > 9 ? along + 3 * abs(x * dy) + 3 * abs(y * dx) : Infinity;
	};
	const next = all.reduce((best, other) => way(other) < way(best) ? other : best, box);
	stop(next);
	show(next);
	next.drawn.focus();
}
const ways = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
const keys = {ArrowRight: "next", ArrowLeft: "back", Home: "home", End: "end", " ": "play", p: "predict", n: "fresh", u: "step", "+": "in", "-": "out", f: "fit"};
document.onkeydown = event => {
	const {target, key} = event, typing = target.matches("#find, #guess, select, aside input"), box = boxes[target.dataset.id];
	if (event.ctrlKey || event.metaKey || event.altKey) return;
	if (key === "Enter") target === the.guess ? answer() : box && explain(box.id);
	if (key === "Escape") target.blur(), wake(false), explain();
	if (typing || key === " " && target.matches("button, summary, input")) return;
	if (key in keys || key === "/" || ways[key]) event.preventDefault();
	if (box && ways[key]) walk(box, ways[key]);
	else if (key in keys && !the[keys[key]].closest("[hidden]")) the[keys[key]].click();
	if (key === "/") the.find.focus();
};

for (const name in exports) the.exports.append(assign(html("button", name), {onclick: exports[name]}));
the.level.append(...trace.views.map(({level}) => html("option", level)));
the.level.value = trace.level;
the.level.parentNode.hidden = !trace.views[1];
the.exports.hidden = window !== parent; // a notebook's frame allows no downloads
onpageshow = () => { // a browser that comes back to a page fills in its fields as they were
	the.level.value = view.level;
	go(at, true);
};
enter();
if (trace.now) move(trace.now); // the leaves of a page that was saved after they had moved

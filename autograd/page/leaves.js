// The leaves, each with a slider and a field; and one update after another

const SHOWN = 60; // rows of a table; others are a click on their node away
let losses = [], lines = []; // of root, before and after each update; what each row of a table shows
const field = (leaf, given) => assign(make(html("input"), {"aria-label": called(leaf), ...given}, []), {
	oninput({target}) {
		const x = parse(target.value);
		if (x != null) move({[leaf.id]: given.step > 0 ? +x.toPrecision(12) : x});
	},
});
function line(leaf) { // slider and field keep to numbers that a person would type
	const {id} = leaf, middle = isFinite(was[id]) ? was[id] : 0, reach = max(2, 2 * abs(middle)), step = 10 ** floor(log10(reach / 20));
	const end = by => +(round((middle + by * reach) / step) * step).toPrecision(12);
	const slider = field(leaf, {type: "range", min: end(-1), max: end(1), step: +step.toPrecision(1)}), number = field(leaf, {type: "number", step: "any"});
	// layers[0].neurons[1].w[0] is written l0.n1.w[0]: its last letters alone would not tell the layer
	const name = assign(html("th", cut(called(leaf).replace(/(\w)\w+\[(\d+)]./g, "$1$2."), 12)), {scope: "row", title: called(leaf)}), grad = html("td"), after = html("td");
	lines.push({leaf, slider, number, grad, after});
	return assign(html("tr", name, html("td", slider), html("td", number), grad, after), {ondblclick: () => move({[id]: was[id]})});
}
function tabulate() { // those of the chosen box, if it has any
	const own = leaves.filter(({id}) => (chosen?.nodes ?? [chosen?.id]).includes(id)), some = own.length ? own : leaves;
	lines = [];
	the.leaves.replaceChildren(html("table", html("tr", ...["leaf", "", "data", "grad", "after"].map(word => html(word ? "th" : "td", word))), ...some.slice(0, SHOWN).map(line)),
		some.length > SHOWN ? `and ${some.length - SHOWN} more: click one to move it` : "");
}
function values() {
	const rate = +the.rate.value;
	for (const {leaf, slider, number, grad, after} of lines) {
		const known = ended || boxes[leaf.id]?.reached != null;
		slider.value = leaf.data;
		if (number !== document.activeElement) number.value = isFinite(leaf.data) ? leaf.data : "";
		grad.textContent = known ? short(leaf.grad) : "–";
		after.textContent = ended && moving.includes(leaf) ? short(leaf.data - rate * leaf.grad) : "";
	}
}
function update() {
	const broken = moving.find(leaf => !isFinite(leaf.grad));
	if (broken) return say(`The gradient of ${called(broken)} is ${short(broken.grad)}: an update would leave no number.`, "");
	if (!losses.length) losses.push(root.data);
	move(fromEntries(moving.map(leaf => [leaf.id, leaf.data - the.rate.value * leaf.grad])));
	losses.push(root.data);
	chart();
	say(`${called(root)}: ${short(losses.at(-2))} → ${short(root.data)}`, `w ← w - ${the.rate.value} × grad`);
}
function reset() {
	losses = [];
	chart();
	move(was);
}
function chart() {
	const shown = losses.filter(isFinite), low = min(...shown), span = max(...shown) - low || 1, last = losses.length - 1;
	const words = `${called(root)} over ${last} update${last > 1 ? "s" : ""}: ${short(losses[0])} to ${short(losses[last])}`;
	const points = losses.map((x, i) => isFinite(x) ? `${4 + 312 * i / last},${56 - 50 * (x - low) / span}` : "").join(" ");
	the.losses.replaceChildren(...last < 1 ? [] : [words, svg("svg", {viewBox: "0 0 320 60", role: "img", "aria-label": words, class: "pos"}, svg("path", {d: "M" + points, "stroke-width": 2}))]);
}

// A level of the graph, and the steps through it

let view, boxes, all, arrows, steps, at, ended, chosen, lit = new Set(), timer, right = 0, asked = 0, stood;
const upright = () => graph.clientHeight > graph.clientWidth;
const boxed = ([id, x, y, w = 132, h = 68, more]) => {
	const node = nodes[more?.out ?? id];
	return boxes[id] = {id, x, y, w, h, node, name: more?.label ?? called(node), ...more};
};
const tied = (arrows, ends) => arrows.map(([tail, head, y, at, more]) => ({tail: ends[tail], head: ends[head], y, at, ...more}));
function arrange() {
	view = trace.views[the.level.selectedIndex];
	stood = upright();
	if (view.tall && stood) view = {...view, ...view.tall}; // from top to bottom, on a phone
	boxes = {};
	all = view.boxes.map(boxed);
	arrows = tied(view.arrows, all);
	view.places?.forEach(([x, y], i) => assign(all[i], {x, y}));
	view.ways?.forEach((way, i) => {
		const [y, bends = arrows[i].bends] = [way].flat();
		assign(arrows[i], {y, bends});
	});
}
function enter() {
	arrange();
	chosen = null;
	lit = new Set();
	build();
	tabulate();
	renew(1e9);
	sized = false;
	fit();
}
function renew(to) { // what follows from the numbers of the nodes
	for (const {arrow, local, share} of trace.sweep) if (arrow) assign(arrow, {local, share, nothing: share == null});
	for (const box of all) box.grad = box.node?.grad;
	if (view.note) gather();
	most = 1;
	for (const {grad, share = grad} of [...trace.nodes, ...trace.sweep]) if (abs(share) < 1e307) while (most < abs(share)) most *= 10;
	steps = view.note ? folded() : scalars();
	the.slider.max = steps.length;
	the.note.textContent = list(view.note, trace.note);
	the.error.textContent = unreal();
	legend();
	go(to ?? (ended ? 1e9 : at), true);
}
const scalars = () => [ // forward, a step for each operation; backward, a step for each +=
	...trace.nodes.filter(node => node.op).map(node => ({box: node.id, into: node.id})),
	{box: root.id, grad: 1, say: `grad(${called(root)}) = 1`, more: "backward, from the root"},
	...trace.sweep.filter(row => row.share != null).map(row => {
		const from = nodes[row.from], {symbol, why} = trace.ops[from.op], sum = row.sum == null ? "" : `, in all ${short(row.sum)}`;
		return {
			box: row.to, grad: row.sum ?? row.share, arrow: row.arrow,
			say: `grad(${called(nodes[row.to])}) += ${factor(from.grad)} × ${factor(row.local)} = ${short(row.share)}${sum}`,
			more: `upstream × local derivative, back through ${called(from)} (${symbol}): ${why}`,
			hint: `${computed(from)} has gradient ${short(from.grad)}`,
		};
	}),
];
const summit = () => all.find(({id, nodes}) => id === root.id || nodes?.includes(root.id));
const hiding = () => the.predict.checked && !ended; // a prediction is to be made
const question = () => hiding() && steps[at].hint;
const say = (text, more) => the.say.replaceChildren(text, html("small", more));
function go(to, stay) {
	at = max(0, min(steps.length, to));
	ended = at === steps.length;
	const step = steps[at - 1] ?? {say: "Only the leaves are known.", more: "Press → to begin."}, box = boxes[step.box];
	if (ended && stay) say("Everything is computed.", moved() ? "with the leaves as moved" : "Press Start, then →, or move a leaf.");
	else say(step.say ?? computed(box.node), step.more ?? "forward");
	the.slider.value = at;
	the.count.textContent = `${at} of ${steps.length}`;
	the.ask.hidden = !question();
	the.question.textContent = `What does grad(${boxes[steps[at]?.box]?.name}) become? ${question()}.`;
	the.guess.value = "";
	the.fresh.hidden = !the.predict.checked;
	the.update.hidden = hiding();
	const now = ended ? [] : step.arrow ? [step.arrow] : step.into ? arrows.filter(arrow => arrow.head.id === step.into) : [];
	draw(!ended && box, now);
	values();
	if (box && !ended && !stay) show(box, ...now.flatMap(({tail, head}) => [tail, head]));
}
function answer() {
	const given = parse(the.guess.value.replace("−", "-")), step = steps[at];
	if (given == null) {
		the.guess.select();
		return say("Type a number, as -0.5.", "");
	}
	const good = same(given, step.grad) || abs(given - step.grad) <= .01 * abs(step.grad);
	right += good;
	the.score.textContent = `${right} of ${++asked} right`;
	go(at + 1);
	say(`${good ? "Right" : "No"}: ${step.say}`, step.more);
	the.guess.focus();
}
function fresh() { // the same questions about other numbers, at which everything has a value
	let tries = 50;
	do move(fromEntries(leaves.map(({id}) => [id, +(was[id] + (random() - .5) * 2 * max(1, abs(was[id]))).toPrecision(2)])));
	while (unreal() && --tries);
	jump(steps.findIndex(step => step.hint));
	the.guess.focus();
}

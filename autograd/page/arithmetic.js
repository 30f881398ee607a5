// Forward and backward again, with the rows of the table, whenever a leaf has moved

function forward() {
	for (const node of trace.nodes) {
		if (!node.op) continue;
		node.numbers = node.operands.map((id, i) => id ? nodes[id].data : node.numbers[i]);
		if (rows[node.op]) node.data = rows[node.op][0](...node.numbers);
	}
}
function backward(alive) { // with the local derivatives that Python had, or with those of now
	let from, locals;
	for (const node of trace.nodes) node.sum = null; // no gradient has reached it
	root.sum = 1;
	for (const row of trace.sweep) { // users first: the gradient of row.from is whole
		if (from !== nodes[row.from]) {
			from = nodes[row.from];
			locals = alive && rows[from.op]?.[1](from.data, ...from.numbers) || from.locals;
		}
		row.local = locals[row.at]; // null: nothing goes back this way
		const nothing = from.sum == null || row.local == null, to = nodes[row.to];
		row.share = nothing ? null : from.sum * row.local;
		row.sum = nothing || to.sum == null ? null : to.sum + row.share; // the share alone is the sum
		if (!nothing) to.sum = row.sum ?? row.share;
	}
	for (const node of trace.nodes) node.grad = (node.sum ?? 0) + 0; // never -0
}
const was = fromEntries(leaves.map(leaf => [leaf.id, leaf.data]));
const moved = () => leaves.some(leaf => !same(leaf.data, was[leaf.id]));
function unreal() { // the first node with no real value, in words
	const node = trace.nodes.find(({op, numbers, data}) => op && !isFinite(data) && numbers.every(isFinite) && !"+-×".includes(trace.ops[op].symbol));
	if (!node) return "";
	const {symbol, wants} = trace.ops[node.op];
	return `${computed(node)}: ${wants ? `${symbol} wants ${wants}` : "too large for a float"}. Python stops here with an error.`;
}
function move(changes) { // {id: number}, of leaves
	for (const id in changes) nodes[id].data = changes[id];
	if (moved()) forward();
	else read().nodes.forEach((node, i) => assign(trace.nodes[i], node)); // as Python recorded it
	backward(moved());
	renew();
}
backward();

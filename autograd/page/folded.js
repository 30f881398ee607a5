// The steps through a level at which modules are folded into boxes

function folded() { // forward, a step for each box that computes; backward, a step for each box
	const uses = {}, ahead = [], back = [];
	for (const row of trace.sweep) if (row.share != null) (uses[row.to] ??= []).push(row);
	for (const {id: box, node, name, nodes: inside, grad} of all) {
		if (node) {
			const rows = uses[node.id] ?? [], upstream = rows.map(row => factor(nodes[row.from].grad));
			const terms = rows.map((row, i) => `${upstream[i]} × ${factor(row.local)}`).join(" + ");
			back.push({
				box, grad: node.grad, say: `grad(${name}) = ${rows.length && rows.length < 7 ? terms + " = " : ""}${short(node.grad)}`,
				more: rows.length ? "upstream × local derivative, summed over its uses" : node === root ? "backward, from the root" : "nothing goes back to it",
				hint: rows.length && `Its ${rows.length > 1 ? rows.length + " uses have" : "use has"} gradient ${upstream.slice(0, 6).join(", ")}${rows.length > 6 ? ", …" : ""}`,
			});
		} else if (grad != null) back.push({box, grad, say: `The gradient of the leaves of ${name} has length ${short(grad)}`, more: "backward"});
		const many = inside?.filter(id => nodes[id].op).length;
		if (inside) ahead.push({box, say: node ? `${name} = ${short(node.data)}` : `${name} computes`, more: `forward: ${many} operation${many > 1 ? "s" : ""}`});
		else if (node?.op) ahead.push({box, into: box});
	}
	return [...ahead, ...back.reverse()];
}
function gather() { // what comes back along the uses of a module, and the length of the gradient of its leaves
	for (const arrow of arrows.filter(arrow => arrow.uses)) arrow.rows = [];
	for (const row of trace.sweep) row.arrow?.rows?.push(row);
	for (const arrow of arrows) {
		if (!arrow.uses) continue;
		const carry = arrow.rows.filter(row => row.share != null), one = new Set(arrow.rows.map(row => row.to)).size === 1; // of several nodes they do not add up
		arrow.local = arrow.rows.length === 1 ? arrow.rows[0].local : null;
		arrow.share = one && carry.length ? carry.reduce((sum, row) => sum + row.share, 0) : null;
		arrow.nothing = !carry.length;
	}
	for (const box of all.filter(box => box.nodes && !box.node)) {
		const inside = box.nodes.map(id => nodes[id]).filter(node => !node.op);
		if (inside.length) box.grad = hypot(...inside.map(leaf => leaf.grad));
	}
}

// Every path from a node to the root, and what is known of the node

function paths(id) { // how many, and the strongest
	const found = {[root.id]: {count: 1, list: [{product: 1}]}}, rank = path => isNaN(path.product) ? Infinity : abs(path.product);
	for (const row of trace.sweep) { // users first: the paths of row.from are known
		const from = found[row.from];
		if (!from || row.share == null) continue;
		const to = found[row.to] ??= {count: 0, list: []};
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
	for (const row of trace.sweep.toReversed())
		if (above.has(row.to) && row.share != null) above.add(row.from) && lit.add(row.arrow).add(row.arrow?.head);
	if (chosen) stop(chosen);
	tabulate();
	go(at, true);
}
function detail() {
	const add = (...more) => the.node.append(...more);
	graph.classList.toggle("explained", !!chosen);
	the.node.replaceChildren(html("h2", chosen?.name ?? "Explain"));
	if (!chosen) return add("Click a node for every path from it to the root.");
	const {node, reached, there} = chosen;
	const facts = entries({
		data: node && there && plain(node.data), [node ? "grad" : "|grad|"]: reached != null && plain(reached), id: node?.id,
		by: node?.op && there && computed(node), "local derivative": trace.ops[node?.op]?.why, line: node?.line,
	});
	add(html("dl", ...facts.flatMap(([name, fact]) => fact ? [html("dt", name), html("dd", fact)] : [])));
	if (!node || hiding()) return;
	if (reached == null) return add("Step on until its gradient is known.");
	const {count, list} = paths(node.id);
	add(html("p", `Paths to ${called(root)}: ${count}, and the local derivatives along each`), html("ol", ...list.map(written)));
	if (count > list.length) add(html("p", `and ${count - list.length} weaker ones, together ${short(list.reduce((sum, path) => sum - path.product, node.grad))}`));
	add(html("b", `sum = gradient = ${short(node.grad)}`));
}

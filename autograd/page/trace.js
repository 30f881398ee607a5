// What Python recorded: the nodes with their local derivatives, and the levels of the graph. The arithmetic that moves it
// stands before this, in `rows`: the rows of the table that this graph uses. Text becomes text nodes, never markup.

const {abs, ceil, floor, hypot, log10, max, min, random, round} = Math, {assign, entries, fromEntries, is: same} = Object;
const original = "<!DOCTYPE html>\n" + document.documentElement.outerHTML;
const the = fromEntries([...document.querySelectorAll("[id]")].map(element => [element.id, element]));
const {graph} = the;
const special = {__proto__: null, nan: NaN, inf: Infinity, "-inf": -Infinity}; // JSON has no word for them
const read = () => {
	const found = JSON.parse(the.trace.textContent, (key, value) => value?.trim && !/^(label|line)$/.test(key) ? special[value] ?? value : value);
	found.nodes.forEach((node, i) => {
		node.id = "n" + i;
		const were = node.numbers = node.operands?.map((at, i) => node.numbers?.[i] ?? found.nodes[at].data); // where they are not told
		if (node.data == null) node.locals = rows[node.op][1](node.data = rows[node.op][0](...were), ...were); // a film gives the leaves alone
		node.operands = node.operands?.map(i => i == null ? i : "n" + i); // null: a constant
	});
	return found;
};
const trace = read();
const nodes = fromEntries(trace.nodes.map(node => [node.id, node])), root = trace.nodes.at(-1);
trace.sweep = trace.nodes.toReversed().flatMap(node => (node.operands ?? []).flatMap((to, at) => to ? {from: node.id, to, at} : [])); // users first
const moving = trace.update.map(i => trace.nodes[i]); // by an update; they come first
const leaves = [...new Set([...moving, ...trace.nodes.filter(node => !node.op)])];

// What Python recorded: the nodes, the order of the sweep, and the levels of the graph. The arithmetic that moves it
// stands before this, in `rows`: the rows of the table that this graph uses. Text becomes text nodes, never markup.

const {abs, ceil, floor, hypot, log10, max, min, random, round} = Math, {assign, entries, fromEntries, is: same} = Object;
const original = "<!DOCTYPE html>\n" + document.documentElement.outerHTML;
const the = fromEntries([...document.querySelectorAll("[id]")].map(element => [element.id, element]));
const {graph} = the;
const special = {nan: NaN, inf: Infinity, "-inf": -Infinity}; // JSON has no word for them
const read = () => {
	const found = JSON.parse(the.trace.textContent, (key, value) => /^(label|line)$/.test(key) ? value : special[value] ?? value);
	for (const node of found.nodes) node.numbers ??= node.operands?.map(id => found.nodes[id.slice(1)].data); // as told, where that is not so
	for (const row of found.sweep) row.at ??= 0; // the first operand
	return found;
};
const trace = read();
const nodes = fromEntries(trace.nodes.map(node => [node.id, node])), root = nodes[trace.root];
const moving = trace.update.map(id => nodes[id]); // by an update; they come first
const leaves = [...new Set([...moving, ...trace.nodes.filter(node => !node.op)])];

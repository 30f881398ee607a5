// How numbers, nodes and elements are written

const parse = text => special[text] ?? (text.trim() && !isNaN(text) ? +text : null); // null: no number, or half of one
const factor = x => x < 0 ? `(${short(x)})` : short(x);
const kind = x => x == null ? "" : !isFinite(x) ? "bad" : x > 0 ? "pos" : x < 0 ? "neg" : "zero";
const marked = x => (x === 0 ? "∅ " : kind(x) === "bad" ? "! " : "") + short(x);
const called = node => node.label || node.id;
const cut = (text, most = 20) => [...text].length > most ? "…" + [...text].slice(1 - most).join("") : text;
const computed = node => {
	const {symbol} = trace.ops[node.op], [a, b] = node.numbers.map(factor), infix = b && !/\w/.test(symbol);
	return `${called(node)} = ${infix ? [a, symbol, b].join(" ") : `${symbol}(${node.numbers.map(short).join(", ")})`} = ${short(node.data)}`;
};
const signed = ({op, operands, numbers}) => { // with a constant in its place
	const {symbol} = trace.ops[op], at = operands.indexOf(null), given = factor(numbers[at]);
	return at < 0 ? symbol : /\w/.test(symbol) ? `${symbol}(${at ? "·, " + given : given + ", ·"})` : at ? `${symbol} ${given}` : `${given} ${symbol}`;
};
const list = (...words) => words.filter(Boolean).join(" ");
const make = (made, given, inside) => {
	for (const name in given) made.setAttribute(name, given[name]);
	made.append(...inside);
	return made;
};
const svg = (tag, given, ...inside) => make(document.createElementNS("http://www.w3.org/2000/svg", tag), given, inside);
const html = (tag, ...inside) => make(document.createElement(tag), {}, inside);

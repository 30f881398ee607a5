// A row of a user's own that does not give what Python got with it moves nothing

const agree = (a, b) => same(a, b) || a === b || abs(a - b) <= 1e-9 * abs(b);
for (const node of trace.nodes)
	if (rows[node.op] && !agree(rows[node.op][0](...node.numbers), node.data)) {
		delete rows[node.op];
		trace.note = list(trace.note, `${trace.ops[node.op].symbol} stands still when a leaf moves: its row does not give here what it gave in Python.`);
	}

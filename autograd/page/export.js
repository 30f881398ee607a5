// Files of what is shown

function save(name, content) {
	assign(html("a"), {download: name, href: URL.createObjectURL(new Blob([content]))}).click();
}
function picture() { // with its style written into it
	const copy = the.world.cloneNode(true), from = the.world.querySelectorAll("*"), {w: width, h: height} = view;
	copy.querySelectorAll("*").forEach((each, i) => {
		for (const name of "fill stroke stroke-width stroke-dasharray opacity paint-order font-size font-weight text-anchor".split(" "))
			each.setAttribute(name, getComputedStyle(from[i])[name]);
	});
	return new XMLSerializer().serializeToString(svg("svg", {width, height, "font-family": "Helvetica, Arial, sans-serif"},
		svg("rect", {width, height, fill: getComputedStyle(document.body).backgroundColor}), ...copy.childNodes));
}
const exports = {
	SVG: () => save("graph.svg", picture()),
	async PNG() {
		const image = new Image(), canvas = html("canvas");
		image.src = "data:image/svg+xml," + encodeURIComponent(picture());
		await image.decode();
		[canvas.width, canvas.height] = [image.width * 2, image.height * 2];
		canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
		canvas.toBlob(blob => save("graph.png", blob));
	},
	PDF: () => print(),
	DOT() {
		const quoted = text => JSON.stringify(text).replaceAll("&", "&amp;");
		save("graph.dot", ["digraph {", "rankdir=LR node [shape=box]",
			...all.map(({id, name, node}) => `${id} [label=${quoted(node ? `${name}\ndata ${node.data}\ngrad ${node.grad}` : name)}]`),
			...arrows.map(({tail, head, share}) => `${tail.id} -> ${head.id} [label=${quoted(short(share))}]`), "}"].join("\n"));
	},
	JSON: () => save("trace.json", JSON.stringify(trace, (key, x) => key === "arrow" ? undefined : x === 1 / 0 || x === -1 / 0 || x !== x ? plain(x) : x)),
	Page() { // with its leaves as they are now
		const now = `,"now":${JSON.stringify(fromEntries(leaves.map(({id, data}) => [id, isFinite(data) ? data : plain(data)])))}}`;
		save("page.html", moved() ? original.replace(the.trace.textContent, text => text.slice(0, -1) + now) : original);
	},
};

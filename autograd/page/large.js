// Of a large drawing a browser is given what is in view, and no text too small to read: it would lay out all of it

function cull() {
	const [x, y, w, h] = seen, near = (left, right, top, low) => left < x + w && right > x && top < y + h && low > y;
	const keep = (drawn, there) => put(drawn, "display", there ? "inline" : "none");
	graph.classList.toggle("far", w / wide > 3.2);
	for (const box of all) keep(box.drawn, near(box.x - box.w / 2, box.x + box.w / 2, box.y - box.h / 2, box.y + box.h / 2));
	for (const {drawn, tail, head, bends = []} of arrows) {
		const xs = [tail.x, head.x, ...bends.map(([x]) => x)], ys = [tail.y, head.y, ...bends.map(([, y]) => y)];
		keep(drawn, near(min(...xs), max(...xs), min(...ys) - tail.h, max(...ys) + head.h));
	}
}
const partly = picture;
picture = () => partly().replace(/ display="\w+"/g, ""); // an exported picture has all

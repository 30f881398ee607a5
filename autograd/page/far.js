// A step whose boxes are too far apart to be read together: those that are far are drawn near for as long as it lasts

let near = []; // arrows, and the boxes at their tails
const drawAlone = draw, showAlone = show;
draw = (...given) => {
	for (const arrow of near) {
		put(arrow.tail.drawn, "transform", "");
		put(arrow.parts[0], "d", curve(arrow));
	}
	near = [];
	drawAlone(...given);
};
show = (...some) => {
	showAlone(...some);
	const now = arrows.filter(({drawn}) => drawn.classList.contains("now")), {head} = now[0] ?? {};
	if (near.length) showAlone(head, ...near.map(({there}) => there));
	if (near.length || !head || seen[2] <= wide * max(size, READABLE) + 1) return;
	const taken = [head], free = box => ![...all, ...taken].some(other => abs(other.x - box.x) < (other.w + box.w) / 2 + 4 && abs(other.y - box.y) < (other.h + box.h) / 2 + 4);
	for (const arrow of now) {
		const {tail} = arrow, {w, h} = tail, x = head.x - head.w / 2 - 86 - w / 2;
		arrow.there = near.find(other => other.tail === tail)?.there;
		for (let i = 0; !arrow.there; i++) { // beside the box, as near as there is room
			const there = {x, y: head.y + (i % 2 ? -1 : 1) * ceil(i / 2) * 40, w, h};
			if (i > 16 || free(there)) arrow.there = there;
		}
		taken.push(arrow.there);
		near.push(arrow);
		put(tail.drawn, "transform", `translate(${arrow.there.x - tail.x},${arrow.there.y - tail.y})`);
		put(arrow.parts[0], "d", curve({...arrow, tail: arrow.there, bends: []}));
	}
	showAlone(head, ...near.map(({there}) => there));
	shown = some;
	the.say.lastChild.append(`. Drawn near for this step: ${[...new Set(near.map(({tail}) => tail.name))].join(", ")}.`);
};

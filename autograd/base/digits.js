// How a number is written. abs is Math.abs; the script around this defines it.
const plain = x => String(x).replace("Infinity", "inf").replace(/e(.)(.)$/, "e$10$2").toLowerCase(); // as Python writes it
const short = x => { // in four digits, as ".4g" of Python: of 0.15625, which lies between two such numbers, the even one
	if (x == null) return "–";
	const between = x.toPrecision(25).match(/^-?[0.]*(\d\.?){3}[02468]\.?5[.0]*(e|$)/);
	const y = +(between ? x * (1 - 2 ** -52) : x).toPrecision(4), size = abs(y);
	return plain(size >= 1e4 || size && size < 1e-4 ? y.toExponential() : y);
};

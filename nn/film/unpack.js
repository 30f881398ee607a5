// What Python packed: JSON, and arrays of numbers; see packing.py. The rest of the script is in it too, and starts here.
const KINDS = { f8: Float64Array, f4: Float32Array };
let film;

async function unpack(text) {
  const packed = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const data = new Uint8Array(await new Response(stream).arrayBuffer()), start = 4 + new DataView(data.buffer).getUint32(0, true);
  const record = JSON.parse(new TextDecoder().decode(data.subarray(4, start)));
  let at = start;
  for (const [name, [kind, width, size]] of Object.entries(record.arrays)) record[name] = numbersIn(data.subarray(at, at += size), KINDS[kind], width);
  return record;
}

// All first bytes, then all second ones, …; with a width, each row is what it adds to the row before.
function numbersIn(planes, Kind, width) {
  const whole = new Uint8Array(planes.length), size = Kind.BYTES_PER_ELEMENT, count = planes.length / size;
  planes.forEach((byte, i) => (whole[(i % count) * size + Math.floor(i / count)] = byte));
  const bits = new Int32Array(whole.buffer);
  for (let i = width; width && i < bits.length; i++) bits[i] += bits[i - width];
  return new Kind(whole.buffer);
}

unpack(document.getElementById("film").textContent).then((found) => {
  film = found;
  const script = document.createElement("script");
  script.textContent = film.script;
  document.body.append(script);
});

// Unpacks the weights of a network: a file of safetensors with numbers of 8, 16 or 32 bits becomes one block of float32.
// `places` in gan_zoo/browser/graph.py computes by the same rule where in the block each tensor begins.

const ALIGNED = 16;
const SCALE = ':scale';

// The value of each half-precision number, by its 16 bits.
function halves() {
  const values = new Float32Array(1 << 16);
  for (let bits = 0; bits < values.length; bits++) {
    const sign = bits >> 15 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 1023;
    if (exponent === 31) values[bits] = fraction ? NaN : sign * Infinity;
    else values[bits] = sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
  }
  return values;
}

// How the numbers of a type become float32; the types that are no floats stay as they are.
const FLOATS = {
  F32: (bytes) => new Float32Array(bytes),
  F64: (bytes) => Float32Array.from(new Float64Array(bytes)),
  F16: (bytes, { half }) => Float32Array.from(new Uint16Array(bytes), (bits) => half[bits]),
  // Each row has a scale of its own.
  I8: (bytes, { scale }) => {
    const values = Float32Array.from(new Int8Array(bytes)), length = values.length / scale.length;
    for (let i = 0; i < values.length; i++) values[i] *= scale[Math.floor(i / length)];
    return values;
  },
};

// The block, as bytes. `content` is an ArrayBuffer; a damaged one throws.
export function unpacked(content) {
  const length = Number(new DataView(content).getBigUint64(0, true)), start = 8 + length;
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(content, 8, length)));
  delete header.__metadata__;
  const bytesOf = (name) => content.slice(...header[name].data_offsets.map((at) => start + at));
  const names = Object.keys(header).filter((name) => !name.endsWith(SCALE));
  names.sort((a, b) => header[a].data_offsets[0] - header[b].data_offsets[0] || header[a].data_offsets[1] - header[b].data_offsets[1]);
  const half = names.some((name) => header[name].dtype === 'F16') ? halves() : null;
  const parts = [];
  let size = 0;
  for (const name of names) {
    const { dtype } = header[name], scale = dtype === 'I8' ? FLOATS.F32(bytesOf(name + SCALE)) : null;
    const bytes = new Uint8Array(dtype in FLOATS ? FLOATS[dtype](bytesOf(name), { half, scale }).buffer : bytesOf(name));
    parts.push([size, bytes]);
    size = ALIGNED * Math.ceil((size + bytes.length) / ALIGNED);
  }
  const block = new Uint8Array(size);
  for (const [at, bytes] of parts) block.set(bytes, at);
  return block;
}

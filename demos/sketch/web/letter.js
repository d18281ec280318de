// A drawing as a word of an address, so that a link carries it: its steps, packed and written with the letters that an address
// takes. What comes from a link is checked like anything from outside.
import { SIDE } from '../../../gan_zoo/browser/web/canvas.js';

// The longest word, the most that it may unpack to, in bytes, and the most steps and points.
const MOST_LETTERS = 6000, MOST_BYTES = 400_000, MOST_STEPS = 160, MOST_POINTS = 20_000;
const PENS = ['pen', 'eraser', 'line', 'rectangle', 'fill'], WHOLE = ['clear', 'mirror'];

async function through(stream, bytes, most = Infinity) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader(), parts = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > most) throw new Error('too large');
    parts.push(part.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function clean(step) {
  if (WHOLE.includes(step.tool)) return { tool: step.tool };
  const isPoint = (point) => Array.isArray(point) && point.length === 3 && point.every(Number.isFinite);
  const { tool, colour, width, points } = step;
  const isGood = PENS.includes(tool) && /^#[0-9a-f]{6}$/i.test(colour) && width > 0 && width <= SIDE
    && Array.isArray(points) && points.length && points.every(isPoint)
    && (tool !== 'fill' || points[0].slice(0, 2).every((at) => at >= 0 && at < SIDE));
  return isGood ? { tool, colour, width, points, hint: Boolean(step.hint), filled: Boolean(step.filled) } : null;
}

// The word of a drawing; '' where it doesn't fit into a link: with a picture in it, or with too many strokes.
export async function written(steps) {
  const from = steps.findLastIndex(({ tool }) => tool === 'clear') + 1, rest = steps.slice(from);
  if (!rest.length || rest.some(({ tool }) => tool === 'picture')) return '';
  // A fill begins in the pixel under the pointer, which is inside the sheet.
  const whole = ({ tool }) => (tool === 'fill' ? Math.floor : Math.round);
  const round = (at) => ([x, y, pressure]) => [at(x), at(y), Math.round(pressure * 100) / 100];
  const short = rest.map((step) => (step.points ? { ...step, points: step.points.map(round(whole(step))) } : step));
  const bytes = await through(new CompressionStream('deflate-raw'), new TextEncoder().encode(JSON.stringify(short)));
  const word = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')).replaceAll('+', '-').replaceAll('/', '_');
  return word.length > MOST_LETTERS ? '' : word.replace(/=+$/, '');
}

// The steps of a word; none of a word that nobody wrote here.
export async function read(word) {
  try {
    if (word.length > MOST_LETTERS) return [];
    const bytes = Uint8Array.from(atob(word.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));
    const text = new TextDecoder().decode(await through(new DecompressionStream('deflate-raw'), bytes, MOST_BYTES));
    const steps = JSON.parse(text).slice(0, MOST_STEPS).map(clean).filter(Boolean);
    return steps.reduce((sum, { points = [] }) => sum + points.length, 0) > MOST_POINTS ? [] : steps;
  } catch { return []; }
}

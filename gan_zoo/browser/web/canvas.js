// A drawing is a list of steps that are done and one of steps that were undone, painted on two sheets: ink, and hints of
// colour below it. The list is what is kept, undone and taken up again; the sheets can be painted anew from it.
import { loaded } from './pictures.js';

export const SIDE = 768;  // a multiple of 64, 96, 128, 192 and 256, the sizes of pictures
const MOST_STEPS = 160;
const PENS = ['pen', 'eraser', 'line', 'rectangle', 'fill'];

const sheetOf = (side) => {
  const canvas = Object.assign(document.createElement('canvas'), { width: side, height: side });
  return canvas.getContext('2d', { willReadFrequently: true });
};
const wipe = (sheet) => sheet.clearRect(0, 0, sheet.canvas.width, sheet.canvas.height);
const copyTo = (sheet, from) => { wipe(sheet); sheet.drawImage(from.canvas, 0, 0); };

const hex = (colour) => [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));

// The line from one point [x, y, pressure] to the next; a point alone is a dot.
function trail(sheet, step, from) {
  Object.assign(sheet, { strokeStyle: step.colour, lineCap: 'round', lineJoin: 'round' });
  for (let i = Math.max(0, from); i < step.points.length; i++) {
    const [x, y, pressure] = step.points[i], [a, b] = step.points[Math.max(0, i - 1)];
    sheet.lineWidth = step.width * pressure;
    sheet.beginPath();
    sheet.moveTo(a, b);
    sheet.lineTo(x + 0.01, y);  // a line of no length would leave no dot
    sheet.stroke();
  }
}

// The area around a point that looks alike, and a rim of two pixels, so that nothing shines through at soft edges.
function areaAround(seen, [x, y]) {
  const pixels = seen.data, area = new Uint8Array(SIDE * SIDE), stack = [Math.floor(y) * SIDE + Math.floor(x)];
  const first = pixels.slice(stack[0] * 4, stack[0] * 4 + 3);
  const alike = (i) => !area[i] && [0, 1, 2].every((c) => Math.abs(pixels[i * 4 + c] - first[c]) < 56);
  area[stack[0]] = 1;
  while (stack.length) {
    const i = stack.pop(), column = i % SIDE;
    const sides = [column > 0 && i - 1, column < SIDE - 1 && i + 1, i >= SIDE && i - SIDE, i < SIDE * (SIDE - 1) && i + SIDE];
    for (const next of sides) if (next !== false && alike(next)) { area[next] = 1; stack.push(next); }
  }
  for (let round = 0; round < 2; round++) {
    const inner = area.slice();
    for (let i = 0; i < inner.length; i++) {
      if (inner[i]) for (const next of [i - 1, i + 1, i - SIDE, i + SIDE]) if (next >= 0 && next < area.length) area[next] = 1;
    }
  }
  return area;
}

// The colour of most pixels of each square, by Boyer and Moore's vote: where labels meet, no third colour comes between.
function voted({ data }, size) {
  const colours = new Uint32Array(data.buffer), scale = size / SIDE;
  const chosen = new Uint32Array(size * size), votes = new Int32Array(size * size);
  for (let y = 0, i = 0; y < SIDE; y++) {
    const row = Math.floor(y * scale) * size;
    for (let x = 0; x < SIDE; x++, i++) {
      const at = row + Math.floor(x * scale);
      if (!votes[at]) chosen[at] = colours[i];
      votes[at] += chosen[at] === colours[i] ? 1 : -1;
    }
  }
  return new ImageData(new Uint8ClampedArray(chosen.buffer), size, size);
}

// The average of each square of pixels: the same in every browser, and exact where the picture was enlarged from `size`.
function shrunk({ data }, size) {
  const sums = new Float32Array(size * size * 4), scale = size / SIDE;
  for (let y = 0, i = 0; y < SIDE; y++) {
    const row = Math.floor(y * scale) * size;
    for (let x = 0; x < SIDE; x++, i += 4) {
      const at = (row + Math.floor(x * scale)) * 4;
      sums[at] += data[i];
      sums[at + 1] += data[i + 1];
      sums[at + 2] += data[i + 2];
      sums[at + 3] += 1;
    }
  }
  const image = new ImageData(size, size);
  for (let i = 0; i < sums.length; i += 4) {
    for (let c = 0; c < 3; c++) image.data[i + c] = sums[i + c] / sums[i + 3];
    image.data[i + 3] = 255;
  }
  return image;
}

export class Drawing {
  // ground: the colour of the paper; flat: true if the colours stand for labels, which never mix.
  constructor({ ground = '#ffffff', flat = false } = {}) {
    Object.assign(this, { ground, flat });
    this.ink = sheetOf(SIDE);
    this.hints = sheetOf(SIDE);
    this.sheets = [this.ink, this.hints];
    this.before = [sheetOf(SIDE), sheetOf(SIDE)];
    this.done = [];
    this.undone = [];
    this.pictures = new Map();
    this.now = null;
  }

  // Painting one step on the sheets as they are.
  paint(step, from = 0) {
    const sheet = step.hint ? this.hints : this.ink, [start, end] = step.points || [];
    if (step.tool === 'pen') trail(sheet, step, from);
    if (step.tool === 'eraser') {
      for (const each of this.sheets) {
        each.globalCompositeOperation = 'destination-out';
        trail(each, { ...step, colour: '#000' }, from);
        each.globalCompositeOperation = 'source-over';
      }
    }
    if (step.tool === 'line') trail(sheet, step, 0);
    if (step.tool === 'rectangle' && end) {
      Object.assign(sheet, { fillStyle: step.colour, strokeStyle: step.colour, lineWidth: step.width, lineJoin: 'miter' });
      // A flat one that nearly reaches the border is meant to.
      const inside = (value) => value > SIDE * 0.03 && value < SIDE * 0.97;
      const snap = (value) => (!step.filled || inside(value) ? value : Math.round(value / SIDE) * SIDE);
      const [[a, b], [c, d]] = [start, end].map((point) => point.slice(0, 2).map(snap));
      const box = [Math.min(a, c), Math.min(b, d), Math.abs(c - a), Math.abs(d - b)];
      if (step.filled) sheet.fillRect(...box);
      else sheet.strokeRect(...box);
    }
    if (step.tool === 'fill') {
      const area = areaAround(this.seen(), start), patch = sheetOf(SIDE), image = patch.createImageData(SIDE, SIDE);
      const colour = hex(step.colour);
      area.forEach((inside, i) => { if (inside) image.data.set([...colour, 255], i * 4); });
      patch.putImageData(image, 0, 0);
      sheet.drawImage(patch.canvas, 0, 0);
    }
    if (step.tool === 'picture') this.lay(step);
    if (step.tool === 'clear') this.sheets.forEach(wipe);
    if (step.tool === 'mirror') {
      for (const each of this.sheets) {
        copyTo(this.before[0], each);
        wipe(each);
        each.save();
        each.scale(-1, 1);
        each.drawImage(this.before[0].canvas, -SIDE, 0);
        each.restore();
      }
    }
  }

  // A picture takes the place of all that was there.
  lay(step) {
    this.sheets.forEach(wipe);
    Object.assign(this.ink, { imageSmoothingEnabled: !step.crisp, imageSmoothingQuality: 'high' });
    this.ink.drawImage(this.pictures.get(step.source), 0, 0, SIDE, SIDE);
    if (step.hints) this.hints.drawImage(this.pictures.get(step.hints), 0, 0, SIDE, SIDE);
    if (step.parted) this.part();
  }

  // A picture of lines and hints becomes the two again: black ink as thick as the pixel is dark, over what colour is left.
  part() {
    const ink = this.ink.getImageData(0, 0, SIDE, SIDE), hints = this.hints.createImageData(SIDE, SIDE);
    for (let i = 0; i < ink.data.length; i += 4) {
      const rgb = ink.data.slice(i, i + 3), light = Math.max(...rgb);
      if (light && Math.min(...rgb) < light * 0.96) hints.data.set([...rgb.map((value) => value / light * 255), 255], i);
      ink.data.set([0, 0, 0, 255 - light], i);
    }
    this.ink.putImageData(ink, 0, 0);
    this.hints.putImageData(hints, 0, 0);
  }

  // All that is drawn, on the paper.
  seen() {
    const sheet = sheetOf(SIDE);
    sheet.fillStyle = this.ground;
    sheet.fillRect(0, 0, SIDE, SIDE);
    for (const each of [this.hints, this.ink]) sheet.drawImage(each.canvas, 0, 0);
    return sheet.getImageData(0, 0, SIDE, SIDE);
  }

  begin(step) {
    this.sheets.forEach((sheet, i) => copyTo(this.before[i], sheet));
    this.now = step;
    this.paint(step);
  }

  // A pen goes on from where it is; of a line or a rectangle only the last one drawn out counts.
  extend(point) {
    const points = this.now.points;
    if (this.now.tool === 'pen' || this.now.tool === 'eraser') {
      points.push(point);
      this.paint(this.now, points.length - 1);
    } else {
      points[1] = point;
      this.sheets.forEach((sheet, i) => copyTo(sheet, this.before[i]));
      this.paint(this.now);
    }
  }

  end() { this.commit(this.now); this.now = null; }

  cancel() { this.sheets.forEach((sheet, i) => copyTo(sheet, this.before[i])); this.now = null; }

  add(step) { this.paint(step); this.commit(step); }

  commit(step) {
    this.done.push(step);
    this.undone = [];
    if (this.done.length > MOST_STEPS) this.bake(MOST_STEPS / 2);
  }

  repaint() { this.sheets.forEach(wipe); for (const step of this.done) this.paint(step); }

  undo() { if (this.done.length) { this.undone.push(this.done.pop()); this.repaint(); } }

  redo() { if (this.undone.length) { const step = this.undone.pop(); this.done.push(step); this.paint(step); } }

  // The oldest steps become one picture: they take less room and less time, and can't be undone any more.
  bake(count) {
    const rest = this.done.splice(count), original = this.original();
    this.repaint();
    const [source, hints] = this.sheets.map((sheet) => {
      const copy = sheetOf(SIDE), url = sheet.canvas.toDataURL();
      copyTo(copy, sheet);
      this.pictures.set(url, copy.canvas);
      return url;
    });
    this.done = [{ tool: 'picture', source, hints, original }];
    for (const step of rest) { this.done.push(step); this.paint(step); }
  }

  // The photograph behind the drawing, if it started from one.
  original() {
    const step = this.done.findLast(({ tool }) => tool === 'picture' || tool === 'clear');
    return (step && step.original) || '';
  }

  // Pictures are decoded before a step that lays them: painting waits for nothing.
  async read(...sources) {
    for (const source of sources) {
      if (!source || this.pictures.has(source)) continue;
      this.pictures.set(source, await loaded(source));
    }
  }

  // Take up what was kept; steps that can't be painted are left out, whoever spoilt them.
  async restore({ done = [], undone = [] }) {
    const known = ({ tool, points, source }) => {
      if (tool === 'picture') return /^data:image\//.test(source);
      return ['clear', 'mirror'].includes(tool) || (PENS.includes(tool) && Array.isArray(points));
    };
    [this.done, this.undone] = [done, undone].map((steps) => steps.filter(known));
    for (const { source, hints } of [...this.done, ...this.undone]) await this.read(source, hints);
    this.repaint();
  }

  // The picture of other steps, small, as a URL.
  of(steps) {
    this.sheets.forEach(wipe);
    for (const step of steps) this.paint(step);
    const small = sheetOf(192);
    small.putImageData(shrunk(this.seen(), 192), 0, 0);
    return small.canvas.toDataURL();
  }

  // The input of a model, at its size: the pixels of the whole drawing, on the paper; null for a blank sheet.
  pixels(size) {
    const last = this.done.at(-1), small = sheetOf(size);
    if (last && last.tool === 'picture' && !last.hints) {  // as it came, not enlarged and shrunk again
      small.drawImage(this.pictures.get(last.source), 0, 0, size, size);
    } else {
      small.putImageData((this.flat ? voted : shrunk)(this.seen(), size), 0, 0);
    }
    const image = small.getImageData(0, 0, size, size), paper = hex(this.ground);
    const blank = image.data.every((value, i) => i % 4 === 3 || Math.abs(value - paper[i % 4]) < 5);
    return blank ? null : image;
  }
}

// Pixels as a PNG; '' for none.
export function asPng(image) {
  if (!image) return '';
  const sheet = sheetOf(image.width);
  sheet.putImageData(image, 0, 0);
  return sheet.canvas.toDataURL('image/png');
}

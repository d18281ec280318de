// The board: a picture, and strokes of a brush over it that take parts of it away.
import { make, placeOn } from '../../shared/web/dom.js';
import { penOn } from '../../shared/web/pen.js';

const SIDE = 512, MOST_POINTS = 4000;

// Brushed parts look like hatched paper.
function hatching(view) {
  const tile = make('canvas', { width: 16, height: 16 }), ink = tile.getContext('2d');
  Object.assign(ink, { fillStyle: '#e9e5de', strokeStyle: '#b9b1a6', lineWidth: 2 });
  ink.fillRect(0, 0, 16, 16);
  for (const x of [-16, 0, 16]) {
    ink.beginPath();
    ink.moveTo(x, 16);
    ink.lineTo(x + 16, 0);
    ink.stroke();
  }
  return view.createPattern(tile, 'repeat');
}

export class Board {
  // width(): of the brush, as a share of the picture's; isOpen(): whether there is a picture; changed(): the strokes have.
  constructor(canvas, { width, isOpen, changed }) {
    this.canvas = canvas;
    this.view = canvas.getContext('2d');
    this.hatch = hatching(this.view);
    this.changed = changed;
    this.strokes = [];
    this.now = null;  // the stroke that is being drawn
    this.pen = penOn(canvas, {
      down: (event) => {
        if (!isOpen()) return false;
        canvas.focus({ preventScroll: true });
        this.now = { width: width() * SIDE, points: [this.pointAt(event)] };
        this.update();
        return true;
      },
      move: (events) => {
        if (this.now.points.length > MOST_POINTS) return;
        this.now.points.push(...events.map((event) => this.pointAt(event)));
        this.update();
      },
      up: () => {
        this.strokes.push(this.now);
        this.now = null;
        this.update();
      },
    });
  }

  get isDrawing() { return this.pen.isDown(); }

  pointAt(event) { return placeOn(this.canvas, event).map((share) => Math.round(share * SIDE)); }

  paint(sheet, style, scale) {
    Object.assign(sheet, { strokeStyle: style, lineCap: 'round', lineJoin: 'round' });
    for (const { width, points } of [...this.strokes, ...(this.now ? [this.now] : [])]) {
      sheet.lineWidth = width * scale;
      sheet.beginPath();
      sheet.moveTo(points[0][0] * scale, points[0][1] * scale);
      for (const [x, y] of points) sheet.lineTo(x * scale + 0.01, y * scale);  // a line of no length would leave no dot
      sheet.stroke();
    }
  }

  show() {
    this.view.clearRect(0, 0, SIDE, SIDE);
    this.paint(this.view, this.hatch, 1);
    this.canvas.dataset.strokes = this.strokes.length;
  }

  update() {
    this.show();
    this.changed();
  }

  undo() {
    this.strokes.pop();
    this.update();
  }

  clear() {
    this.strokes = [];
    this.update();
  }

  // A stroke for those who have no hand free, and for the first look.
  brushAtRandom() {
    const between = (least, most) => least + (most - least) * Math.random();
    const inside = (value) => Math.min(SIDE, Math.max(0, value));
    let x = between(0.3, 0.7) * SIDE, y = between(0.25, 0.6) * SIDE, angle = between(0, 6.28);
    const points = [[x, y]];
    for (let i = 0; i < 3; i++) {
      angle += 3.14 + between(-0.8, 0.8);
      [x, y] = [x + Math.cos(angle) * SIDE * 0.25, y + Math.sin(angle) * SIDE * 0.25].map(inside);
      points.push([x, y]);
    }
    this.strokes.push({ width: 0.14 * SIDE, points });
    this.update();
  }

  // The strokes as the server gets them: a PNG of `size`, white on black.
  mask(size) {
    const sheet = make('canvas', { width: size, height: size }).getContext('2d');
    sheet.fillRect(0, 0, size, size);
    this.paint(sheet, '#fff', size / SIDE);
    return sheet.canvas.toDataURL('image/png');
  }
}

// The plane of the duel on a canvas: what the detective thinks of each place, the points, and which way they are sent.
// The plane from -extent to extent is the canvas, with y upwards.
import { make } from '../../shared/web/dom.js';

const LONGEST = 70, SHORTEST = 8, TIP = 12;  // arrows, in pixels

// A canvas that can draw the parts of a frame.
export class Plane {
  constructor(canvas, extent) {
    Object.assign(this, { canvas, extent, side: canvas.width, patch: make('canvas') });
    this.pen = canvas.getContext('2d');
    this.style = getComputedStyle(canvas);
  }

  colour(name) { return this.style.getPropertyValue(name).trim(); }

  x(value) { return (value / this.extent / 2 + 0.5) * this.side; }

  y(value) { return (0.5 - value / this.extent / 2) * this.side; }

  rgb(name) {
    this.pen.fillStyle = this.colour(name);
    const hex = this.pen.fillStyle;
    return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  }

  clear() {
    this.pen.fillStyle = this.colour('--zoo-panel');
    this.pen.fillRect(0, 0, this.side, this.side);
  }

  landscape({ cells, landscape: values }) {
    const { pen, patch } = this;
    const real = this.rgb('--zoo-detective'), fake = this.rgb('--zoo-thief'), paper = this.rgb('--zoo-panel');
    Object.assign(patch, { width: cells, height: cells });
    const ink = patch.getContext('2d'), image = ink.createImageData(cells, cells);
    values.forEach((p, i) => {
      const colour = p > 0.5 ? real : fake, strength = 0.75 * Math.min(1, Math.abs(p - 0.5) * 2) ** 0.8;
      for (let c = 0; c < 3; c += 1) image.data[4 * i + c] = paper[c] + (colour[c] - paper[c]) * strength;
      image.data[4 * i + 3] = 255;
    });
    ink.putImageData(image, 0, 0);
    pen.imageSmoothingEnabled = true;
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(patch, 0, 0, this.side, this.side);
  }

  // Points, x and y in turn.
  dots(values, colour, radius) {
    const { pen } = this;
    pen.fillStyle = this.colour(colour);
    pen.strokeStyle = this.colour('--zoo-panel');
    pen.lineWidth = 2;
    for (let i = 0; i < values.length; i += 2) {
      pen.beginPath();
      pen.arc(this.x(values[i]), this.y(values[i + 1]), radius, 0, 7);
      pen.fill();
      pen.stroke();
    }
  }

  warp({ along, warp: values }) {
    const { pen } = this;
    pen.strokeStyle = this.colour('--zoo-thief');
    pen.globalAlpha = 0.55;
    pen.lineWidth = 2.5;
    for (let start = 0; start < values.length; start += 2 * along) {
      pen.beginPath();
      for (let i = start; i < start + 2 * along; i += 2) pen.lineTo(this.x(values[i]), this.y(values[i + 1]));
      pen.stroke();
    }
    pen.globalAlpha = 1;
  }

  // The longest arrow has a fixed length: how steep it is overall is what the gradient norm says.
  arrows({ arrows: values }) {
    const { pen } = this;
    let most = 1e-6;
    for (let i = 0; i < values.length; i += 4) most = Math.max(most, Math.hypot(values[i + 2], values[i + 3]));
    pen.strokeStyle = this.colour('--zoo-ink');
    pen.lineWidth = 3;
    for (let i = 0; i < values.length; i += 4) {
      const [x, y, dx, dy] = values.slice(i, i + 4);
      this.arrow(this.x(x), this.y(y), LONGEST * Math.sqrt(Math.hypot(dx, dy) / most), Math.atan2(-dy, dx));
    }
  }

  arrow(x, y, length, turn) {
    if (length < SHORTEST) return;
    const { pen } = this, toX = x + length * Math.cos(turn), toY = y + length * Math.sin(turn);
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(toX, toY);
    for (const side of [-0.5, 0.5]) {
      pen.moveTo(toX, toY);
      pen.lineTo(toX - TIP * Math.cos(turn + side), toY - TIP * Math.sin(turn + side));
    }
    pen.stroke();
  }
}

// The map of a code of two numbers: a lattice of pictures, the test pictures as dots, and the picture at the place that is
// pointed at.
import { loaded, placeOn } from '../../shared/web/dom.js';

// The colours of the classes.
export const HUES = [
  '#e6194b', '#f58231', '#d9b400', '#7ac70c', '#2e8b57', '#18b4c4', '#4363d8', '#911eb4', '#f032e6', '#a0703c',
];
const SIDE = 420, DOT = 3.2, STEP = 0.1;
const STEPS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
const RINGS = [['#000', 12], ['#fff', 9]];

export class CodeMap {
  // extent: the map shows codes from minus this to this. shows(): whether there are dots. moved(x, y): a place is pointed at.
  constructor(place, { extent, label, shows, moved }) {
    const canvas = place.querySelector('canvas');
    Object.assign(this, { canvas, extent, label, shows, moved, at: [0, 0], points: [], lattice: null });
    this.picture = place.querySelector('img');
    this.pen = canvas.getContext('2d');
    canvas.width = canvas.height = SIDE;
    canvas.setAttribute('aria-label', label);
    for (const name of ['pointermove', 'pointerdown']) canvas.addEventListener(name, (event) => this.point(event));
    canvas.addEventListener('keydown', (event) => {
      const step = STEPS[event.key];
      if (!step) return;
      event.preventDefault();
      this.go(this.at[0] + step[0], this.at[1] + step[1]);
    });
  }

  // Takes in what an answer brings: the picture of the lattice, and points [x, y, class].
  async fill({ lattice, points }) {
    this.points = points;
    this.go(0, 0);
    this.lattice = await loaded(lattice);
    this.draw();
  }

  show(url) {
    Object.assign(this.picture, { src: url, alt: this.label });
  }

  point(event) {
    const [x, y] = placeOn(this.canvas, event);
    this.go((x - 0.5) * 2 * this.extent, (0.5 - y) * 2 * this.extent);
  }

  go(...place) {
    this.at = place.map((value) => Math.max(-this.extent, Math.min(this.extent, Math.round(value * 1000) / 1000)));
    this.draw();
    this.moved(...this.at);
  }

  draw() {
    const { pen } = this, along = (value) => (value / this.extent + 1) / 2 * SIDE;
    pen.imageSmoothingEnabled = false;
    if (this.lattice) pen.drawImage(this.lattice, 0, 0, SIDE, SIDE);
    for (const [x, y, label] of this.shows() ? this.points : []) {
      pen.beginPath();
      pen.arc(along(x), SIDE - along(y), DOT, 0, 7);
      pen.fillStyle = HUES[label % HUES.length];
      pen.fill();
    }
    const [x, y] = this.at;
    pen.lineWidth = 3;
    for (const [colour, radius] of RINGS) {
      pen.strokeStyle = colour;
      pen.beginPath();
      pen.arc(along(x), SIDE - along(y), radius, 0, 7);
      pen.stroke();
    }
  }
}

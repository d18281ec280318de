// The desk of a visitor: the task, a drawing, tools, colours and widths. All of it is kept as long as the browser's
// tab is open, so that a reload loses nothing.
import { Drawing, SIDE } from '../../../gan_zoo/browser/web/canvas.js';
import * as storage from '../../shared/web/storage.js';

const PLACE = 'gan-zoo-sketch';
const BLACK = '#000000', WHITE = '#ffffff';

export class Desk {
  constructor(tasks) {
    this.tasks = tasks;
    this.drawings = {};  // one for each way of drawing, so that it outlasts a change of task
    this.kept = {
      task: tasks[0].name,
      tools: { colours: 'rectangle', labels: 'pen' },
      colours: {},
      widths: { ink: 3, colour: 8, brush: 12, eraser: 10 },
      paper: false,
      look: 0,
      seed: 0,
      drawings: {},
    };
    const found = storage.recall('sessionStorage', PLACE) || {};
    for (const key of Object.keys(this.kept)) {
      if (found[key] && typeof found[key] === typeof this.kept[key]) this.kept[key] = found[key];
    }
  }

  // The choice among the pictures that fit a drawing.
  choices() {
    const { paper, look, seed } = this.kept;
    return { paper, look, seed };
  }

  get task() { return this.tasks.find(({ name }) => name === this.kept.task) || this.tasks[0]; }

  get mode() { return this.task.mode; }

  get drawing() { return (this.drawings[this.mode] ||= this.blank()); }

  // An empty drawing. Where each brush is a kind of ground, it lies under the first of them: a planet begins as sea.
  blank(mode = this.mode) {
    const labels = this.tasks.find((task) => task.mode === mode && mode === 'labels');
    return new Drawing(labels ? { ground: labels.palette[0], flat: true } : {});
  }

  get tool() { return this.kept.tools[this.mode] || 'pen'; }

  get colours() { return [...(this.mode === 'lines' ? [BLACK] : []), ...this.task.palette]; }

  get colour() {
    const first = this.colours.find((value) => value !== WHITE && value !== this.drawing.ground);
    return this.kept.colours[this.mode] || first;
  }

  isInk(colour) { return this.mode === 'lines' && colour === BLACK; }

  // If lines are drawn in black, other colours are hints.
  get isHint() { return this.mode === 'lines' && !this.isInk(this.colour); }

  get widthName() {
    if (this.tool === 'eraser') return 'eraser';
    if (this.mode === 'labels') return 'brush';
    return this.isInk(this.colour) ? 'ink' : 'colour';
  }

  // The width of the tool in pixels of the model's picture.
  get width() { return this.kept.widths[this.widthName]; }

  set width(value) { this.kept.widths[this.widthName] = value; }

  choose(tool) { this.kept.tools[this.mode] = tool; }

  paint(colour) {
    this.kept.colours[this.mode] = colour;
    if (this.tool === 'eraser') this.choose('pen');
  }

  // The step of a drawing that begins at a point.
  step(point) {
    const filled = this.isHint || ['colours', 'labels'].includes(this.mode), width = this.width * SIDE / this.task.size;
    return { tool: this.tool, colour: this.colour, hint: this.isHint, filled, width, points: [point] };
  }

  // Takes up the drawings that were kept.
  async restore() {
    for (const [mode, steps] of Object.entries(this.kept.drawings)) {
      this.drawings[mode] = this.blank(mode);
      await this.drawings[mode].restore(steps).catch(() => { this.drawings[mode] = this.blank(mode); });
    }
  }

  // A drawing that doesn't fit becomes one picture; if that doesn't fit either, it lasts as long as the page.
  keep() {
    if (this.store()) return;
    this.drawing.undone = [];
    this.drawing.bake(this.drawing.done.length);
    this.store();
  }

  store() {
    const { done, undone } = this.drawing;
    this.kept.drawings[this.mode] = { done, undone };
    return storage.keep('sessionStorage', PLACE, this.kept);
  }
}

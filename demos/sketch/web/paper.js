// The canvas under a mouse, a finger or a pen.
import { SIDE } from '../../../gan_zoo/browser/web/canvas.js';
import { placeOn, within } from '../../shared/web/dom.js';
import { penOn } from '../../shared/web/pen.js';

// The canvas of the studio `box`, which shows the drawing of `desk`. moved(): the pen has moved; changed(): a step is done.
export function mountPaper(box, desk, { moved, changed }) {
  const { find } = within(box), canvas = find('.zoo-paper canvas'), view = canvas.getContext('2d');

  function show() {
    const { drawing } = desk, { done, undone, now } = drawing, original = drawing.original();
    view.clearRect(0, 0, SIDE, SIDE);
    for (const sheet of [drawing.hints, drawing.ink]) view.drawImage(sheet.canvas, 0, 0);
    find('.zoo-paper').style.setProperty('--ground', drawing.ground);
    canvas.dataset.steps = done.length;
    find('.zoo-paper').toggleAttribute('data-blank', !now && (!done.length || done.at(-1).tool === 'clear'));
    find('[data-do=undo]').disabled = !done.length;
    find('[data-do=redo]').disabled = !undone.length;
    find('.zoo-original').hidden = !original;
    if (original) find('.zoo-original img').src = original;
  }

  function pointAt(event) {
    const pressure = event.pointerType === 'pen' ? 0.4 + 1.2 * event.pressure : 1;
    return [...placeOn(canvas, event).map((share) => share * SIDE), pressure].map((value) => Math.round(value * 10) / 10);
  }

  // With shift a line takes one of eight directions and a rectangle is a square.
  function straight([x, y, pressure], shift) {
    const { tool, points: [[a, b]] } = desk.drawing.now;
    if (!shift || tool === 'pen' || tool === 'eraser') return [x, y, pressure];
    const [right, down] = [x - a, y - b], most = Math.max(Math.abs(right), Math.abs(down));
    const flat = tool === 'line' && Math.min(Math.abs(right), Math.abs(down)) < most * 0.41;
    const leg = (size) => (flat && Math.abs(size) < most ? 0 : Math.sign(size) * most);
    return [a + leg(right), b + leg(down), pressure];
  }

  const pen = penOn(canvas, {
    down(event) {
      if (desk.mode === 'photo') return false;
      const step = desk.step(pointAt(event));
      canvas.focus({ preventScroll: true });
      if (step.tool === 'fill') {
        desk.drawing.add(step);
        changed();
        return false;
      }
      desk.drawing.begin(step);
      show();
      moved();
      return true;
    },
    move(events) {
      for (const event of events) desk.drawing.extend(straight(pointAt(event), event.shiftKey));
      show();
      moved();
    },
    up() {
      desk.drawing.end();
      changed();
    },
  });

  return {
    canvas,
    show,
    isDrawing: pen.isDown,
    cancel() {
      pen.lift();
      desk.drawing.cancel();
      changed();
    },
  };
}

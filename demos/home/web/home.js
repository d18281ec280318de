// The front door: a globe turns, and what is painted on it becomes a satellite picture as it passes a line. Visitors who ask
// for less motion see a picture of it.
import { language, loaded, onceSeen, within } from '../../shared/web/dom.js';
import { globeView } from './globe_view.js';

const SPEED = 0.16;  // radians a second
const SWAY = 0.25, PACE = 0.35;  // of the line: how far to each side in radii, and how fast
const START = 3.4;  // the turn of the picture that stands there until the globe moves
const FRAME = 30;  // milliseconds, at the least

export async function mount({ element, props }) {
  const { find } = within(element), canvas = find('canvas'), button = find('button');
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  let turn = START, before = 0, still = false, running = false, hand = null, view = null;

  function draw() { view.draw(turn, hand ?? SWAY * Math.sin((turn - START) / SPEED * PACE)); }

  // Turns as long as it is on the screen.
  function tick(now) {
    running = !still && Boolean(canvas.offsetParent);
    if (!running) return;
    const passed = now - before;
    if (passed >= FRAME) {
      turn += Math.min(0.1, passed / 1000) * SPEED;
      before = now;
      draw();
    }
    requestAnimationFrame(tick);
  }

  function start() {
    if (running || still || !view) return;
    running = true;
    before = performance.now();
    requestAnimationFrame(tick);
  }

  function show() {
    button.toggleAttribute('data-still', still);
    button.ariaLabel = button.title = props.labels[still ? 'home_play' : 'home_pause'][language];
  }

  // The page comes first: the still picture stays until somebody looks at it and there is time.
  await new Promise((seen) => { onceSeen(find('img'), seen); });
  await new Promise((go) => { (window.requestIdleCallback || setTimeout)(go, { timeout: 2000 }); });
  const address = (name) => new URL(`demos/home/web/${name}.webp`, document.baseURI).href;
  const pictures = await Promise.all(['painted', 'planet'].map((name) => loaded(address(name)))).catch(() => null);
  if (!pictures) return;  // the still picture stays
  view = globeView(canvas, ...pictures);
  draw();
  canvas.hidden = button.hidden = false;
  find('img').hidden = true;
  show();
  new IntersectionObserver(start).observe(canvas);
  button.addEventListener('click', () => { still = !still; show(); start(); });
  // A mouse moves the line.
  canvas.addEventListener('pointermove', (event) => {
    if (event.pointerType !== 'mouse') return;
    const box = canvas.getBoundingClientRect();
    hand = (event.clientX - box.left) / box.width * 2 - 1;
    if (still) draw();
  });
  canvas.addEventListener('pointerleave', () => { hand = null; });
}

// The film: a strip of panels for each frame. It plays in a loop as soon as there are two frames.
import { make, within } from '../../shared/web/dom.js';

const PANELS = '.zoo-dance-panels canvas';
// A frame may be shown this many milliseconds early, because the screen refreshes at a rate of its own.
const EARLY = 4;

// box: the tab. rate: frames a second; size: the side of a panel before its first frame, in pixels.
export function mountFilm(box, { say, rate, size }) {
  const { find, all } = within(box), slider = find('.zoo-dance-controls input'), change = find('.zoo-dance-change input');
  let strips = [], panels = [], at = 0, playing = !matchMedia('(prefers-reduced-motion: reduce)').matches, last = 0;

  function lose() {
    strips = [];
    at = box.dataset.frames = 0;
    find('[data-do=save]').disabled = true;
    find('.zoo-dance-said').innerHTML = find('.zoo-dance-figures').innerHTML = '';
  }

  function show(answer) {
    if (answer.panels && answer.panels.join() !== panels.join()) layOut(answer.panels);
    for (const url of (answer.frames || []).slice(strips.length)) {
      const strip = make('img', { src: url });
      strip.onload = () => { if (strips.indexOf(strip) === at) draw(); };
      strips.push(strip);
    }
    if (answer.of) slider.max = answer.of - 1;
    box.dataset.frames = strips.length;
    if (!answer.ready) return;
    find('.zoo-dance-said').innerHTML = answer.said;
    find('.zoo-dance-figures').innerHTML = answer.figures;
    find('[data-do=save]').disabled = false;
  }

  function layOut(names) {
    panels = names;
    find('.zoo-dance-panels').replaceChildren(...names.map((name) => {
      const said = say(`dance_panel_${name}`);
      const canvas = make('canvas', { width: size, height: size, role: 'img', 'aria-label': said });
      return make('figure', {}, canvas, make('figcaption', {}, said));
    }));
  }

  function draw() {
    const strip = strips[at], before = strips[(at || strips.length) - 1];
    if (!strip?.complete || !strip.naturalWidth) return;
    slider.value = at;
    const side = strip.naturalHeight;
    all(PANELS).forEach((canvas, i) => {
      if (canvas.width !== side) Object.assign(canvas, { width: side, height: side });
      const pen = canvas.getContext('2d'), put = (image) => pen.drawImage(image, i * side, 0, side, side, 0, 0, side, side);
      pen.globalCompositeOperation = 'copy';
      put(strip);
      if (!change.checked || !before.complete || at === 0) return;
      pen.globalCompositeOperation = 'difference';
      put(before);
      pen.globalCompositeOperation = 'lighter';  // twice as bright, and again
      pen.drawImage(canvas, 0, 0);
      pen.drawImage(canvas, 0, 0);
    });
  }

  function tick(now) {
    if (!box.isConnected) return;
    if (playing && strips.length > 1 && box.offsetParent && now - last >= 1000 / rate - EARLY) {
      last = now;
      at = (at + 1) % strips.length;
      draw();
    }
    requestAnimationFrame(tick);
  }

  function play(on) {
    playing = on;
    find('[data-do=play]').textContent = say(playing ? 'dance_pause' : 'dance_play');
  }

  slider.setAttribute('aria-label', say('dance_frame'));
  slider.addEventListener('input', () => {
    at = Math.min(Number(slider.value), strips.length - 1);
    play(false);
    draw();
  });
  change.addEventListener('change', draw);
  play(playing);
  requestAnimationFrame(tick);
  return { lose, show, toggle: () => play(!playing) };
}

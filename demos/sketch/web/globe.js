// A globe that turns. A square picture covers one half of it and its mirror image the other, so that no seam shows.
import { penOn } from '../../shared/web/pen.js';
import { rowAt, sphere } from '../../shared/web/sphere.js';

const SPEED = 0.25;  // radians a second
const NIGHT = 0.12;  // light without the sun
const GROUND = 512;  // side of the picture in memory, finer than a model's so that no squares show

export function mountGlobe(figure) {
  const canvas = figure.querySelector('canvas'), view = canvas.getContext('2d'), side = canvas.width;
  const sheet = Object.assign(document.createElement('canvas'), { width: GROUND, height: GROUND }).getContext('2d');
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const frame = view.createImageData(side, side), { longitude, latitude, day, cover } = sphere(side);
  const rows = Int32Array.from(latitude, (south) => rowAt(south, GROUND) * GROUND);
  let ground = null, turn = 0, from = 0, before = 0, running = false;

  function draw() {
    const pixels = frame.data;
    for (let i = 0, at = 0; i < longitude.length; i++, at += 4) {
      pixels[at + 3] = cover[i];
      if (!cover[i]) continue;
      const round = ((longitude[i] + turn) / Math.PI % 2 + 2) % 2;
      const column = Math.floor((round < 1 ? round : 2 - round) * (GROUND - 1));
      const source = (rows[i] + column) * 4, light = NIGHT + day[i];
      for (let c = 0; c < 3; c++) pixels[at + c] = ground[source + c] * light;
    }
    view.putImageData(frame, 0, 0);
  }

  // Turns as long as it is on the screen.
  function tick(now) {
    running = !figure.hidden && Boolean(figure.offsetParent);
    if (!running) return;
    if (!pen.isDown() && !still) {
      turn += Math.min(0.1, (now - before) / 1000) * SPEED;
      draw();
    }
    before = now;
    requestAnimationFrame(tick);
  }

  function start() {
    if (running || !ground) return;
    running = true;
    requestAnimationFrame(tick);
  }

  const pen = penOn(canvas, {
    down(event) { from = event.clientX; },
    move(events) {
      const { clientX } = events.at(-1);
      turn -= (clientX - from) / canvas.clientWidth * Math.PI;
      from = clientX;
      if (ground) draw();
    },
    up() {},
  });
  new IntersectionObserver(start).observe(canvas);

  return {
    // Takes up a picture, an image or a canvas; none hides the globe.
    show(picture) {
      figure.hidden = !picture;
      if (!picture) return;
      Object.assign(sheet, { imageSmoothingQuality: 'high' });
      sheet.drawImage(picture, 0, 0, GROUND, GROUND);
      ground = sheet.getImageData(0, 0, GROUND, GROUND).data;
      draw();
      start();
    },
  };
}

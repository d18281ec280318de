// A globe that shows two maps of the whole world: one to the left of a line, the other to its right.
import { rowAt, sphere } from '../../shared/web/sphere.js';

const SIDE = 560, WIDTH = 2048, HEIGHT = 1024;  // of the globe, and of the maps in memory
const GLOW = 1.35;  // how much lighter the satellite picture is shown

function pixelsOf(picture, smooth) {
  const sheet = Object.assign(document.createElement('canvas'), { width: WIDTH, height: HEIGHT }).getContext('2d');
  Object.assign(sheet, { imageSmoothingEnabled: smooth, imageSmoothingQuality: 'high' });
  sheet.drawImage(picture, 0, 0, WIDTH, HEIGHT);
  return sheet.getImageData(0, 0, WIDTH, HEIGHT).data;
}

export function globeView(canvas, right, left) {
  Object.assign(canvas, { width: SIDE, height: SIDE });
  const pen = canvas.getContext('2d'), frame = pen.createImageData(SIDE, SIDE), disc = sphere(SIDE);
  const { longitude, across, cover, radius } = disc;
  // The line's way is a little wavy; the satellite picture lies in the sun, the painted map under a lamp.
  const along = across.map((value, i) => value + 0.03 * Math.sin(9 * disc.latitude[i]));
  const rows = Int32Array.from(disc.latitude, (south) => rowAt(south, HEIGHT) * WIDTH);
  const sun = disc.day.map((day) => GLOW * Math.min(1.25, 0.16 + 1.05 * day)), lamp = disc.day.map((day) => Math.min(1, 0.78 + 0.3 * day));
  const maps = [pixelsOf(left, true), pixelsOf(right, false)];

  return {
    // `turn`: of the globe, in radians; `line`: the place of the line, from -1 to 1.
    draw(turn, line) {
      const pixels = frame.data;
      for (let i = 0, at = 0; i < cover.length; i++, at += 4) {
        pixels[at + 3] = cover[i];
        if (!cover[i]) continue;
        const where = (longitude[i] + turn) / 2 / Math.PI + 2;
        const source = (rows[i] + Math.floor((where - Math.floor(where)) * WIDTH)) * 4;
        const isRight = along[i] > line, map = maps[+isRight], light = isRight ? lamp[i] : sun[i];
        const white = Math.max(0, 1 - Math.abs(along[i] - line) * radius / 2);
        for (let c = 0; c < 3; c++) pixels[at + c] = map[source + c] * light * (1 - white) + 255 * white;
      }
      pen.putImageData(frame, 0, 0);
    },
  };
}

// Pictures with their names, side by side on one sheet.
import { loaded, make } from '../../shared/web/dom.js';

const COLUMNS = 4, WIDTH = 320, MARGIN = 16, NAME = 32;

// A PNG of the cells [{ picture, name }]; `ratio` is the width of each picture over its height.
export async function contactSheet(cells, ratio, font) {
  const pictures = await Promise.all(cells.map(({ picture }) => loaded(picture)));
  const columns = Math.min(COLUMNS, cells.length), height = Math.round(WIDTH / ratio);
  const across = WIDTH + MARGIN, down = height + NAME + MARGIN;
  const paper = make('canvas', {
    width: columns * across + MARGIN,
    height: Math.ceil(cells.length / columns) * down + MARGIN,
  });
  const pen = paper.getContext('2d');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, paper.width, paper.height);
  Object.assign(pen, { fillStyle: '#1d1b19', font: `600 20px ${font}` });
  cells.forEach(({ name }, i) => {
    const x = MARGIN + (i % columns) * across, y = MARGIN + Math.floor(i / columns) * down;
    pen.drawImage(pictures[i], x, y, WIDTH, height);
    pen.fillText(name, x, y + height + 24, WIDTH);
  });
  return paper.toDataURL('image/png');
}

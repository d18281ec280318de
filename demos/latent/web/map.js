// A map of pictures: drag, wheel, pinch, arrow keys and + and - move it; tiles are asked for as they come into view.
// props.corners: the places of the picks, of the map with the number props.version. Event: `tiles` { tiles: [[level, column,
// row], ...] }, which is answered with one sheet of them in the same order.
import { asker } from '../../shared/web/ask.js';
import { loaded, sayer } from '../../shared/web/dom.js';

const PATIENCE = 15_000;
// The least width of a tile of level 0, and the most of any tile in pixels.
const LEAST = 44, MOST = 120;
const MOST_KEPT = 3000;
const START = { unit: 220, middle: [0.5, 0.35] };

export function mount(component) {
  const { element, props, watch } = component, say = sayer(props.labels), ask = asker(component, PATIENCE);
  const box = element.querySelector('.zoo-map'), canvas = box.querySelector('canvas'), pen = canvas.getContext('2d');
  const pointers = new Map();
  let kept = new Map(), asking = false, ratio = 1, { unit, middle } = START;

  // A tile of level n is unit / 2^n pixels wide: the level is chosen so that tiles stay between two sizes.
  const level = () => Math.max(props.levels[0], Math.min(props.levels[1], Math.ceil(Math.log2(unit / MOST))));

  function place([u, v]) {
    return [canvas.width / 2 + (u - middle[0]) * unit * ratio, canvas.height / 2 - (v - middle[1]) * unit * ratio];
  }

  function draw() {
    ratio = window.devicePixelRatio || 1;
    const width = Math.round(canvas.clientWidth * ratio), height = Math.round(canvas.clientHeight * ratio);
    if (!width) return;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    pen.imageSmoothingEnabled = false;
    pen.clearRect(0, 0, width, height);
    // Coarse tiles hold the place of fine ones.
    for (let depth = props.levels[0]; depth <= level(); depth++) drawLevel(depth);
    props.corners.forEach(drawCorner);
    fill();
  }

  function drawLevel(depth) {
    const side = unit * ratio / 2 ** depth, size = Math.ceil(side);
    for (const [key, tile] of kept) {
      const [n, column, row] = key.split(',').map(Number), [x, y] = place([column / 2 ** n, row / 2 ** n]);
      if (n !== depth || x < -side || y < -side || x > canvas.width + side || y > canvas.height + side) continue;
      const [left, top] = [Math.round(x - side / 2), Math.round(y - side / 2)];
      pen.drawImage(tile.sheet, tile.x, tile.y, tile.side, tile.side, left, top, size, size);
    }
  }

  function drawCorner(corner, i) {
    const [x, y] = place(corner);
    pen.beginPath();
    pen.arc(x, y, 13 * ratio, 0, 7);
    pen.fillStyle = '#ff7a4d';
    pen.fill();
    Object.assign(pen, { fillStyle: '#1d0d06', font: `800 ${15 * ratio}px system-ui` });
    Object.assign(pen, { textAlign: 'center', textBaseline: 'middle' });
    pen.fillText(i + 1, x, y);
  }

  // The tiles in view that aren't there, those in the middle first.
  function missing() {
    const n = level(), step = 1 / 2 ** n, found = [];
    const across = canvas.clientWidth / unit / 2, up = canvas.clientHeight / unit / 2, tileAt = (at) => Math.round(at / step);
    for (let row = tileAt(middle[1] - up); row <= tileAt(middle[1] + up); row++) {
      for (let column = tileAt(middle[0] - across); column <= tileAt(middle[0] + across); column++) {
        if (!kept.has(`${n},${column},${row}`)) found.push([n, column, row]);
      }
    }
    const away = ([, column, row]) => (column * step - middle[0]) ** 2 + (row * step - middle[1]) ** 2;
    return found.sort((a, b) => away(a) - away(b));
  }

  // Asks for some of what is missing, until nothing is.
  async function fill() {
    const wanted = asking || !props.corners.length ? [] : missing().slice(0, props.most);
    if (!wanted.length) return;
    const { version } = props;
    asking = true;
    const answer = await ask('tiles', { tiles: wanted }), sheet = answer?.sheet && await loaded(answer.sheet).catch(() => null);
    asking = false;
    // If the picks have changed meanwhile, another map is on its way.
    if (sheet && version === props.version) keep(wanted, sheet);
    if (sheet || !answer || version !== props.version) draw();
  }

  function keep(tiles, sheet) {
    const columns = Math.ceil(Math.sqrt(tiles.length)), side = sheet.width / columns;
    if (kept.size > MOST_KEPT) kept = new Map();
    tiles.forEach((tile, i) => {
      kept.set(tile.join(), { sheet, side, x: i % columns * side, y: Math.floor(i / columns) * side });
    });
    canvas.dataset.tiles = kept.size;
  }

  function zoom(factor, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2) {
    const before = unit;
    unit = Math.max(LEAST, Math.min(MOST * 2 ** props.levels[1], unit * factor));
    const right = x - canvas.clientWidth / 2, down = y - canvas.clientHeight / 2;
    middle = [middle[0] + right / before - right / unit, middle[1] - down / before + down / unit];
    canvas.dataset.level = level();
    draw();
  }

  // The page scrolls over the map until somebody has clicked on it: a wheel or a finger that passes by is never trapped.
  canvas.addEventListener('wheel', (event) => {
    if (document.activeElement !== canvas && !event.ctrlKey) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
  }, { passive: false });

  // One pointer drags the map, two pinch it.
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
  });
  canvas.addEventListener('pointermove', (event) => {
    const last = pointers.get(event.pointerId);
    if (!last) return;
    const spread = () => { const [a, b] = [...pointers.values()]; return Math.hypot(a[0] - b[0], a[1] - b[1]); };
    const before = pointers.size === 2 ? spread() : 0, share = pointers.size;
    pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
    middle = [middle[0] - (event.offsetX - last[0]) / unit / share, middle[1] + (event.offsetY - last[1]) / unit / share];
    if (before) zoom(spread() / before, event.offsetX, event.offsetY);
    else draw();
  });
  for (const name of ['pointerup', 'pointercancel']) {
    canvas.addEventListener(name, (event) => pointers.delete(event.pointerId));
  }

  canvas.addEventListener('keydown', (event) => {
    const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] || [0, 0];
    const factor = { '+': 1.3, ';': 1.3, '-': 1 / 1.3 }[event.key];
    if (!x && !y && !factor) return;
    event.preventDefault();
    middle = [middle[0] + x * 60 / unit, middle[1] + y * 60 / unit];
    zoom(factor || 1);
  });
  box.addEventListener('click', ({ target: { dataset } }) => { if (dataset.zoom) zoom(dataset.zoom > 0 ? 1.5 : 1 / 1.5); });

  function begin() {
    kept = new Map();
    box.hidden = !props.corners.length;
    if (props.corners.length) middle = [0, 1].map((k) => props.corners.reduce((sum, corner) => sum + corner[k], 0) / 3);
    draw();
  }

  canvas.setAttribute('aria-label', say('map_title'));
  watch('version', begin);
  new ResizeObserver(draw).observe(canvas);
  if (props.version) begin();
  else draw();
}

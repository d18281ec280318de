// A map of pictures: drag, wheel, pinch, arrow keys and + and - move it; tiles are asked for as they come into view.
// props.value: the tiles wanted, [[level, column, row], ...]; props.tiles: the answer as one sprite, in the order of props.keys.
const canvas = element.querySelector('canvas'), box = element.querySelector('.zoo-map'), pen = canvas.getContext('2d');
const least = 44, most = 120;
canvas.setAttribute('aria-label', props.labels[window.ganZooLanguage || 'en']);
let seen = new Map(), asked = false, unit = 220, middle = [0.5, 0.35], wanted = null, pointers = new Map(), waiting = 0;

// A tile of level n is unit / 2^n pixels wide: the level is chosen so that tiles stay between two sizes.
const level = () => Math.max(props.levels[0], Math.min(props.levels[1], Math.ceil(Math.log2(unit / most))));
const place = ([u, v]) => [canvas.width / 2 + (u - middle[0]) * unit * ratio, canvas.height / 2 - (v - middle[1]) * unit * ratio];
let ratio = 1;

function draw() {
  ratio = window.devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * ratio), height = Math.round(canvas.clientHeight * ratio);
  if (!width) return;
  if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
  pen.imageSmoothingEnabled = false;
  pen.clearRect(0, 0, width, height);
  const now = level();
  for (let deep = props.levels[0]; deep <= now; deep++) {  // coarse tiles hold the place of fine ones
    const side = unit * ratio / 2 ** deep;
    for (const [key, tile] of seen) {
      const [n, column, row] = key.split(',').map(Number);
      if (n !== deep) continue;
      const [x, y] = place([column / 2 ** n, row / 2 ** n]);
      if (x > -side && y > -side && x < width + side && y < height + side) {
        pen.drawImage(tile.sheet, tile.x, tile.y, tile.side, tile.side, Math.round(x - side / 2), Math.round(y - side / 2),
          Math.ceil(side), Math.ceil(side));
      }
    }
  }
  (props.corners || []).forEach((corner, i) => {
    const [x, y] = place(corner);
    pen.beginPath();
    pen.arc(x, y, 13 * ratio, 0, 7);
    pen.fillStyle = '#ff7a4d';
    pen.fill();
    pen.fillStyle = '#1d0d06';
    pen.font = `800 ${15 * ratio}px system-ui`;
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    pen.fillText(i + 1, x, y);
  });
  ask();
}

function ask() {
  if (asked || !(props.corners || []).length) return;
  const n = level(), step = 1 / 2 ** n, across = canvas.clientWidth / unit / 2, up = canvas.clientHeight / unit / 2, missing = [];
  for (let row = Math.round((middle[1] - up) / step); row <= Math.round((middle[1] + up) / step); row++) {
    for (let column = Math.round((middle[0] - across) / step); column <= Math.round((middle[0] + across) / step); column++) {
      if (!seen.has(`${n},${column},${row}`)) missing.push([n, column, row]);
    }
  }
  if (!missing.length) return;
  const away = ([, column, row]) => (column * step - middle[0]) ** 2 + (row * step - middle[1]) ** 2;
  missing.sort((a, b) => away(a) - away(b));
  asked = true;
  props.value = missing.slice(0, props.most);
  trigger('change');
  clearTimeout(waiting);
  waiting = setTimeout(() => { asked = false; ask(); }, 15000);  // an answer can get lost
}

function answer() {
  const keys = props.keys || [];
  if (!props.tiles || !keys.length) return;
  const sheet = new Image(), version = props.version;
  sheet.onload = () => {
    asked = false;
    if (version !== props.version) return;
    const columns = Math.ceil(Math.sqrt(keys.length)), side = sheet.width / columns;
    if (seen.size > 3000) seen = new Map();
    keys.forEach((key, i) => {
      seen.set(key.join(','), { sheet, side, x: i % columns * side, y: Math.floor(i / columns) * side });
    });
    canvas.dataset.tiles = seen.size;
    draw();
  };
  sheet.src = props.tiles;
}

function zoom(factor, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2) {
  const before = unit;
  unit = Math.max(least, Math.min(most * 2 ** props.levels[1], unit * factor));
  const right = x - canvas.clientWidth / 2, down = y - canvas.clientHeight / 2;
  middle = [middle[0] + right / before - right / unit, middle[1] - down / before + down / unit];
  canvas.dataset.level = level();
  draw();
}

canvas.addEventListener('wheel', (event) => {
  event.preventDefault();
  zoom(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
}, { passive: false });
canvas.addEventListener('pointerdown', (event) => {
  canvas.setPointerCapture(event.pointerId);
  pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
});
canvas.addEventListener('pointermove', (event) => {
  const last = pointers.get(event.pointerId);
  if (!last) return;
  const spread = () => { const [a, b] = [...pointers.values()]; return Math.hypot(a[0] - b[0], a[1] - b[1]); };
  const before = pointers.size === 2 ? spread() : 0;
  pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
  const share = pointers.size;
  middle = [middle[0] - (event.offsetX - last[0]) / unit / share, middle[1] + (event.offsetY - last[1]) / unit / share];
  if (before) zoom(spread() / before, event.offsetX, event.offsetY);
  else draw();
});
for (const name of ['pointerup', 'pointercancel']) canvas.addEventListener(name, (event) => pointers.delete(event.pointerId));
canvas.addEventListener('keydown', (event) => {
  const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] || [0, 0];
  const factor = { '+': 1.3, ';': 1.3, '-': 1 / 1.3 }[event.key];
  if (!x && !y && !factor) return;
  event.preventDefault();
  middle = [middle[0] + x * 60 / unit, middle[1] + y * 60 / unit];
  zoom(factor || 1);
});
box.addEventListener('click', (event) => { if (event.target.dataset.zoom) zoom(event.target.dataset.zoom > 0 ? 1.5 : 1 / 1.5); });

watch('version', () => {
  seen = new Map();
  asked = false;
  const corners = props.corners || [];
  box.hidden = !corners.length;
  if (corners.length) middle = [0, 1].map((k) => corners.reduce((sum, corner) => sum + corner[k], 0) / 3);
  draw();
});
watch(['tiles', 'keys'], answer);
new ResizeObserver(draw).observe(canvas);
draw();

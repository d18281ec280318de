// A wall of pictures cut from one sprite. props.value is [[seed, index], ...] in the order of picking.
const wall = element.querySelector('.zoo-wall');
const language = window.ganZooLanguage || 'en';
wall.setAttribute('aria-label', props.labels[language]);
let tiles = [];

const isPick = (index) => (pick) => pick[0] === props.seed && pick[1] === index;

function build() {
  const columns = props.columns;
  wall.style.setProperty('--columns', columns);
  tiles = Array.from({ length: props.count }, (_, index) => {
    const tile = document.createElement('button');
    tile.type = 'button';
    tile.className = 'zoo-tile';
    tile.dataset.index = index;
    tile.innerHTML = '<span class="zoo-badge"></span>';
    return tile;
  });
  wall.replaceChildren(...tiles);
}

function draw() {
  if (tiles.length !== props.count) build();
  const columns = props.columns, rows = Math.ceil(props.count / columns);
  wall.style.setProperty('--sprite', `url("${props.sprite}")`);
  wall.dataset.seed = props.seed;
  tiles.forEach((tile, index) => {
    const x = (index % columns) / (columns - 1 || 1) * 100, y = Math.floor(index / columns) / (rows - 1 || 1) * 100;
    tile.style.backgroundPosition = `${x}% ${y}%`;
    tile.style.backgroundSize = `${columns * 100}% ${rows * 100}%`;
  });
  mark();
}

function mark() {
  const picks = props.value || [];
  tiles.forEach((tile, index) => {
    const place = picks.findIndex(isPick(index));
    tile.setAttribute('aria-pressed', place >= 0);
    const [logit, rank] = (props.opinions || [])[index] || [];
    const says = logit === undefined ? '' : props.opinion_labels[language]
      .replace('{logit}', logit.toFixed(2)).replace('{share}', `${Math.round(rank * 100)}%`);
    tile.title = says;
    tile.classList.toggle('zoo-framed', says !== '');
    tile.style.setProperty('--rank', `${(rank || 0) * 100}%`);
    const name = `${props.tile_labels[language]} ${index + 1}` + (place >= 0 ? ` (${place + 1})` : '');
    tile.setAttribute('aria-label', says ? `${name}. ${says}` : name);
    tile.firstChild.textContent = place >= 0 ? place + 1 : '';
  });
}

wall.addEventListener('click', (event) => {
  const tile = event.target.closest('.zoo-tile');
  if (!tile) return;
  const index = Number(tile.dataset.index);
  let picks = (props.suggestion ? [] : props.value || []).slice();
  props.suggestion = false;
  const place = picks.findIndex(isPick(index));
  if (place >= 0) picks.splice(place, 1);
  else picks.push([props.seed, index]);
  props.value = picks;
  mark();
  trigger('select');
});

wall.addEventListener('keydown', (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -props.columns, ArrowDown: props.columns }[event.key];
  const next = step && tiles[tiles.indexOf(document.activeElement) + step];
  if (next) { next.focus(); event.preventDefault(); }
});

watch(['sprite', 'seed', 'count'], draw);
watch(['value', 'opinions'], mark);
if (props.count) draw();


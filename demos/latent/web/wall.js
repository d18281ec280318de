// A wall of pictures cut from one sprite. props.value is [[seed, index], ...] in the order of picking.
import { make, sayer } from '../../shared/web/dom.js';

export function mount({ element, props, trigger, watch }) {
  const wall = element.querySelector('.zoo-wall'), say = sayer(props.labels), { columns } = props;
  let tiles = [];

  const isPick = (index) => (pick) => pick[0] === props.seed && pick[1] === index;

  function build() {
    wall.style.setProperty('--columns', columns);
    tiles = Array.from({ length: props.count }, (_, index) => (
      make('button', { type: 'button', className: 'zoo-tile', 'data-index': index }, make('span', { className: 'zoo-badge' }))
    ));
    wall.replaceChildren(...tiles);
  }

  function draw() {
    if (tiles.length !== props.count) build();
    const rows = Math.ceil(props.count / columns), share = (at, of) => `${at / (of - 1 || 1) * 100}%`;
    wall.style.setProperty('--sprite', `url("${props.sprite}")`);
    wall.dataset.seed = props.seed;
    tiles.forEach((tile, index) => {
      tile.style.backgroundPosition = `${share(index % columns, columns)} ${share(Math.floor(index / columns), rows)}`;
      tile.style.backgroundSize = `${columns * 100}% ${rows * 100}%`;
    });
    mark();
  }

  function opinion(index) {
    const [logit, rank] = (props.opinions || [])[index] || [];
    const said = logit !== undefined && { logit: logit.toFixed(2), share: `${Math.round(rank * 100)}%` };
    return { rank: rank || 0, said: said ? say('opinion_label', said) : '' };
  }

  function mark() {
    const picks = props.value || [];
    tiles.forEach((tile, index) => {
      const place = picks.findIndex(isPick(index)) + 1, { rank, said } = opinion(index);
      tile.setAttribute('aria-pressed', place > 0);
      tile.title = said;
      tile.classList.toggle('zoo-framed', said !== '');
      tile.style.setProperty('--rank', `${rank * 100}%`);
      const name = `${say('tile_label')} ${index + 1}${place ? ` (${place})` : ''}`;
      tile.setAttribute('aria-label', said ? `${name}. ${said}` : name);
      tile.firstChild.textContent = place || '';
    });
  }

  wall.addEventListener('click', (event) => {
    const tile = event.target.closest('.zoo-tile');
    if (!tile) return;
    const index = Number(tile.dataset.index), picks = props.suggestion ? [] : [...props.value || []];
    props.suggestion = false;
    const place = picks.findIndex(isPick(index));
    if (place >= 0) picks.splice(place, 1);
    else picks.push([props.seed, index]);
    props.value = picks;
    mark();
    trigger('pick');
  });

  wall.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    const next = step && tiles[tiles.indexOf(document.activeElement) + step];
    if (!next) return;
    next.focus();
    event.preventDefault();
  });

  wall.setAttribute('aria-label', say('wall_label'));
  watch(['sprite', 'seed', 'count'], draw);
  watch(['value', 'opinions'], mark);
  if (props.count) draw();
}

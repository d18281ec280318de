// A picture whose parts are dragged: arrows from handles to targets, and cells that must stay. props.picture, props.point (what
// it was drawn from), props.handles (where the handles are, in shares); props.fresh tells which picture has been chosen.
// Event: `go`, with props.value { arrows: [[x, y, x2, y2], ...], still: [cell, ...], point }.
import { loaded, placeOn, sayer, within } from '../../shared/web/dom.js';
import { penOn } from '../../shared/web/pen.js';

const HANDLE = '#d93a1f', TARGET = '#0b6bd3', STILL = 'rgb(60 60 60 / .45)', SHORT = 0.01;

export function mount({ element, props, trigger, watch }) {
  const box = element.querySelector('.zoo-drag'), { find } = within(box), say = sayer(props.labels);
  const canvas = find('canvas'), pen = canvas.getContext('2d'), undo = find('[data-do=undo]');
  let arrows = [], still = new Set(), picture = null, shown = '', fresh = props.fresh, past = [], begun = null, arrow = null;

  const tool = () => find('input:checked').value;
  const kept = ([x, y]) => [Math.min(1, Math.max(0, x)), Math.min(1, Math.max(0, y))];

  function dot([x, y], colour) {
    pen.fillStyle = colour;
    pen.strokeStyle = '#fff';
    pen.lineWidth = 3;
    pen.beginPath();
    pen.arc(x * canvas.width, y * canvas.height, 9, 0, 2 * Math.PI);
    pen.fill();
    pen.stroke();
  }

  function line(from, to) {
    for (const [colour, width] of [['#fff', 7], [TARGET, 4]]) {
      Object.assign(pen, { strokeStyle: colour, lineWidth: width });
      pen.beginPath();
      pen.moveTo(from[0] * canvas.width, from[1] * canvas.height);
      pen.lineTo(to[0] * canvas.width, to[1] * canvas.height);
      pen.stroke();
    }
  }

  function draw() {
    pen.imageSmoothingEnabled = true;
    pen.clearRect(0, 0, canvas.width, canvas.height);
    if (picture) pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const side = canvas.width / props.cells;
    pen.fillStyle = STILL;
    for (const cell of still) pen.fillRect(cell % props.cells * side, Math.floor(cell / props.cells) * side, side, side);
    for (const [x, y, x2, y2] of arrows) {
      line([x, y], [x2, y2]);
      dot([x2, y2], TARGET);
      dot([x, y], HANDLE);
    }
    undo.disabled = !past.length;
  }

  // A handle goes with the part that it holds: the next start goes on from where it is.
  async function show() {
    if (props.fresh !== fresh) {
      fresh = props.fresh;
      arrows = [];
      still.clear();
      past = [];
    }
    const handles = props.handles || [];
    if (handles.length === arrows.length) arrows = arrows.map(([, , x2, y2], i) => [...kept(handles[i]), x2, y2]);
    const wanted = props.picture;
    if (wanted !== shown) {
      shown = wanted;
      const found = wanted ? await loaded(wanted).catch(() => null) : null;
      if (wanted !== shown) return;  // a later picture has come meanwhile
      picture = found;
    }
    box.toggleAttribute('data-ready', picture !== null);
    draw();
  }

  function paint(event) {
    const [x, y] = kept(placeOn(canvas, event)), at = (share) => Math.min(props.cells - 1, Math.floor(share * props.cells));
    still.add(at(y) * props.cells + at(x));
  }

  penOn(canvas, {
    down(event) {
      if (!picture) return false;
      const place = kept(placeOn(canvas, event));
      begun = tool();
      if (begun === 'hold') paint(event);
      else if (arrows.length < props.most) arrows.push(arrow = [...place, ...place]);
      else return false;
      draw();
      return true;
    },
    move(events) {
      if (begun === 'hold') events.forEach(paint);
      else arrow.splice(2, 2, ...kept(placeOn(canvas, events[events.length - 1])));
      draw();
    },
    up() {
      arrows = arrows.filter(([x, y, x2, y2]) => Math.hypot(x2 - x, y2 - y) > SHORT);
      props.handles = [];
      draw();
    },
  });

  find('[data-do=go]').addEventListener('click', () => {
    if (arrows.length) past.push({ picture: props.picture, point: props.point, arrows });
    props.value = { arrows, still: [...still], point: props.point };
    draw();
    trigger('go');
  });
  undo.addEventListener('click', () => {
    const before = past.pop();
    arrows = before.arrows;
    Object.assign(props, { picture: before.picture, point: before.point, handles: [] });
    show();
  });
  find('[data-do=clear]').addEventListener('click', () => {
    arrows = [];
    still.clear();
    draw();
  });
  canvas.setAttribute('aria-label', say('drag_label'));
  watch(['picture', 'handles', 'fresh'], show);
  show();
}

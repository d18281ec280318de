// The pictures of a set, which can be marked, to be deleted. They are one stop for the keyboard: the arrows go on from there.
import { button, make } from '../../shared/web/dom.js';

// marked(n): so many are marked now.
export function mountPictures(list, say, marked) {
  const buttons = () => [...list.querySelectorAll('button')], isMarked = ({ ariaPressed }) => ariaPressed === 'true';
  const marks = () => buttons().filter(isMarked).map(({ dataset }) => dataset.picture);

  function mark(one) {
    one.ariaPressed = String(!isMarked(one));
    goTo(one);
    marked(marks().length);
  }

  function goTo(one) {
    for (const other of buttons()) other.tabIndex = other === one ? 0 : -1;
  }

  function add({ id, thumb }) {
    const n = list.children.length + 1, made = button(() => mark(made), { ariaLabel: say('own_mark', { n }), ariaPressed: 'false' });
    made.append(make('img', { src: thumb, alt: '' }));
    made.dataset.picture = id;
    made.tabIndex = n === 1 ? 0 : -1;
    list.append(make('li', {}, made));
  }

  function show(pictures) {
    list.replaceChildren();
    pictures.forEach(add);
    marked(0);
  }

  list.addEventListener('keydown', (event) => {
    const all = buttons(), i = all.indexOf(document.activeElement);
    const columns = all.filter((one) => one.offsetTop === all[0].offsetTop).length;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
    const next = event.key === 'Home' ? all[0] : event.key === 'End' ? all.at(-1) : all[i + steps[event.key]];
    if (i < 0 || !next) return;
    event.preventDefault();
    goTo(next);
    next.focus();
  });

  return { add, show, marks, count: () => list.children.length };
}

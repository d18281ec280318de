// The drawer with the tools: by click, and by key.
import { isWritten, language, make, within } from '../../shared/web/dom.js';

const TOOLS = { p: 'pen', e: 'eraser', l: 'line', r: 'rectangle', f: 'fill' };

// The tools of the studio `box`. cleared(): all is wiped away; changed(): a step is done; `paper` as mountPaper gives it.
export function mountDrawer(box, desk, say, paper, { cleared, changed }) {
  const { find, all } = within(box), range = find('.zoo-width input');

  function swatch(colour) {
    const brush = desk.task.brushes[colour]?.[language];
    const made = make('button', {
      type: 'button',
      'data-colour': colour,
      'aria-label': brush || (desk.isInk(colour) ? say('ink') : `${say('colour')} ${colour}`),
      'aria-pressed': colour === desk.colour,
    }, ...(brush ? [make('span', {}, brush)] : []));
    made.style.setProperty('--colour', colour);
    return made;
  }

  function show() {
    for (const button of all('[data-tool]')) button.setAttribute('aria-pressed', button.dataset.tool === desk.tool);
    find('.zoo-colours div').replaceChildren(...desk.colours.map(swatch));
    find('.zoo-colours input').value = desk.colour;
    range.value = desk.width;
  }

  function shown() {
    show();
    desk.keep();
  }

  const actions = {
    undo: (drawing) => drawing.undo(),
    redo: (drawing) => drawing.redo(),
    mirror: (drawing) => { if (drawing.done.length) drawing.add({ tool: 'mirror' }); },
    clear: (drawing) => {
      if (!drawing.done.length) return;
      cleared();
      drawing.add({ tool: 'clear' });
    },
  };

  function act(name) {
    if (paper.isDrawing()) return;
    actions[name](desk.drawing);
    changed();
  }

  function choose(tool) { desk.choose(tool); shown(); }

  function paint(colour) { desk.paint(colour); shown(); }

  function widen(by) {
    desk.width = Math.max(Number(range.min), Math.min(Number(range.max), desk.width + by));
    shown();
  }

  box.addEventListener('click', (event) => {
    const { tool, do: name, colour } = event.target.closest('button')?.dataset || {};
    if (tool) choose(tool);
    if (name) act(name);
    if (colour) paint(colour);
  });
  find('.zoo-colours input').addEventListener('input', (event) => paint(event.target.value));
  range.addEventListener('input', () => { desk.width = Number(range.value); desk.keep(); });

  function undoing(event, key) {
    if (!event.ctrlKey && !event.metaKey) return '';
    return { z: event.shiftKey ? 'redo' : 'undo', y: 'redo' }[key] || '';
  }

  document.addEventListener('keydown', (event) => {
    if (!box.offsetParent || isWritten(event.target) || event.altKey) return;
    const key = event.key.toLowerCase(), does = undoing(event, key);
    if (does) act(does);
    else if (event.ctrlKey || event.metaKey) return;
    else if (key === 'escape' && paper.isDrawing()) paper.cancel();
    else if (key === 'm') act('mirror');
    else if (key === 'delete') act('clear');
    else if (desk.mode === 'photo') return;
    else if (TOOLS[key]) choose(TOOLS[key]);
    else if (key === '[') widen(-1);
    else if (key === ']') widen(1);
    else if (desk.colours[key - 1]) paint(desk.colours[key - 1]);
    else return;
    event.preventDefault();
  });

  for (const button of all('[aria-keyshortcuts]')) {
    const keys = button.getAttribute('aria-keyshortcuts').replace('Control+', 'Ctrl+').toUpperCase();
    button.title = `${button.querySelector(`[lang=${language}]`).textContent} (${keys})`;
  }
  find('.zoo-colours').setAttribute('aria-label', say('colour'));
  return { show };
}

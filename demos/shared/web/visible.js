// A place that nobody sees, which tells when it comes into view, and again when one of props.heard has happened and it is in
// view.
import { isThere, whenServerChanges } from './server.js';

// A tool that says nothing for so many milliseconds is not waited for any longer.
const PATIENCE = 30_000;

// Marks a tool as asked until something that it says changes: the edge of its stage moves meanwhile. Gradio's own signs, which
// nobody sees, change at once.
function waitFor(tool, mark) {
  const { dataset } = mark;
  delete dataset.settled;
  dataset.asked = '';
  const said = ({ target }) => (target.closest ? target : target.parentElement)?.closest('.prose');
  const eye = new MutationObserver((changes) => { if (changes.some(said)) settle(); }), timer = setTimeout(settle, PATIENCE);
  function settle() {
    dataset.settled = '';
    eye.disconnect();
    clearTimeout(timer);
  }
  eye.observe(tool, { childList: true, subtree: true, characterData: true });
}

export function mount({ element, props, trigger }) {
  const mark = element.firstElementChild, tool = props.slow && element.closest('[role=tabpanel]');
  let stale = true, seen = false;

  // The parts beside it may still be on their way to the page, and would be sent without their values.
  const tell = () => setTimeout(async () => {
    // A question that the server can't hear would be lost, and Gradio would pass on no event any more.
    if (!seen || !stale || !await isThere() || !stale) return;
    stale = false;
    if (tool) waitFor(tool, mark);
    trigger('look');
  }, 120);

  const eye = new IntersectionObserver(([entry]) => {
    seen = entry.isIntersecting;
    tell();
  }, { rootMargin: '200px' });
  eye.observe(mark);
  whenServerChanges(tell);
  for (const name of props.heard) {
    document.addEventListener(name, () => {
      stale = true;
      tell();
    });
  }
}

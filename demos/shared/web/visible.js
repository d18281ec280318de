// A place that nobody sees, which tells when it comes into view, and again when one of props.heard has happened and it is in
// view.
import { isThere, whenServerChanges } from './server.js';

export function mount({ element, props, trigger }) {
  let stale = true, seen = false;

  // The parts beside it may still be on their way to the page, and would be sent without their values.
  const tell = () => setTimeout(async () => {
    // A question that the server can't hear would be lost, and Gradio would pass on no event any more.
    if (!seen || !stale || !await isThere() || !stale) return;
    stale = false;
    trigger('look');
  }, 120);

  const eye = new IntersectionObserver(([entry]) => {
    seen = entry.isIntersecting;
    tell();
  }, { rootMargin: '200px' });
  eye.observe(element.firstElementChild);
  whenServerChanges(tell);
  for (const name of props.heard) {
    document.addEventListener(name, () => {
      stale = true;
      tell();
    });
  }
}

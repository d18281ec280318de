// Puts a text on the clipboard. Gives true where it is there now: a page without a secure address has no clipboard, a browser or
// the frame of another site may refuse it, and what nobody can copy for the visitor has to be shown.
import { make } from './dom.js';

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { /* the older way needs no permission, but something that is selected */ }
  const before = document.activeElement, field = make('textarea', { value: text, readOnly: true, className: 'zoo-unseen' });
  document.body.append(field);
  field.select();
  let done = false;
  try { done = document.execCommand('copy'); } catch { /* not known any more */ }
  field.remove();
  before?.focus?.({ preventScroll: true });
  return done;
}

// What the rooms of the page share: its language, its sentences, elements, and work of which only the newest counts.
import { make } from './elements.js';
import { TEXTS } from './texts.js';

export { make };

const LANGUAGES = ['en', 'ja'];
const asked = new URLSearchParams(location.search).get('lang');

export const language = LANGUAGES.find((one) => one === asked) || (navigator.language.startsWith('ja') ? 'ja' : 'en');

// A sentence in the page's language; {name} in one is a field.
export function say(key, fields = {}) {
  return TEXTS[key][language].replace(/\{(\w+)\}/g, (slot, name) => fields[name] ?? slot);
}

// The name of a brush, as the page says it.
export const brushName = (name) => TEXTS.brushes[name]?.[language] ?? say('colour', { name });

export function button(act, ...children) {
  const made = make('button', { type: 'button' }, ...children);
  made.addEventListener('click', act);
  return made;
}

// Does work again whenever it is asked to, one at a time; of what waits only the newest counts. `trouble` is where the page says
// that it failed.
export function newest(work, trouble) {
  let busy = false, waits = false;
  return async function ask() {
    waits = true;
    if (busy) return;
    busy = true;
    while (waits) {
      waits = false;
      trouble.textContent = '';
      try {
        await work();
      } catch (error) {
        trouble.textContent = say('stopped', { reason: error.message });
      }
    }
    busy = false;
  };
}

// Where the page says what went wrong.
export const complaints = () => make('p', { className: 'trouble', role: 'alert' });

// A link that saves a canvas as a PNG.
export function saver(canvas, name) {
  const link = make('a', { download: `${name}.png`, href: '#' }, say('save'));
  link.addEventListener('click', () => { link.href = canvas.toDataURL(); });
  return link;
}

// Shows how long a picture took; data-pictures counts them.
export function showTime(place, milliseconds) {
  place.textContent = say('took', { ms: milliseconds.toFixed(milliseconds < 10 ? 1 : 0) });
  place.dataset.pictures = Number(place.dataset.pictures || 0) + 1;
}

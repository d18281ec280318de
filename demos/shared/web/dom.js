// Helpers to find, make and fill parts of the page.
import { make } from '../../../gan_zoo/browser/web/elements.js';

export { make };
export { loaded } from '../../../gan_zoo/browser/web/pictures.js';

// The language of the page, as language.js has settled it.
export const language = document.documentElement.lang;

// The first of the parts of `box` that a selector finds, and all of them as an array.
export function within(box) {
  return { find: (css, from = box) => from.querySelector(css), all: (css, from = box) => [...from.querySelectorAll(css)] };
}

// Sentences in the page's language, out of { key: { LANGUAGE: sentence } }; {name} in one is a field.
export function sayer(labels) {
  return (key, fields = {}) => labels[key][language].replace(/\{(\w+)\}/g, (slot, name) => fields[name] ?? slot);
}

// Sentences side by side, as the page's language sets them: Japanese has no space between them. Those that are '' are left out.
export const sentences = (...said) => said.filter(Boolean).join(language === 'ja' ? '' : ' ');

// A button that does something.
export function button(act, fields = {}, ...children) {
  const made = make('button', { type: 'button', ...fields }, ...children);
  made.addEventListener('click', act);
  return made;
}

// Says what is wrong, in words that are no HTML; nothing is wrong with ''.
export function complain(place, text) {
  place.replaceChildren(...(text ? [make('p', { role: 'alert' }, text)] : []));
}

// Does something once, as soon as a part of the page comes near the view: nothing is asked before a tab is looked at.
export function onceSeen(part, act) {
  const eye = new IntersectionObserver(([entry]) => {
    if (!entry.isIntersecting) return;
    eye.disconnect();
    act();
  }, { rootMargin: '200px' });
  eye.observe(part);
}

// Saves a data URL as a file. As a blob it may be of any size.
export async function save(url, name) {
  const address = URL.createObjectURL(await (await fetch(url)).blob());
  make('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

// True if pressed keys write a text there.
export function isWritten(target) {
  const others = ['range', 'radio', 'checkbox', 'color', 'file', 'button'];
  return target.isContentEditable || target.matches('textarea, select')
    || (target.matches('input') && !others.includes(target.type));
}

// The position of a pointer on an element: from 0 to 1, from the left and from the top.
export function placeOn(element, event) {
  const box = element.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
}

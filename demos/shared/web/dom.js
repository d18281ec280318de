// Helpers to find, make and fill parts of the page.

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

// An element. Its fields are properties where it has such, and attributes else; children are elements or texts.
export function make(tag, fields = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(fields)) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

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

// A picture that can be drawn.
export async function loaded(url) {
  const picture = Object.assign(new Image(), { src: url });
  await picture.decode();
  return picture;
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

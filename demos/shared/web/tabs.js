// The address names the open tab, as in #style: a link opens it, and a change of the language stays there. It may name a part
// of the tab, too, as in #training/playground: that part comes into view, and is opened if it is a tab itself.
import { language } from './dom.js';

const NAME = /^\w+$/;
// The number of searches for a part that is not there yet, and the milliseconds between them.
const TRIES = 20, PAUSE = 150;
// For so many milliseconds a part stays in view while what stands above it grows.
const SETTLING = 5000;

const named = () => location.hash.slice(1).split('/');
const tabButton = (name) => (NAME.test(name) ? document.getElementById(`tab_${name}-button`) : null);

// The name of a tab by the button that opens it.
export const tabName = (button) => button.id.replace(/^tab_|-button$/g, '');

// `links`: those to the languages, each with its `lang`.
export function followAddress(links) {
  let leave = () => {};

  function open() {
    const found = tabButton(named()[0]);
    found?.click();
    if (found) showPart(TRIES);
    return Boolean(found);
  }

  function showPart(tries) {
    const [tab, part] = named();
    if (!NAME.test(part || '') || !tries) return;
    const inside = (css) => document.querySelector(`#tab_${tab} ${css}`), tool = inside(`#${part}-button`);
    const found = tool || inside(`#${part}`);
    if (!found?.offsetParent) {
      setTimeout(() => showPart(tries - 1), PAUSE);
      return;
    }
    tool?.click();
    settle(found.closest('.zoo-stage') || found);
  }

  // The parts above a place may still grow: the place stays in view until the tab is complete, or the visitor goes elsewhere.
  function settle(place) {
    leave();
    const growing = new ResizeObserver(() => place.scrollIntoView());
    const elsewhere = ['wheel', 'pointerdown', 'touchmove', 'keydown', 'hashchange'];
    leave = () => {
      growing.disconnect();
      elsewhere.forEach((name) => window.removeEventListener(name, leave));
    };
    growing.observe(place.closest('[role=tabpanel]'));  // calls at once, too
    elsewhere.forEach((name) => window.addEventListener(name, leave));
    setTimeout(leave, SETTLING);
  }

  function point() {
    for (const link of links) {
      const query = new URLSearchParams(location.search);
      query.set('lang', link.lang);
      link.href = `?${query}${location.hash}`;
    }
  }

  for (const link of links) {
    if (link.lang === language) link.setAttribute('aria-current', 'true');
    link.addEventListener('click', point);  // the query may have changed since
  }
  // The tabs come after the header, and are drawn anew as they like: whoever is clicked is asked for its name.
  document.addEventListener('click', (event) => {
    // The page has a <base>, from which the address of a place in it would lead to another page: one without the query.
    const inside = event.target.closest('a[href^="#"]')?.getAttribute('href');
    if (inside && !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      location.hash = inside;
    }
    const clicked = event.target.closest('[role=tab][id^=tab_]');
    if (!clicked) return;
    const name = tabName(clicked);
    if (name !== named()[0]) history.replaceState(null, '', `${location.pathname}${location.search}#${name}`);
    point();
  });
  window.addEventListener('hashchange', () => { open(); point(); });
  point();
  if (!named()[0] || open()) return;
  const waiting = new MutationObserver(() => { if (open()) waiting.disconnect(); });
  waiting.observe(document.body, { childList: true, subtree: true });
}

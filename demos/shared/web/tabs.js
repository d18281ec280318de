// The address names the open tab, as in #style: a link opens it, and a change of the language stays there. It may name a part
// of the tab, too, as in #detective/room: that part comes into view, and is opened if it is a tab itself. A third word is a
// setting of the part, as in #playground/board/collapse: the tab's script knows what it means.
import { language } from './dom.js';

const NAME = /^\w+$/;
// The number of searches for a part that is not there yet, and the milliseconds between them: a slow machine may take most of a
// minute to build a tab.
const TRIES = 400, PAUSE = 150;

// What was a part of a tab once, and where it is now.
const MOVED = { 'training/playground': 'playground' };

// The place that a link means: links of long ago still lead somewhere.
export const placeOf = (address) => MOVED[address] ?? address;

// The tab that the address names, and the part of it.
export const named = () => placeOf(location.hash.slice(1)).split('/');

// Calls act(part, setting) when the address names a part of a tab: now, and whenever it comes to.
export function followPart(tab, act) {
  const go = () => {
    const [name, part, setting] = named();
    if (name === tab && part) act(part, setting);
  };
  window.addEventListener('hashchange', go);
  go();
}

const tabButton = (name) => (NAME.test(name) ? document.getElementById(`tab_${name}-button`) : null);

// The name of a tab by the button that opens it.
export const tabName = (button) => button.id.replace(/^tab_|-button$/g, '');

// `links`: those to the languages, each with its `lang`. `queries`: the words of a query by the tab that they are about, which
// opens if the address names none. `mark` is called with the name of the tab that is open.
export function followAddress(links, queries, mark) {
  let leave = () => {}, search = 0;

  const query = new URLSearchParams(location.search);
  const meant = Object.keys(queries).find((tab) => queries[tab].some((key) => query.has(key)));
  if (meant && !named()[0]) history.replaceState(null, '', `${location.pathname}${location.search}#${meant}`);

  function open() {
    // Without a name it is the first.
    const found = tabButton(named()[0]) || (!named()[0] && document.querySelector('[role=tab][id^=tab_]'));
    if (!found) return false;
    found.click();
    clearTimeout(search);
    showPart(TRIES);
    return true;
  }

  function showPart(tries) {
    const [tab, part] = named();
    if (!NAME.test(part || '') || !tries) return;
    const inside = (css) => document.querySelector(`#tab_${tab} ${css}`), tool = inside(`#${part}-button`);
    const found = tool || inside(`#${part}, [data-part=${part}]`);
    if (!found?.offsetParent) {
      search = setTimeout(() => showPart(tries - 1), PAUSE);
      return;
    }
    tool?.click();
    settle(found.dataset.part ? found : found.closest('.zoo-stage') || found);
  }

  // The parts above a place may still grow: the place stays in view until the visitor does something.
  function settle(place) {
    leave();
    // What is in view already, and not just at its foot, stays where it is.
    const isSeen = ({ top, bottom }) => top >= 0 && top < innerHeight / 2 && bottom <= innerHeight;
    const growing = new ResizeObserver(() => {
      if (!isSeen(place.getBoundingClientRect())) place.scrollIntoView();
    });
    const elsewhere = ['wheel', 'pointerdown', 'touchmove', 'keydown', 'hashchange'];
    leave = () => {
      growing.disconnect();
      elsewhere.forEach((name) => window.removeEventListener(name, leave));
    };
    growing.observe(place.closest('[role=tabpanel]'));  // calls at once, too
    elsewhere.forEach((name) => window.addEventListener(name, leave));
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
    mark(name);
    point();
  });
  window.addEventListener('hashchange', () => { open(); point(); });
  point();
  if (!named()[0] || open()) return;
  const waiting = new MutationObserver(() => { if (open()) waiting.disconnect(); });
  waiting.observe(document.body, { childList: true, subtree: true });
}

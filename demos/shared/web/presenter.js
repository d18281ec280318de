// The presenter mode: a talk is a list of stops, TAB or TAB.PART, and the address carries it: ?talk=learn.duel-latent&stop=1.
// While it goes on a bar stands below, and arrow keys or a remote's Page Up and Page Down go from stop to stop.
import { language } from './dom.js';

const STOP = /^\w+(\.\w+)?$/;
export const MOST_STOPS = 60;
const KEYS = {
  PageDown: 'on', PageUp: 'back', ArrowRight: 'on', ArrowLeft: 'back',
  n: 'text', f: 'full', b: 'dark', '.': 'dark', Escape: 'end',
};
// Elements with keys of their own keep them, except the keys of a remote.
const BUSY = [
  'input:not([type=checkbox])', 'select', 'textarea', 'canvas', 'video', 'summary', '[contenteditable]', '[role=group] button',
  '[role=slider]', '[role=tab]', '[role=radiogroup]', '[role=application]',
].join();
// The bar looks for the name of a stop so many milliseconds after it was reached: what it is called after may be on its way.
const NAMED = [0, 300, 1200];

// The address of a stop, a number, or with null the one without.
function toAddress(stop) {
  const query = new URLSearchParams(location.search);
  if (stop === null) query.delete('stop');
  else query.set('stop', stop);
  return `${location.pathname}?${query}${location.hash}`;
}

// The name of a stop in the bar: its tab, and the heading that has come into view.
function nameOf(stop) {
  const [tab, place] = stop.split('.'), panel = document.getElementById(`tab_${tab}`);
  const tabName = document.getElementById(`tab_${tab}-button`)?.innerText || tab;
  const tool = document.getElementById(`${place}-button`), spot = place && panel?.querySelector(`#${place}`);
  const heading = tab === 'learn' ? panel?.querySelector('article h3') : tool || spot?.closest('.zoo-stage')?.querySelector('h2');
  return [tabName, place && heading?.innerText.replace(/^\d+\s*/, '')].filter(Boolean).join(' · ');
}

// Begins a talk when `zoo-present` brings its stops, or when the address has one. `labels`: what the buttons of the bar say.
export function present(bar, labels) {
  const root = document.documentElement, part = (css) => bar.querySelector(css);
  // Gradio puts its own container before every selector of ours, so what is inside of it carries the marks, too.
  const marked = () => [root, ...bar.closest('.contain').children];
  const mark = (name, isOn) => marked().forEach((one) => one.toggleAttribute(name, isOn));
  let stops = [], at = 0, wasFull = false;

  function go(n) {
    at = Math.max(0, Math.min(stops.length - 1, n));
    history.replaceState(null, '', toAddress(at));
    mark('data-dark-screen', false);
    const [tab, place] = stops[at].split('.');
    window.scrollTo(0, 0);
    location.hash = place ? `${tab}/${place}` : tab;
    part('.count').textContent = `${at + 1} / ${stops.length}`;
    part('.back').disabled = at === 0;
    part('.on').disabled = at === stops.length - 1;
    part('[data-do=text]').hidden = tab !== 'learn';
    for (const wait of NAMED) setTimeout(() => { if (stops.length) part('.name').textContent = nameOf(stops[at]); }, wait);
  }

  async function full() {
    try {
      await (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.());
    } catch { /* not allowed here: the talk goes on in the window */ }
  }

  function begin(list, first) {
    stops = list.filter((stop) => STOP.test(stop)).slice(0, MOST_STOPS);
    if (!stops.length) return;
    mark('data-presenting', true);
    bar.hidden = false;
    go(first);
  }

  function end() {
    stops = [];
    bar.hidden = true;
    for (const name of ['data-presenting', 'data-dark-screen', 'data-full-text']) mark(name, false);
    history.replaceState(null, '', toAddress(null));
    if (document.fullscreenElement) document.exitFullscreen();
  }

  const actions = {
    back: () => go(at - 1),
    on: () => go(at + 1),
    text: () => {
      const isOn = !root.hasAttribute('data-full-text');
      mark('data-full-text', isOn);
      part('[data-do=text]').setAttribute('aria-pressed', String(isOn));
    },
    full,
    dark: () => mark('data-dark-screen', !root.hasAttribute('data-dark-screen')),
    end,
  };

  window.addEventListener('keydown', (event) => {
    const does = KEYS[event.key];
    if (!stops.length || !does || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!event.key.startsWith('Page') && event.target.closest?.(BUSY)) return;
    event.preventDefault();
    actions[does]();
  }, true);
  // Escape leaves the full screen without a key press that a page could hear.
  document.addEventListener('fullscreenchange', () => {
    if (wasFull && !document.fullscreenElement && stops.length) end();
    wasFull = Boolean(document.fullscreenElement);
  });
  for (const button of bar.querySelectorAll('button')) button.ariaLabel = button.title = labels[button.dataset.do][language];
  bar.addEventListener('click', (event) => actions[event.target.closest('button')?.dataset.do]?.());
  document.addEventListener('zoo-present', ({ detail }) => { full(); begin(detail, 0); });

  const asked = new URLSearchParams(location.search), talk = asked.get('talk'), stop = asked.get('stop') || '';
  if (talk && /^\d{1,2}$/.test(stop)) begin(talk.split('-'), Number(stop));
}

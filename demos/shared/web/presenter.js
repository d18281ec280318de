// The presenter mode: a talk is a list of stops, TAB or TAB.PART, and the address carries it: ?talk=learn.duel-latent&stop=1.
// While it goes on a bar stands below, and arrow keys or a remote's Page Up and Page Down go from stop to stop.
import { language } from './dom.js';
import { placeOf } from './tabs.js';

// A stop where it is now: talks of long ago go on.
export const stopNow = (stop) => placeOf(stop.replace('.', '/')).replace('/', '.');
const STOP = /^\w+(\.\w+)?$/;
export const MOST_STOPS = 60;
const KEYS = {
  PageDown: 'on', PageUp: 'back', ArrowRight: 'on', ArrowLeft: 'back',
  n: 'text', f: 'full', b: 'dark', '.': 'dark', Escape: 'end',
};
// Elements with keys of their own keep them, except the keys of a remote.
const BUSY = [
  'input:not([type=checkbox])', 'select', 'textarea', 'canvas', 'video', 'summary', '[contenteditable]', '[role=group] button',
  '[role=slider]', '[role=tab]', '[role=radiogroup]', '[role=application]', '[data-keys]',
].join();
// The bar looks for the name of a stop so many milliseconds after it was reached: what it is called after may be on its way.
const NAMED = [0, 300, 1200];
// The window, in pixels, in which a tab fits as it is; on the stage it becomes as large as the window lets it.
const WIDTH = 1280, HEIGHT = 720;

// The address of a stop, a number, or with null the one without.
function toAddress(stop) {
  const query = new URLSearchParams(location.search);
  if (stop === null) query.delete('stop');
  else query.set('stop', stop);
  return `${location.pathname}?${query}${location.hash}`;
}

// The part of a tab that a stop is about: the rest of the tab is off the stage.
function stageOf(stop) {
  const [tab, place] = stop.split('.'), panel = document.getElementById(`tab_${tab}`);
  const spot = place && panel?.querySelector(`#${place}, #${place}-button`);
  return spot?.closest('.zoo-stage') || panel?.querySelector('.zoo-stage');
}

function setStage(stop) {
  const stage = stageOf(stop);
  for (const one of document.querySelectorAll('.zoo-stage')) one.toggleAttribute('data-on-stage', one === stage);
}

function enlarge() {
  const { style } = document.documentElement, zoom = Math.min(innerWidth / WIDTH, innerHeight / HEIGHT);
  style.setProperty('--zoo-zoom', Math.max(1, zoom));
  style.setProperty('--zoo-window', `${innerHeight / Math.max(1, zoom)}px`);
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
    // What had the keys in the stop before gives them back: it stays on the page until the next tab has opened.
    document.activeElement?.closest(BUSY)?.blur();
    const [tab, place] = stops[at].split('.');
    window.scrollTo(0, 0);
    location.hash = place ? `${tab}/${place}` : tab;
    part('.count').textContent = `${at + 1} / ${stops.length}`;
    part('.back').disabled = at === 0;
    part('.on').disabled = at === stops.length - 1;
    part('[data-do=text]').hidden = tab !== 'learn';
    for (const wait of NAMED) {
      setTimeout(() => {
        if (!stops.length) return;
        part('.name').textContent = nameOf(stops[at]);
        setStage(stops[at]);
      }, wait);
    }
  }

  async function full() {
    try {
      if (document.fullscreenElement) await document.exitFullscreen();
      else {
        await root.requestFullscreen?.();
        if (!stops.length) await document.exitFullscreen();  // the talk has ended meanwhile
      }
    } catch { /* not allowed here: the talk goes on in the window */ }
  }

  function begin(list, first) {
    stops = list.filter((stop) => STOP.test(stop)).slice(0, MOST_STOPS).map(stopNow);
    if (!stops.length) return;
    enlarge();
    mark('data-presenting', true);
    bar.hidden = false;
    // A single tab on the stage is no talk: there is nowhere to go.
    bar.toggleAttribute('data-alone', stops.length === 1);
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
    if (stops.length === 1 && ['on', 'back'].includes(does)) return;
    event.preventDefault();
    actions[does]();
  }, true);
  window.addEventListener('resize', enlarge);
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

// The presenter mode: a talk is a list of stops, TAB or TAB.PART, and the address carries it: ?talk=learn.duel-latent&stop=1.
// While it goes on a bar stands below, and arrow keys or a remote's Page Up and Page Down go from stop to stop.
const bar = element.querySelector('.zoo-talk'), root = document.documentElement, STOP = /^\w+(\.\w+)?$/, MOST = 60;
const part = (css) => bar.querySelector(css);
// Gradio puts its own container before every selector of ours, so what is inside of it carries the marks, too.
const mark = (name, isOn) => [root, ...bar.closest('.contain').children].forEach((one) => one.toggleAttribute(name, isOn));
let stops = [], at = 0, wasFull = false;

function toAddress(stop) {
  const query = new URLSearchParams(location.search);
  if (stop === null) query.delete('stop'); else query.set('stop', stop);
  return `${location.pathname}?${query}`;
}

// What the bar calls a stop: the name of its tab, or the heading that has come into view.
function name() {
  const [tab, place] = stops[at].split('.'), panel = document.getElementById(`tab_${tab}`);
  const tabName = document.getElementById(`tab_${tab}-button`)?.innerText || tab;
  const tool = document.getElementById(`${place}-button`), spot = place && panel?.querySelector(`#${place}`);
  const heading = tab === 'learn' ? panel?.querySelector('article h3') : tool || spot?.closest('.zoo-stage')?.querySelector('h2');
  return [tabName, place && heading?.innerText.replace(/^\d+\s*/, '')].filter(Boolean).join(' · ');
}

function go(n) {
  at = Math.max(0, Math.min(stops.length - 1, n));
  history.replaceState(null, '', `${toAddress(at)}${location.hash}`);
  mark('data-dark-screen', false);
  const [tab, place] = stops[at].split('.');
  window.scrollTo(0, 0);
  location.hash = place ? `${tab}/${place}` : tab;
  part('.count').textContent = `${at + 1} / ${stops.length}`;
  part('.back').disabled = at === 0;
  part('.on').disabled = at === stops.length - 1;
  part('[data-do=text]').hidden = tab !== 'learn';
  for (const wait of [0, 300, 1200]) setTimeout(() => { if (stops.length) part('.name').textContent = name(); }, wait);
}

const full = () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.())?.catch(() => { /* not allowed here: the talk goes on in the window */ });

function begin(list, first) {
  stops = list.filter((stop) => STOP.test(stop)).slice(0, MOST);
  if (!stops.length) return;
  mark('data-presenting', true);
  bar.hidden = false;
  go(first);
}

function end() {
  stops = [];
  bar.hidden = true;
  for (const name of ['data-presenting', 'data-dark-screen', 'data-full-text']) mark(name, false);
  history.replaceState(null, '', `${toAddress(null)}${location.hash}`);
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
const KEYS = { PageDown: 'on', PageUp: 'back', ArrowRight: 'on', ArrowLeft: 'back', n: 'text', f: 'full', b: 'dark', '.': 'dark', Escape: 'end' };
// What has keys of its own keeps them, but for those of a remote.
const BUSY = 'input:not([type=checkbox]), select, textarea, canvas, video, summary, [contenteditable], [role=group] button, [role=slider], [role=tab], [role=radiogroup], [role=application]';
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
for (const button of bar.querySelectorAll('button')) button.ariaLabel = button.title = props.labels[button.dataset.do][window.ganZooLanguage];
bar.addEventListener('click', (event) => actions[event.target.closest('button')?.dataset.do]?.());
document.addEventListener('zoo-present', ({ detail }) => { full(); begin(detail, 0); });

const asked = new URLSearchParams(location.search);
if (asked.get('talk') && /^\d{1,2}$/.test(asked.get('stop') || '')) begin(asked.get('talk').split('-'), Number(asked.get('stop')));

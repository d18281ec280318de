// A page of networks that run in the browser; site.json says which: one of them is shown at a time, to draw with or to walk in.
import { drawing } from './draw.js';
import { Network } from './network.js';
import { language, make, say } from './page_parts.js';
import { walking } from './walk.js';

const ROOMS = { draw: drawing, walk: walking };
const place = document.querySelector('main'), choices = document.querySelector('.networks');

// What loads shows its progress; a room that was left shows nothing more.
let shown = 0;

async function show(about) {
  const mine = shown += 1, bar = make('progress', { max: about.bytes, value: 0 }), note = make('p', { className: 'hint', role: 'status' });
  const mega = (bytes) => (bytes / 1e6).toFixed(1);
  delete document.body.dataset.ready;
  for (const button of choices.children) {
    button.setAttribute('aria-pressed', button.value === about.name);
    if (button.value === about.name) button.scrollIntoView({ block: 'nearest', inline: 'center' });
  }
  document.title = `${about.name} · GAN Zoo`;
  place.replaceChildren(make('h2', {}, about.name), bar, note);
  document.querySelector('footer').replaceChildren(
    make('a', { href: about.card }, say('about')), ' · ', say('made_with'), ' ', make('a', { href: 'onnxruntime-LICENSE.txt' }, 'ONNX Runtime (MIT)'),
  );
  try {
    const network = new Network(about);
    await network.load((done) => {
      bar.value = done;
      note.textContent = say('loading', { done: mega(Math.min(done, about.bytes)), all: mega(about.bytes) });
    });
    if (mine !== shown) return;
    place.replaceChildren(make('h2', {}, about.name));
    await ROOMS[about.room](place, network, about);
    document.body.dataset.ready = about.name;
  } catch (error) {
    if (mine === shown) place.append(make('p', { className: 'trouble', role: 'alert' }, say('failed', { reason: error.message })));
    bar.remove();
  }
}

async function begin() {
  document.documentElement.lang = language;
  for (const link of document.querySelectorAll('.languages a')) {
    if (link.lang === language) link.setAttribute('aria-current', 'true');
    link.addEventListener('click', () => { link.href = `?lang=${link.lang}${location.hash}`; });
  }
  const { networks } = await (await fetch('site.json')).json();
  choices.hidden = networks.length < 2;
  choices.append(...networks.map(({ name }) => make('button', { type: 'button', value: name }, name)));
  choices.addEventListener('click', ({ target }) => { if (target.value) location.hash = target.value; });
  const named = () => networks.find(({ name }) => name === decodeURIComponent(location.hash.slice(1))) || networks[0];
  window.addEventListener('hashchange', () => show(named()));
  show(named());
}

begin();

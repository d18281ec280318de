// The talk: its stops in the presenter's order, which the address brings back.
import { button, language, make, within } from '../../shared/web/dom.js';
import { MOST_STOPS, stopNow } from '../../shared/web/presenter.js';
import { tabName } from '../../shared/web/tabs.js';

const SUGGESTED = [
  'learn.model', 'latent', 'without_gan', 'learn.duel', 'playground', 'learn.dcgan', 'learn.condition', 'learn.pairs',
  'sketch', 'style', 'words', 'dance', 'learn.stability', 'training', 'learn.measure', 'learn.consent', 'detective',
];

// The names of all possible items of a talk. `places`: the names of the parts of tabs, by their items.
function stopNames(chapters, places) {
  const buttons = [...document.querySelectorAll('[role=tab][id^=tab_]')];
  const tabs = new Map(buttons.map((one) => [tabName(one), document.getElementById(one.id).innerText.trim()]));
  const parts = Object.entries(places).map(([stop, text]) => [stop, stop.split('.')[0], text[language]]);
  return new Map([
    ...tabs,
    ...chapters.map(({ name, title }) => [`learn.${name}`, `${tabs.get('learn')} · ${title}`]),
    ...parts.filter(([, tab]) => tabs.has(tab)).map(([stop, tab, text]) => [stop, `${tabs.get(tab)} · ${text}`]),
  ]);
}

export function mountTalk(here, { chapters }, say, places) {
  const { find, all } = within(here), list = find('.stops'), more = find('select'), link = find('.link input');
  const names = stopNames(chapters, places);
  const asked = new URLSearchParams(location.search).get('talk') || '';
  const brought = asked.split('-').map(stopNow).filter((stop) => names.has(stop)).slice(0, MOST_STOPS);
  const suggested = () => SUGGESTED.filter((stop) => names.has(stop));
  let stops = brought.length ? brought : suggested();

  function address() {
    const query = new URLSearchParams(location.search);
    query.delete('stop');
    query.set('talk', stops.join('-'));
    return `${location.pathname}?${query}`;
  }

  const keep = () => history.replaceState(null, '', `${address()}${location.hash}`);

  function move(i, by) {
    stops.splice(i + by, 0, ...stops.splice(i, 1));
    show();
    find(`[data-by="${by}"]`, all('li', list)[i + by]).focus();
  }

  function drop(i) {
    stops.splice(i, 1);
    show();
  }

  function row(stop, i) {
    const name = names.get(stop);
    const act = (sign, key, does, fields) => button(does, { textContent: sign, 'aria-label': say(key, { name }), ...fields });
    return make('li', { 'data-stop': stop },
      make('span', { textContent: name }),
      act('↑', 'learn_talk_up', () => move(i, -1), { 'data-by': -1, disabled: i === 0 }),
      act('↓', 'learn_talk_down', () => move(i, 1), { 'data-by': 1, disabled: i === stops.length - 1 }),
      act('×', 'learn_talk_drop', () => drop(i), { 'data-by': '' }));
  }

  function show() {
    list.replaceChildren(...stops.map(row));
    find('.start').disabled = !stops.length;
    // If nothing was changed, the address stays as it was.
    if (brought.length || stops.join() !== suggested().join()) keep();
    link.value = `${location.origin}${address()}#learn/talk`;
  }

  more.replaceChildren(...[...names].map(([stop, name]) => new Option(name, stop)));
  find('.put').addEventListener('click', () => {
    if (stops.length < MOST_STOPS) stops.push(more.value);
    show();
  });
  find('.again').addEventListener('click', () => {
    stops = suggested();
    show();
  });
  find('.start').addEventListener('click', () => {
    keep();
    document.dispatchEvent(new CustomEvent('zoo-present', { detail: stops }));
  });
  link.addEventListener('focus', () => link.select());
  show();
}

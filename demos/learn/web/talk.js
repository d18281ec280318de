// The talk: its stops in the presenter's order, which the address brings back.
const SUGGESTED = ['learn.model', 'latent', 'without_gan', 'learn.duel', 'training.playground', 'learn.dcgan', 'learn.condition', 'learn.pairs', 'sketch', 'style', 'words', 'dance', 'learn.stability', 'training', 'learn.measure', 'learn.consent', 'detective'];

function talk() {
  const here = room('talk'), list = find('.stops', here), more = find('select', here), link = find('.link input', here);
  const isThere = (stop) => document.getElementById(`tab_${stop.split('.')[0]}-button`) !== null;
  const tabs = [...new Set([...document.querySelectorAll('[role=tab][id^=tab_]')].map((tab) => tab.id.replace(/^tab_|-button$/g, '')))];
  const tabName = (tab) => document.getElementById(`tab_${tab}-button`).innerText.trim();
  const names = new Map([
    ...tabs.map((tab) => [tab, tabName(tab)]),
    ...lessons.chapters.map(({ name, title }) => [`learn.${name}`, `${tabName('learn')} · ${title}`]),
    ...Object.entries(props.places).filter(([stop]) => isThere(stop)).map(([stop, text]) => [stop, `${tabName(stop.split('.')[0])} · ${text[language]}`]),
  ]);
  const suggested = () => SUGGESTED.filter((stop) => names.has(stop));
  const brought = (new URLSearchParams(location.search).get('talk') || '').split('-').filter((stop) => names.has(stop));
  let stops = brought.length ? brought.slice(0, 60) : suggested();

  function address() {
    const query = new URLSearchParams(location.search);
    query.delete('stop');
    query.set('talk', stops.join('-'));
    return `?${query}`;
  }

  function move(i, by) {
    stops.splice(i + by, 0, ...stops.splice(i, 1));
    show();
    all('li', list)[i + by].querySelector(`[data-by="${by}"]`).focus();
  }

  function show() {
    list.replaceChildren(...stops.map((stop, i) => {
      const name = names.get(stop);
      const button = (sign, key, does, by = '') => {
        const made = make('button', { type: 'button', textContent: sign, 'aria-label': say(key, { name }), 'data-by': by });
        made.addEventListener('click', does);
        return made;
      };
      const up = button('↑', 'learn_talk_up', () => move(i, -1), -1), down = button('↓', 'learn_talk_down', () => move(i, 1), 1);
      up.disabled = i === 0;
      down.disabled = i === stops.length - 1;
      return make('li', { 'data-stop': stop }, make('span', { textContent: name }), up, down, button('×', 'learn_talk_drop', () => { stops.splice(i, 1); show(); }));
    }));
    find('.start', here).disabled = !stops.length;
    // Where nothing was changed the address stays as plain as it was.
    if (brought.length || stops.join() !== suggested().join()) history.replaceState(null, '', `${address()}${location.hash}`);
    link.value = `${location.origin}${location.pathname}${address()}#learn/talk`;
  }

  more.replaceChildren(...[...names].map(([stop, name]) => new Option(name, stop)));
  find('.put', here).addEventListener('click', () => { if (stops.length < 60) stops.push(more.value); show(); });
  find('.again', here).addEventListener('click', () => { stops = suggested(); show(); });
  find('.start', here).addEventListener('click', () => {
    history.replaceState(null, '', `${address()}${location.hash}`);
    document.dispatchEvent(new CustomEvent('zoo-present', { detail: stops }));
  });
  link.addEventListener('focus', () => link.select());
  show();
}

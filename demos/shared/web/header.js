// What stands above the tabs: the way to them, the links to the languages, the stage, and the bar of a talk.
import { language, make, sayer, within } from './dom.js';
import { followAddress, named } from './tabs.js';
import { present } from './presenter.js';
import { share, surprise } from './surprise.js';

const READ = 6000;  // milliseconds for which a message stays

export function mount({ element, props }) {
  const { find, all } = within(element), stage = find('.zoo-to-stage'), dice = find('.zoo-surprise');
  const sharing = find('.zoo-share-picture'), said = find('.zoo-corner-said'), say = sayer(props.labels);
  let here = 'home', reading = 0;

  const name = (button, does) => { button.ariaLabel = button.title = say(does); };

  // Says what a button has done; an address that has to be copied by hand stays until the visitor is elsewhere.
  function tell(text, address) {
    clearTimeout(reading);
    said.replaceChildren(...(text ? [make('p', {}, text)] : []));
    if (address) {
      const field = make('input', { type: 'text', readOnly: true, value: address, ariaLabel: text });
      field.addEventListener('blur', () => tell(''));
      said.append(field);
      field.select();
    } else if (text) reading = setTimeout(tell, READ, '');
  }

  // Marks where the visitor is. The way to a group leads to the tab that was open there last.
  function mark(tab) {
    const room = all('.zoo-rooms a').find((link) => link.hash === `#${tab}`), group = room?.parentElement.dataset.group;
    for (const line of all('.zoo-rooms div')) line.hidden = line.dataset.group !== group;
    for (const link of all('.zoo-ways a')) {
      if (room && link.dataset.group === group) link.href = `#${tab}`;
      point(link, link.hash === `#${tab}`, 'true');
    }
    for (const link of all('.zoo-rooms a')) point(link, link === room, 'page');
    here = tab;
    dice.hidden = !props.surprises[tab];
    name(sharing, props.pictures[tab] ? 'share_picture' : 'share_page');
    tell('');
    room?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }

  function point(link, isHere, as) {
    if (isHere) link.setAttribute('aria-current', as);
    else link.removeAttribute('aria-current');
  }

  name(stage, 'to_stage');
  name(dice, 'surprise');
  name(sharing, props.pictures[here] ? 'share_picture' : 'share_page');
  dice.addEventListener('click', async () => {
    if (dice.ariaBusy === 'true') return;  // a disabled button would lose the focus
    dice.ariaBusy = 'true';
    tell('');
    try {
      if (!await surprise(here, props.surprises[here])) tell(say('surprise_none'));
    } finally { dice.ariaBusy = 'false'; }
  });
  sharing.addEventListener('click', async () => {
    const done = await share(here, props.pictures[here]), isPage = ['copied', 'by_hand'].includes(done);
    if (done === 'shared') return;
    const early = isPage && props.pictures[here] ? `${say('share_early')} ` : '';
    tell(early + say(`share_${done}`), done === 'by_hand' ? location.href : '');
  });
  stage.addEventListener('click', () => {
    const [tab, part] = named();
    document.dispatchEvent(new CustomEvent('zoo-present', { detail: [[tab || 'home', part].filter(Boolean).join('.')] }));
  });
  // Gradio's list of the endpoints needs what the page was not given: a page that has it is asked for, and shows the list.
  const query = new URLSearchParams(location.search);
  document.addEventListener('click', (event) => {
    if (!event.target.closest('.show-api') || query.has('api') || query.has('view')) return;
    event.stopImmediatePropagation();
    query.set('api', '');
    location.assign(`${location.pathname}?${query}${location.hash}`);
  }, true);
  if (query.get('view') === 'api') { // Gradio takes the list for open, but has not loaded it
    query.delete('view');
    query.set('api', '');
    location.replace(`${location.pathname}?${query}${location.hash}`);
  } else if (query.has('api')) requestAnimationFrame(() => document.querySelector('.show-api')?.click());
  followAddress(all('.zoo-languages a'), props.queries, mark);
  present(find('.zoo-talk'), props.bar);
}

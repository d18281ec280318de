// What stands above the tabs: the way to them, the links to the languages, the stage, and the bar of a talk.
import { language, within } from './dom.js';
import { followAddress, named } from './tabs.js';
import { present } from './presenter.js';
import { share, surprise } from './surprise.js';

export function mount({ element, props }) {
  const { find, all } = within(element), stage = find('.zoo-to-stage'), dice = find('.zoo-surprise');
  const sharing = find('.zoo-share-picture');
  let here = 'home';

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
    sharing.hidden = !props.pictures[tab];
    room?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }

  function point(link, isHere, as) {
    if (isHere) link.setAttribute('aria-current', as);
    else link.removeAttribute('aria-current');
  }

  for (const [button, does] of [[stage, 'stage'], [dice, 'surprise'], [sharing, 'share']]) {
    button.ariaLabel = button.title = props.labels[does][language];
  }
  dice.addEventListener('click', async () => {
    dice.disabled = true;
    try { await surprise(here, props.surprises[here]); } finally { dice.disabled = false; }
  });
  sharing.addEventListener('click', () => share(here, props.pictures[here]));
  stage.addEventListener('click', () => {
    const [tab, part] = named();
    document.dispatchEvent(new CustomEvent('zoo-present', { detail: [[tab || 'home', part].filter(Boolean).join('.')] }));
  });
  followAddress(all('.zoo-languages a'), props.queries, mark);
  present(find('.zoo-talk'), props.labels);
}

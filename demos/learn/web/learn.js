// The Learn tab: the rooms that it consists of. The address names a room or a chapter, as in #learn/duel. What the tab shows is
// fetched when it is opened, in the reader's language; it triggers no events.
import { language, onceSeen, sayer, within } from '../../shared/web/dom.js';
import { markCurrent, mountChapters } from './chapters.js';
import { mountGlossary } from './glossary.js';
import { mountQuiz } from './quiz.js';
import { mountTalk } from './talk.js';
import { mountZoo } from './zoo.js';

async function fetchLessons() {
  const answer = await fetch(`learn/${language}`, { cache: 'no-cache' });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

export function mount({ element, props }) {
  const box = element.querySelector('.zoo-learn'), { find, all } = within(box), say = sayer(props.labels);
  const room = (name) => find(`[data-in=${name}]`);

  // Shows the room that the address names, or a chapter in the first of them.
  function show({ chapters }, read) {
    const [tab, part] = location.hash.slice(1).split('/');
    if (tab !== 'learn') return;
    const chapter = chapters.findIndex(({ name }) => name === part), isChapter = chapter >= 0;
    const to = !isChapter && part && room(part) ? part : 'chapters';
    box.dataset.room = to;
    for (const section of all('[data-in]')) section.hidden = section.dataset.in !== to;
    for (const link of all('[data-to]')) markCurrent(link, link.dataset.to === to);
    if (to === 'chapters') read(Math.max(0, chapter), isChapter);
  }

  async function open() {
    const wait = find('.zoo-learn-wait');
    let lessons;
    try {
      lessons = await fetchLessons();
    } catch {
      wait.textContent = say('learn_lost');
      return;
    }
    wait.hidden = true;
    const read = mountChapters(box, room('chapters'), lessons, say);
    mountGlossary(room('glossary'), lessons, say);
    mountQuiz(room('quiz'), lessons, say);
    mountZoo(room('zoo'), lessons, say);
    mountTalk(room('talk'), lessons, say, props.places);
    window.addEventListener('hashchange', () => show(lessons, read));
    show(lessons, read);
    box.dataset.ready = '';
  }

  find('nav').ariaLabel = say('learn_rooms');
  onceSeen(box, open);
}

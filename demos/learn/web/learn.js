// The Learn tab: its rooms, the chapters, the words. The address names the room or the chapter, as in #learn/duel.
const box = element.querySelector('.zoo-learn'), language = window.ganZooLanguage || 'en';
const find = (css, within = box) => within.querySelector(css), all = (css, within = box) => [...within.querySelectorAll(css)];
const say = (key, fields = {}) => props.labels[key][language].replace(/\{(\w+)}/g, (_, name) => fields[name]);
const room = (name) => find(`[data-in=${name}]`);
// Two ways of writing a word are one: full or half width, capital or small, katakana or hiragana.
const plain = (text) => text.normalize('NFKC').toLowerCase().replace(/[ァ-ヶ]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 96));
let lessons = null;

function make(tag, fields = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(fields)) if (name in made) made[name] = value; else made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// What matches every word that was typed into a search field.
function matching(field) {
  const wanted = plain(field.value).split(/\s+/).filter(Boolean);
  return (text) => wanted.every((part) => text.includes(part));
}

// A room, or a chapter in the first of them.
function show() {
  const [tab, part] = location.hash.slice(1).split('/');
  if (!lessons || tab !== 'learn') return;
  const chapter = lessons.chapters.findIndex((one) => one.name === part), to = chapter < 0 && part && room(part) ? part : 'chapters';
  box.dataset.room = to;
  for (const section of all('[data-in]')) section.hidden = section.dataset.in !== to;
  for (const link of all('[data-to]')) if (link.dataset.to === to) link.setAttribute('aria-current', 'page'); else link.removeAttribute('aria-current');
  if (to === 'chapters') read(Math.max(0, chapter), chapter >= 0);
}

let reading = -1;
function read(n, asked) {
  if (n === reading) return;
  const chapter = lessons.chapters[n], article = find('article');
  find('h3', article).textContent = chapter.title;
  find('.lead', article).textContent = chapter.lead;
  for (const part of ['figure', 'body', 'sources']) find(`.${part}`, article).innerHTML = chapter[part];
  for (const link of all('.zoo-see', article)) link.hidden = !document.getElementById(`tab_${link.hash.slice(1).split('/')[0]}-button`);
  for (const [css, step] of [['.back', -1], ['.on', 1]]) {
    const link = find(`.zoo-learn-turn ${css}`), other = lessons.chapters[n + step];
    link.hidden = !other;
    if (other) Object.assign(link, { href: `#learn/${other.name}`, textContent: step < 0 ? `← ${other.title}` : `${other.title} →`, ariaLabel: `${say(step < 0 ? 'learn_previous' : 'learn_next')}: ${other.title}` });
  }
  const list = find('.zoo-learn-contents');
  all('a', list).forEach((link, i) => { if (i === n) link.setAttribute('aria-current', 'page'); else link.removeAttribute('aria-current'); });
  list.scrollTop = list.children[n].offsetTop - list.offsetTop - 40; // where it is a list of few lines
  box.dataset.chapter = chapter.name;
  if (asked && reading >= 0) {
    article.focus({ preventScroll: true });
    if (!document.documentElement.hasAttribute('data-presenting')) box.scrollIntoView();
  }
  reading = n;
}

find('nav').ariaLabel = say('learn_rooms');

function contents() {
  find('.zoo-learn-contents').replaceChildren(...lessons.chapters.map((chapter) => make('li', {}, make('a', { href: `#learn/${chapter.name}`, textContent: chapter.title }))));
}

function words() {
  const titles = Object.fromEntries(lessons.chapters.map((chapter) => [chapter.name, chapter.title]));
  const rows = lessons.glossary.map((row) => {
    const also = [row.other, ...row.also].filter((name) => name !== row.word);
    const link = make('a', { href: `#learn/${row.chapter}`, textContent: titles[row.chapter] });
    const entry = make('div', {}, make('dt', {}, make('b', { textContent: row.word }), make('small', { textContent: also.join(' · ') })), make('dd', {}, row.means, ' ', make('small', {}, `${say('learn_to_chapter')} `, link)));
    return { entry, text: plain([row.word, row.read, ...also, row.means].join(' ')) };
  });
  const field = find('input', room('glossary'));
  const list = () => {
    const match = matching(field);
    for (const { entry, text } of rows) entry.hidden = !match(text);
    find('.found', room('glossary')).textContent = say('learn_found', { n: rows.filter(({ entry }) => !entry.hidden).length });
  };
  find('dl').replaceChildren(...rows.map(({ entry }) => entry));
  field.addEventListener('input', list);
  list();
}

async function fetchLessons() {
  try {
    const answer = await fetch(`learn/${language}`, { cache: 'no-cache' });
    if (!answer.ok) throw new Error(answer.statusText);
    lessons = await answer.json();
  } catch { find('.zoo-learn-wait').textContent = say('learn_lost'); return; }
  find('.zoo-learn-wait').hidden = true;
  contents();
  words();
  quiz();
  zoo();
  talk();
  show();
  box.dataset.ready = '';
}
window.addEventListener('hashchange', show);
const opening = new IntersectionObserver(([entry]) => {
  if (!entry.isIntersecting) return;
  opening.disconnect();
  fetchLessons();
});
opening.observe(box);

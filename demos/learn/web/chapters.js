// The chapters: a list of them, and the one that is read.
import { make, within } from '../../shared/web/dom.js';

// If the list has few lines, this many pixels of it stay in view above the open chapter.
const ABOVE = 40;

// Marks a link as the one to what is shown, or as another.
export function markCurrent(link, isCurrent) {
  if (isCurrent) link.setAttribute('aria-current', 'page');
  else link.removeAttribute('aria-current');
}

// `box` is the tab's, `here` the part with the chapters. Gives read(n, isAsked), which shows chapter `n`: the visitor has asked
// for it, or it stands there because something has to.
export function mountChapters(box, here, { chapters }, say) {
  const { find, all } = within(here), article = find('article'), list = find('.zoo-learn-contents');
  let reading = -1;

  function turn(css, other, before, after, key) {
    const link = find(`.zoo-learn-turn ${css}`);
    link.hidden = !other;
    if (!other) return;
    Object.assign(link, {
      href: `#learn/${other.name}`,
      textContent: `${before}${other.title}${after}`,
      ariaLabel: `${say(key)}: ${other.title}`,
    });
  }

  function fill(chapter) {
    find('h3', article).textContent = chapter.title;
    find('.lead', article).textContent = chapter.lead;
    for (const part of ['figure', 'body', 'sources']) find(`.${part}`, article).innerHTML = chapter[part];
    for (const link of all('.zoo-see', article)) {
      const [tab] = link.hash.slice(1).split('/');
      link.hidden = !document.getElementById(`tab_${tab}-button`);
    }
  }

  function read(n, isAsked) {
    if (n === reading) return;
    fill(chapters[n]);
    turn('.back', chapters[n - 1], '← ', '', 'learn_previous');
    turn('.on', chapters[n + 1], '', ' →', 'learn_next');
    all('a', list).forEach((link, i) => markCurrent(link, i === n));
    list.scrollTop = list.children[n].offsetTop - list.offsetTop - ABOVE;
    box.dataset.chapter = chapters[n].name;
    if (isAsked && reading >= 0) {
      article.focus({ preventScroll: true });
      if (!document.documentElement.hasAttribute('data-presenting')) box.scrollIntoView();
    }
    reading = n;
  }

  list.replaceChildren(...chapters.map(({ name, title }) => (
    make('li', {}, make('a', { href: `#learn/${name}`, textContent: title }))
  )));
  return read;
}

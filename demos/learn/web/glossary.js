// The words, and a search among them.
import { make, within } from '../../shared/web/dom.js';
import { matching, plain } from './search.js';

export function mountGlossary(here, { chapters, glossary }, say) {
  const { find } = within(here), field = find('input');
  const titles = Object.fromEntries(chapters.map(({ name, title }) => [name, title]));

  function entryOf({ word, other, read, also, means, chapter }) {
    const others = [other, ...also].filter((name) => name !== word);
    const link = make('a', { href: `#learn/${chapter}`, textContent: titles[chapter] });
    const entry = make('div', {},
      make('dt', {}, make('b', { textContent: word }), make('small', { textContent: others.join(' · ') })),
      make('dd', {}, means, ' ', make('small', {}, `${say('learn_to_chapter')} `, link)));
    return { entry, text: plain([word, read, ...others, means].join(' ')) };
  }

  const rows = glossary.map(entryOf);

  function list() {
    const isFound = matching(field);
    for (const { entry, text } of rows) entry.hidden = !isFound(text);
    find('.found').textContent = say('learn_found', { n: rows.filter(({ entry }) => !entry.hidden).length });
  }

  find('dl').replaceChildren(...rows.map(({ entry }) => entry));
  field.addEventListener('input', list);
  list();
}

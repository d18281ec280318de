// The zoo's history: cards by year, filtered by kind, by what lives here, and by words.
import { button, make, within } from '../../shared/web/dom.js';
import { matching, plain } from './search.js';

const SVG = 'http://www.w3.org/2000/svg';
// A picture for each kind, where there is none of the GAN's own.
const GLYPHS = {
  image: 'M8 8h32v32H8zM14 32l8-10 6 6 4-4 4 8M32 16h.1',
  condition: 'M6 24l10-10h14v20H16zM18 24h.1M34 24h8',
  translation: 'M5 14h14v20H5zM29 14h14v20H29zM20 24h8m-3-3l3 3-3 3',
  text: 'M6 12h14M13 12v22M26 14h16v20H26zM30 30l4-6 4 6',
  video: 'M6 10h36v28H6zM6 17h36M6 31h36M14 10v7M24 10v7M34 10v7M14 31v7M24 31v7M34 31v7',
  audio: 'M6 24h3M13 16v16M19 9v30M25 18v12M31 12v24M37 19v10M42 24h1',
  training: 'M8 8v32h32M10 14c8 0 8 18 28 18M10 36c8 0 8-14 28-14',
};

function glyph(kind) {
  const svg = document.createElementNS(SVG, 'svg'), path = document.createElementNS(SVG, 'path');
  svg.setAttribute('viewBox', '0 0 48 48');
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', GLYPHS[kind]);
  svg.append(path);
  return svg;
}

export function mountZoo(here, { zoo }, say) {
  const { find, all } = within(here), field = find('input[type=search]'), ours = find('.ours');
  const chosen = new Set();  // the kinds that are to be shown; all where it is empty

  function pictureOf({ weights, called, kinds }) {
    if (!weights) return glyph(kinds[0]);
    const alt = say('learn_zoo_picture', { name: called });
    return make('img', { src: `learn/pictures/${weights}/last`, alt, loading: 'lazy' });
  }

  function paperOf({ authors, year, title, at, arxiv }) {
    const address = { href: `https://arxiv.org/abs/${arxiv}`, target: '_blank', rel: 'noopener' };
    return make('p', { className: 'paper' },
      `${authors} (${year}). `,
      make('cite', { textContent: title }),
      `. ${at ? `${at}, ` : ''}`,
      make('a', { ...address, textContent: `arXiv:${arxiv}` }));
  }

  function cardOf(row) {
    const { name, idea, weights, called, kinds } = row;
    const about = make('div', {}, make('h4', { textContent: name }), make('p', { textContent: idea }), paperOf(row));
    if (weights) {
      about.append(
        make('p', { className: 'here', textContent: say('learn_lives_here', { name: called }) }),
        make('details', { className: 'zoo-details' }, make('summary', {}, say('details')), make('code', {}, weights)),
      );
    }
    const tags = kinds.map((kind) => make('span', { textContent: say(`learn_kind_${kind}`) }));
    about.append(make('p', { className: 'tags' }, ...tags));
    const picture = make('div', { className: 'picture' }, pictureOf(row));
    const text = plain([name, row.authors, row.title, idea, row.year].join(' '));
    return { row, card: make('li', { className: weights ? 'lives' : '' }, picture, about), text };
  }

  const cards = zoo.map(cardOf);

  const isWanted = ({ weights, kinds }) => (
    (!ours.checked || weights) && (!chosen.size || kinds.some((kind) => chosen.has(kind)))
  );

  function list() {
    const isFound = matching(field);
    for (const { row, card, text } of cards) card.hidden = !isFound(text) || !isWanted(row);
    for (const year of all('section')) year.hidden = all('li', year).every((card) => card.hidden);
    find('.found').textContent = say('learn_found', { n: cards.filter(({ card }) => !card.hidden).length });
  }

  function kindButton(kind) {
    const made = button(() => {
      if (!chosen.delete(kind)) chosen.add(kind);
      made.setAttribute('aria-pressed', chosen.has(kind));
      list();
    }, { textContent: say(`learn_kind_${kind}`), 'aria-pressed': 'false', value: kind });
    return made;
  }

  function section(year) {
    const those = cards.filter(({ row }) => row.year === year).map(({ card }) => card);
    return make('section', {}, make('h3', { textContent: year }), make('ul', {}, ...those));
  }

  const kinds = Object.keys(GLYPHS).filter((kind) => zoo.some((row) => row.kinds.includes(kind)));
  find('.kinds').replaceChildren(...kinds.map(kindButton));
  find('.years').replaceChildren(...[...new Set(zoo.map(({ year }) => year))].map(section));
  field.addEventListener('input', list);
  ours.addEventListener('change', list);
  list();
}

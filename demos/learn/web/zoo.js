// The zoo's history: cards by year, filtered by kind, by what lives here, and by words.
const GLYPHS = {
  image: 'M8 8h32v32H8zM14 32l8-10 6 6 4-4 4 8M32 16h.1',
  condition: 'M6 24l10-10h14v20H16zM18 24h.1M34 24h8',
  translation: 'M5 14h14v20H5zM29 14h14v20H29zM20 24h8m-3-3l3 3-3 3',
  text: 'M6 12h14M13 12v22M26 14h16v20H26zM30 30l4-6 4 6',
  video: 'M6 10h36v28H6zM6 17h36M6 31h36M14 10v7M24 10v7M34 10v7M14 31v7M24 31v7M34 31v7',
  audio: 'M6 24h3M13 16v16M19 9v30M25 18v12M31 12v24M37 19v10M42 24h1',
  training: 'M8 8v32h32M10 14c8 0 8 18 28 18M10 36c8 0 8-14 28-14',
};

function zoo() {
  const here = room('zoo'), field = find('input[type=search]', here), ours = find('.ours', here), chosen = new Set();
  const kinds = Object.keys(GLYPHS).filter((kind) => lessons.zoo.some((row) => row.kinds.includes(kind)));

  function picture(row) {
    if (row.weights) return make('img', { src: `learn/pictures/${row.weights}/last`, alt: say('learn_zoo_picture', { name: row.weights }), loading: 'lazy' });
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg'), path = document.createElementNS(svg.namespaceURI, 'path');
    svg.setAttribute('viewBox', '0 0 48 48');
    svg.setAttribute('aria-hidden', 'true');
    path.setAttribute('d', GLYPHS[row.kinds[0]]);
    svg.append(path);
    return svg;
  }

  const cards = lessons.zoo.map((row) => {
    const paper = make('p', { className: 'paper' }, `${row.authors} (${row.year}). `, make('cite', { textContent: row.title }), `. ${row.at ? `${row.at}, ` : ''}`, make('a', { href: `https://arxiv.org/abs/${row.arxiv}`, target: '_blank', rel: 'noopener', textContent: `arXiv:${row.arxiv}` }));
    const about = make('div', {}, make('h4', { textContent: row.name }), make('p', { textContent: row.idea }), paper);
    if (row.weights) about.append(make('p', { className: 'here', textContent: say('learn_lives_here', { name: row.weights }) }));
    about.append(make('p', { className: 'tags' }, ...row.kinds.map((kind) => make('span', { textContent: say(`learn_kind_${kind}`) }))));
    return { row, card: make('li', { className: row.weights ? 'lives' : '' }, make('div', { className: 'picture' }, picture(row)), about), text: plain([row.name, row.authors, row.title, row.idea, row.year].join(' ')) };
  });

  function list() {
    const match = matching(field);
    for (const { row, card, text } of cards) card.hidden = !match(text) || (ours.checked && !row.weights) || (chosen.size > 0 && !row.kinds.some((kind) => chosen.has(kind)));
    for (const year of all('section', here)) year.hidden = all('li', year).every((card) => card.hidden);
    find('.found', here).textContent = say('learn_found', { n: cards.filter(({ card }) => !card.hidden).length });
  }

  find('.kinds', here).replaceChildren(...kinds.map((kind) => {
    const button = make('button', { type: 'button', textContent: say(`learn_kind_${kind}`), 'aria-pressed': 'false', value: kind });
    button.addEventListener('click', () => {
      if (!chosen.delete(kind)) chosen.add(kind);
      button.setAttribute('aria-pressed', String(chosen.has(kind)));
      list();
    });
    return button;
  }));
  const years = [...new Set(lessons.zoo.map((row) => row.year))];
  find('.years', here).replaceChildren(...years.map((year) => make('section', {}, make('h3', { textContent: year }), make('ul', {}, ...cards.filter(({ row }) => row.year === year).map(({ card }) => card)))));
  field.addEventListener('input', list);
  ours.addEventListener('change', list);
  list();
}

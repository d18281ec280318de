// The Without GANs tab: samples, what comes back of a code, and maps of codes. A part is asked for when it comes into view.
// Events: `draw` { model, seed }, `show` { data, seed }, `rebuild` { model, seed, seen }, `chart` { model } and
// `go` { model, x, y }.
import { complain, make, sayer, within } from '../../shared/web/dom.js';
import { CodeMap, HUES } from './code_map.js';
import { Queue } from './queue.js';

const PATIENCE = 60_000, STRIPS = ['given', 'returned', 'between'], SEEDS = 100_000;

export function mount(component) {
  const { element, props } = component, box = element.querySelector('.zoo-without'), { find, all } = within(box);
  const say = sayer(props.labels), trouble = find('.zoo-trouble'), field = find('.zoo-ways-seed input');
  // The current choice. An answer counts only in the round in which it was requested.
  let [data] = props.data, { seed } = props, round = 0, seen = true;
  const queue = new Queue(component, { box, patience: PATIENCE, lost: () => complain(trouble, say('ways_lost')) });

  // Says what is wrong with an answer; false where nothing is.
  function isTrouble(answer) {
    if (answer.trouble) trouble.innerHTML = answer.trouble;
    return Boolean(answer.trouble);
  }

  // Samples.
  function drawWall() {
    const mine = round;
    queue.forget('draw', 'show');
    for (const figure of all('figure', find(`.zoo-ways-wall[data-of="${data}"]`))) {
      figure.setAttribute('aria-busy', 'true');
      const model = figure.dataset.draw;
      queue.add(model ? 'draw' : 'show', model ? { model, seed } : { data, seed }, (answer) => {
        const isWrong = isTrouble(answer);
        if (mine !== round) return;
        figure.removeAttribute('aria-busy');
        if (isWrong) return;
        Object.assign(find('img', figure), { src: answer.sheet, alt: say('ways_samples') });
        if (model) find('small', figure).textContent = say('ways_drawn', { milliseconds: answer.milliseconds });
      });
    }
  }

  // The pictures that come back from a code.
  function rebuild() {
    const mine = round, which = seen;
    queue.forget('rebuild');
    for (const row of all('[data-back]', find(`.zoo-ways-back[data-of="${data}"]`))) {
      row.setAttribute('aria-busy', 'true');
      queue.add('rebuild', { model: row.dataset.back, seed, seen }, (answer) => {
        const isWrong = isTrouble(answer);
        if (mine !== round || which !== seen) return;
        row.removeAttribute('aria-busy');
        if (isWrong) return;
        find('small', row).textContent = say('ways_psnr', { psnr: answer.psnr });
        for (const strip of STRIPS) Object.assign(find(`.${strip}`, row), { src: answer[strip], alt: say(`ways_${strip}`) });
      });
    }
  }

  // Maps: each is asked for once.
  const dots = find('.zoo-ways-dots input');
  const maps = all('[data-map]').map((place) => {
    const model = place.dataset.map;
    const map = new CodeMap(place, {
      extent: props.extent,
      label: say('ways_map_label'),
      shows: () => dots.checked,
      moved: (x, y) => queue.hurry('go', { model, x, y }, (answer) => { if (!isTrouble(answer)) map.show(answer.picture); }),
    });
    return { of: place.dataset.of, model, map, isAsked: false };
  });

  function loadMaps() {
    for (const one of maps.filter(({ of, isAsked }) => of === data && !isAsked)) {
      one.isAsked = true;
      queue.add('chart', { model: one.model }, (answer) => {
        if (isTrouble(answer)) return;
        showLegend(Math.max(...answer.points.map(([, , label]) => label)) + 1);
        one.map.fill(answer);
      });
    }
  }

  function showLegend(classes) {
    const hues = classes > HUES.length || classes < 2 ? [] : HUES.slice(0, classes);
    find('.zoo-ways-legend').replaceChildren(...hues.map((hue, i) => make('span', { style: `--hue: ${hue}` }, String(i))));
  }

  // The parts in view of the chosen data.
  const parts = [['.zoo-ways-wall', drawWall], ['.zoo-ways-back', rebuild], ['.zoo-ways-pair', loadMaps]];
  const drawn = new Set(), inView = new Set();

  function look() {
    for (const [css, work] of parts) {
      if (drawn.has(css) || !all(css).some((place) => inView.has(place))) continue;
      drawn.add(css);
      work();
    }
  }

  function turn() {
    drawn.clear();
    complain(trouble, '');
    round += 1;
    for (const part of all('[data-of]')) part.hidden = part.dataset.of !== data;
    find('.zoo-ways-maps').hidden = !maps.some(({ of }) => of === data);
    look();
  }

  const eye = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) inView.add(target);
      else inView.delete(target);
    }
    look();
  }, { rootMargin: '200px' });
  for (const [css] of parts) all(css).forEach((place) => eye.observe(place));

  field.value = seed;
  field.addEventListener('change', () => {
    if (!field.checkValidity() || field.value === '') return;
    seed = Number(field.value);
    turn();
  });
  find('[data-do=again]').addEventListener('click', () => {
    seed = Math.floor(Math.random() * SEEDS);
    field.value = seed;
    turn();
  });
  dots.addEventListener('change', () => maps.forEach(({ map }) => map.draw()));
  all('[name=ways-data]').forEach((radio, i) => {
    radio.checked = i === 0;
    radio.addEventListener('change', () => { data = radio.value; turn(); });
  });
  for (const radio of all('[name=ways-seen]')) {
    radio.addEventListener('change', () => {
      seen = radio.value === 'seen';
      drawn.delete('.zoo-ways-back');
      look();
    });
  }
  turn();
}

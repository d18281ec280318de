// The Style tab: a picture or a clip that is brought, a style, and what becomes of the one in the other.
// Events: `look`, `bring` { file or sample, whole, pixels }, `judge`, `restyle`, `clip` { strength }, `sheet` and `save` { strength }, each
// about a `model`, there or `back`. `restyle`, `clip` and `sheet` are answered bit by bit, and `stop` ends them. `restyle` and `save`
// may be answered on the visitor's device.
import { turns } from '../../shared/web/ask.js';
import { deviceOf } from '../../shared/web/device.js';
import { button, complain, language, make, onceSeen, save, sayer, within } from '../../shared/web/dom.js';
import { isGone } from '../../shared/web/server.js';
import { followPart } from '../../shared/web/tabs.js';
import { uploads } from '../../shared/web/upload.js';
import { mountCamera } from './camera.js';
import { contactSheet } from './contact_sheet.js';
import { stylistOn } from './stylist.js';

const PATIENCE = 120_000;
// Nobody misses the answers to these while the server is gone.
const SPARE = ['look', 'judge'];

export function mount(component) {
  const { element, props } = component, box = element.querySelector('.zoo-styler'), { find, all } = within(box);
  const say = sayer(props.labels), trouble = find('.zoo-trouble'), progress = find('progress');
  const view = find('.zoo-styler-view'), strength = find('.zoo-styler-strength input');
  let styles = props.styles, chosen = 0, back = false;
  // The samples of the style, whether one of them is before us, the file that was brought, and what was drawn in another tab.
  let samples = [], isSample = true, given = '', sketched = '';

  const again = () => { if (view.dataset.empty !== '') want('restyle'); };
  const device = deviceOf(find('.zoo-place'), props.places, again), stylist = stylistOn(device, say, again);

  const kinds = {
    bring: { hear: brought },
    look: { hear: looked },
    restyle: { hear: restyled, endedBy: ['bring', 'restyle'] },
    clip: { hear: filmed, endedBy: ['bring', 'restyle', 'clip'] },
    sheet: { hear: sheeted, endedBy: ['bring', 'restyle', 'sheet'] },
    judge: { hear: judged },
    save: { hear: saved },
  };
  const { want, stop, waits } = turns(component, kinds, {
    box,
    patience: PATIENCE,
    about: () => ({ model: styles[chosen].name, back, pixels: Boolean(styles[chosen].device) }),
    begin(kind) {
      showRun(Boolean(kinds[kind].endedBy));
      if (kind === 'restyle') lose();
    },
    rest: () => showRun(false),
    here,
    lost(kind) {
      device.lost();
      // A style that can run here says itself what is missing.
      const isSaid = SPARE.includes(kind) || (kind === 'restyle' && styles[chosen].device);
      if (!isGone() || !isSaid) complain(trouble, say('lost'));
    },
  });

  // The answer of the device, if there is one.
  function here(kind, { strength: share }, hear) {
    if (kind === 'restyle') {
      const style = styles[chosen], named = (name) => styles.filter((one) => one.name === name);
      return stylist.restyle({ style, back, rivals: style.rivals[back ? 1 : 0].flatMap(named) }, hear);
    }
    const file = kind === 'save' ? stylist.save(share) : null;
    return file && Promise.resolve({ file });
  }

  function showRun(isOne) {
    find('[data-do=stop]').hidden = progress.hidden = !isOne;
    progress.removeAttribute('value');
  }

  function tell({ trouble: wrong, said, done, of }) {
    trouble.innerHTML = wrong;
    if (of) progress.value = done / of;
    if (said) find('.zoo-styler-said').innerHTML = said;
  }

  // The data about the style: its samples, and its training pictures.
  function looked(answer) {
    if (answer.trouble) tell(answer);
    if (!answer.samples) return;
    find('.zoo-styler-about').innerHTML = answer.about;
    offer(answer.styles);
    all('.zoo-styler-styles label').forEach((label, i) => {
      const picture = label.querySelector('img'), url = answer.thumbnails[styles[i].name];
      picture.hidden = !url;
      if (url) picture.src = url;
    });
    find('.zoo-styler-samples').hidden = !answer.samples.length;
    find('.zoo-styler-samples div').replaceChildren(...answer.samples.map((src, i) => (
      button(() => want('bring', { sample: i }), { 'aria-label': say('sample', { n: i + 1 }) }, make('img', { src, alt: '' }))
    )));
    // If the visitor has uploaded nothing, a sample is shown from the start, for each direction.
    const others = answer.samples[0] !== samples[0];
    samples = answer.samples;
    if (others && isSample && !waits('bring')) want('bring', { sample: 0 });
  }

  // Weights come and go while the page is open.
  function offer(found) {
    const names = (some) => some.map(({ name }) => name).join('/'), same = names(found) === names(styles);
    const { name: now } = styles[chosen];
    styles = found;
    if (same) return;
    chosen = Math.max(0, styles.findIndex(({ name }) => name === now));
    const one = find('.zoo-styler-styles label');
    one.parentElement.replaceChildren(...styles.map(({ title }, i) => {
      const label = one.cloneNode(true);
      label.querySelector('input').value = i;
      label.querySelector('span').innerHTML = title;
      return label;
    }));
    showChoice();
  }

  // A picture is there: everything else is about another one.
  async function brought(answer, { sample, file }) {
    tell(answer);
    find('.zoo-styler-offer').hidden = !answer.offer;
    if (answer.offer) {
      find('.zoo-styler-offer p').innerHTML = answer.offer;
      given = file;
    }
    if (!answer.before) return;
    const [width, height] = answer.size;
    isSample = Number.isInteger(sample);
    view.style.setProperty('--ratio', width / height);
    delete view.dataset.empty;
    find('.before').src = answer.before;
    find('.zoo-styler-is').innerHTML = answer.is;
    find('.zoo-styler-clip').hidden = answer.frames === 1;
    showSheet([]);
    await stylist.lay(answer);
    want('restyle');
    judge();
  }

  function judge() {
    judged({});
    if (!isSample) want('judge');
  }

  // A word if the visitor's picture isn't of the kind that the style knows.
  function judged({ odd }) {
    find('.zoo-styler-odd').hidden = !odd;
    find('.zoo-styler-odd').innerHTML = odd || '';
  }

  function lose() {
    find('.after').hidden = true;
    find('.zoo-styler-said').innerHTML = '';
    find('[data-do=save]').disabled = true;
    find('.zoo-styler-cycle').hidden = true;
    showMethods([]);
    showFilm('');
  }

  function restyled(answer) {
    if (!answer.here && answer.after) device.answered();
    tell(answer);
    const after = find('.after');
    after.hidden = !answer.after;
    if (answer.after && after.src !== answer.after) after.src = answer.after;
    find('[data-do=save]').disabled = !answer.ready;
    find('.zoo-styler-cycle').hidden = !answer.cycle;
    all('.zoo-styler-cycle img').forEach((picture, i) => { if (answer.cycle) picture.src = answer.cycle[i]; });
    find('.zoo-styler-error').innerHTML = answer.error || '';
    showMethods(answer.methods || []);
  }

  // One style by several methods: each result, and below it what it becomes on the way back.
  function showMethods(rows) {
    const part = find('.zoo-styler-methods');
    part.hidden = !rows.length;
    part.querySelector('div').replaceChildren(...rows.map(({ method, picture, back: again, said }) => {
      const name = make('b', {}, method), cost = make('span');
      cost.innerHTML = said;
      return make(
        'figure', {}, make('img', { src: picture, alt: `${method}: ${say('after_label')}` }),
        make('figcaption', {}, name, cost),
        ...(again
          ? [make('img', { src: again, alt: `${method}: ${say('cycle_back')}` }), make('figcaption', {}, say('cycle_back'))]
          : [make('p', {}, say('no_way_back'))]),
      );
    }));
  }

  function link(css, url, name) {
    Object.assign(find(css), { hidden: !url, href: url, download: name });
  }

  function showFilm(url) {
    const picture = find('.zoo-styler-clip > img'), player = find('.zoo-styler-clip > video');
    picture.hidden = true;
    player.hidden = !url;
    player.muted = true;  // else no browser lets it begin by itself
    player.autoplay = !matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (url) player.src = url;
    else player.removeAttribute('src');
    link('.zoo-styler-clip a', url, `${styles[chosen].name}.mp4`);
  }

  function filmed(answer) {
    tell(answer);
    if (answer.frame && !answer.film) {
      showFilm('');
      Object.assign(find('.zoo-styler-clip > img'), { src: answer.frame, hidden: false });
    }
    if (answer.film && answer.last) showFilm(answer.film);
  }

  // The sheet: a click on a picture chooses its style.
  const placeOf = (model) => styles.findIndex(({ name }) => name === model);
  const nameOf = (model) => find(`.zoo-styler-styles input[value="${placeOf(model)}"] ~ span`);

  function showSheet(rows) {
    link('.zoo-styler-sheet a', '', '');
    find('.zoo-styler-sheet > div:last-child').replaceChildren(...rows.map(({ model, picture }) => (
      button(() => choose(placeOf(model)), {}, make('img', { src: picture, alt: '' }), nameOf(model).cloneNode(true))
    )));
  }

  async function sheeted(answer) {
    tell(answer);
    showSheet(answer.sheet || []);
    if (!answer.last || !answer.sheet) return;
    const textOf = (name, css) => name.querySelector(css)?.textContent;
    const said = (name) => {
      const called = textOf(name, `[lang=${language}]`);
      return called ? [called, textOf(name, 'small')].filter(Boolean).join(' ') : name.textContent;
    };
    const cells = answer.sheet.map(({ model, picture }) => ({ picture, name: said(nameOf(model)) }));
    const before = { picture: find('.before').src, name: say('before_label') };
    const ratio = Number(view.style.getPropertyValue('--ratio'));
    link('.zoo-styler-sheet a', await contactSheet([before, ...cells], ratio, getComputedStyle(box).fontFamily), 'styles.png');
  }

  async function saved(answer) {
    tell(answer);
    if (answer.file && answer.last) await save(answer.file, `${answer.model}.jpg`);
  }

  // Choosing a style and a direction.
  function showChoice() {
    const { ways } = styles[chosen];
    all('.zoo-styler-styles input').forEach((radio, i) => { radio.checked = i === chosen; });
    if (ways.length === 1) back = false;
    find('.zoo-styler-back').hidden = ways.length === 1;
    all('.zoo-styler-back label').forEach((label, i) => {
      label.querySelector('span').innerHTML = ways[i] || '';
      label.querySelector('input').checked = back === (i === 1);
    });
  }

  function choose(index) {
    chosen = index;
    showChoice();
    if (view.dataset.empty !== '') {
      want('restyle');
      judge();
    }
    want('look');
  }

  find('.zoo-styler-styles').addEventListener('change', (event) => choose(Number(event.target.value)));
  find('.zoo-styler-back').addEventListener('change', (event) => {
    back = event.target.value === 'back';
    showSheet([]);
    choose(chosen);
  });

  // The view: before on the left, after on the right, which is as strong as the slider says.
  view.querySelector('input').addEventListener('input', (event) => view.style.setProperty('--split', `${event.target.value}%`));
  strength.addEventListener('input', () => {
    view.style.setProperty('--strength', strength.value / 100);
    find('output').textContent = `${strength.value}%`;
  });

  uploads({
    field: find('input[type=file]'),
    drop: box,
    paste: box,
    most: props.most,
    begin() {
      complain(trouble, '');
      find('.zoo-styler-offer').hidden = true;
    },
    refuse: () => complain(trouble, say('large_clip_here')),
    hand: (file) => want('bring', { file }),
  });
  box.addEventListener('dragover', () => { box.dataset.over = ''; });
  for (const name of ['dragleave', 'drop']) box.addEventListener(name, () => delete box.dataset.over);

  const camera = mountCamera(find('.zoo-styler-camera'), {
    shot: (file) => want('bring', { file }),
    refused: () => complain(trouble, say('no_camera')),
  });

  // A drawing from another tab can be used here.
  function hear(picture) {
    sketched = picture || '';
    find('[data-do=sketched]').hidden = !sketched;
  }

  const share = () => ({ strength: strength.value / 100 });
  const actions = {
    camera: camera.toggle,
    shoot: camera.shoot,
    close: camera.close,
    sketched: () => want('bring', { file: sketched }),
    whole: () => want('bring', { file: given, whole: true }),
    pan: () => want('bring', { sample: 'clip' }),
    stop,
    save: () => want('save', share()),
    clip: () => want('clip', share()),
    sheet: () => want('sheet'),
  };
  box.addEventListener('click', (event) => actions[event.target.closest('button')?.dataset.do]?.());
  box.addEventListener('keydown', (event) => { if (event.key === 'Escape' && camera.isOpen()) camera.close(); });

  view.querySelector('input').setAttribute('aria-label', say('compare_style'));
  find('.before').alt = say('before_label');
  find('.after').alt = say('after_label');
  find('.zoo-styler-clip video').setAttribute('aria-label', say('film_alt'));
  showChoice();
  // The progress stays in view, which it can't in what scrolls: Gradio's frame would, and no style reaches it.
  element.closest('.gradio-container').style.overflow = 'clip';
  document.addEventListener('zoo-sketched', (event) => hear(event.detail.picture));
  // This tab may have come to the page after the drawing.
  hear(document.querySelector('.zoo-sketch .zoo-result img:not([hidden])')?.src);
  onceSeen(box, () => want('look'));
  followPart('style', (part, setting) => {
    if (setting !== 'clip') return;
    isSample = false;  // no sample picture takes its place
    want('bring', { sample: 'clip' });
  });
  new IntersectionObserver(([entry]) => { if (!entry.isIntersecting) camera.close(); }).observe(box);
  box.dataset.ready = '';
}

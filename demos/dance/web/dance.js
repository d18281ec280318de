// The Dance tab: a clip or the visitor's own dance, and the film that the model makes of it.
// Events: `look` (which clips there are), `dance` { clip, or poses and steps; layers } and `save`, each about a `model`. The
// film comes bit by bit, and `stop` ends it.
import { turns } from '../../shared/web/ask.js';
import { button, complain, language, make, onceSeen, save, sayer, within } from '../../shared/web/dom.js';
import { followPart } from '../../shared/web/tabs.js';
import { mountFilm } from './film.js';
import { mountPoses } from './poses.js';

const PATIENCE = 120_000, FILE = 'dance.mp4';

export function mount(component) {
  const { element, props } = component, box = element.querySelector('.zoo-dance'), { find, all } = within(box);
  const { rate, tables, dances, joints, most } = props, say = sayer(props.labels), trouble = find('.zoo-trouble');
  const model = find('select'), steps = find('.zoo-dance-steps input'), layers = find('.zoo-dance-layers input');
  const film = mountFilm(box, { say, rate, size: tables.size });
  const names = Object.keys(joints);
  const poses = mountPoses(box, { say, sayJoint: sayer(joints), tables, dances, joints: names, most, moved: follow });
  let danced = null;  // the clip or the poses that were asked for last

  const { want, stop } = turns(component, {
    look: { hear: looked },
    dance: { hear: filmed, endedBy: ['dance'] },
    save: { hear: saved },
  }, {
    box,
    patience: PATIENCE,
    about: () => ({ model: model.value }),
    begin(kind) {
      find('[data-do=stop]').hidden = kind !== 'dance';
      if (kind === 'dance') film.lose();
    },
    rest() { find('[data-do=stop]').hidden = true; },
    lost: () => complain(trouble, say('dance_lost')),
  });

  function dance(what) {
    danced = what;
    want('dance', { ...what, layers: layers.checked });
  }

  // The person follows the puppet while it is posed: of the poses in between, those are drawn for which there is time.
  function follow() {
    danced = null;
    want('dance', () => ({ poses: [poses.now()], steps: Number(steps.value), layers: layers.checked }));
  }

  const dancePoses = () => dance({ poses: poses.all(), steps: Number(steps.value) });

  // The clips to choose from; the first one is danced at once.
  function looked({ trouble: wrong, clips }) {
    if (wrong) trouble.innerHTML = wrong;
    if (!clips) return;
    find('.zoo-dance-clips').replaceChildren(...clips.map(({ name, picture }, i) => {
      const fields = { 'aria-pressed': i === 0, 'aria-label': say('dance_film', { n: i + 1 }) };
      const choice = button(() => {
        for (const other of all('.zoo-dance-clips button')) other.setAttribute('aria-pressed', other === choice);
        dance({ clip: name });
      }, fields, make('img', { src: picture, alt: '' }));
      return choice;
    }));
    if (clips.length && find('[value=clip]').checked) dance({ clip: clips[0].name });
  }

  function filmed(answer) {
    trouble.innerHTML = answer.trouble;
    film.show(answer);
  }

  async function saved({ trouble: wrong, file }) {
    if (wrong) trouble.innerHTML = wrong;
    if (file) await save(file, FILE);
  }

  const actions = {
    add: poses.add,
    drop: poses.drop,
    dance: dancePoses,
    play: film.toggle,
    stop,
    save: () => want('save'),
  };
  box.addEventListener('click', (event) => {
    const pressed = event.target.closest('[data-do], [data-dance]');
    if (!pressed) return;
    if (pressed.dataset.do) {
      actions[pressed.dataset.do]();
      return;
    }
    poses.begin(pressed.dataset.dance);
    dancePoses();
  });
  // A ready clip, or a dance of one's own.
  function show(what) {
    find(`[name=dance-what][value=${what}]`).checked = true;
    for (const part of all('[data-for]')) part.hidden = part.dataset.for !== what;
  }

  find('.zoo-dance-what').addEventListener('change', (event) => {
    const { value } = event.target;
    show(value);
    if (value === 'own') follow();
    else find('.zoo-dance-clips [aria-pressed=true]')?.click();
  });
  const showSteps = () => { find('output').textContent = steps.value; };
  steps.addEventListener('input', showSteps);
  layers.addEventListener('change', () => { if (danced) dance(danced); });

  model.replaceChildren(...props.models.map(([name, title]) => new Option(title[language], name)));
  model.parentElement.hidden = props.models.length === 1;
  model.addEventListener('change', () => want('look'));

  showSteps();
  onceSeen(box, () => want('look'));
  followPart('dance', (part) => {
    if (part !== 'own') return;
    show('own');
    follow();
  });
}

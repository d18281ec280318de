// The form for a new training: a preset fills it in, and it shows the fields that the model has.
import { within } from '../../shared/web/dom.js';
import { followPart } from '../../shared/web/tabs.js';
import { dial, set, showDuel } from './fields.js';

const NUMBERS = ['minutes', 'batch', 'generator', 'discriminator', 'updates', 'width', 'pictures'];

// isAlone(model): whether it has no opponent. start(wanted): the training that was chosen.
export function mountStartForm(form, props, say, { isAlone, start }) {
  const { find } = within(form), field = (name) => find(`[name=${name}]`), label = (name) => field(name).closest('label');
  const weight = dial(field('weight'), props.weights);
  // The name of a loss; a loss that has no name here keeps its own.
  const lossName = (key) => (
    !key ? say('as_usual') : props.labels[`loss_${key}`] ? say(`loss_${key}`) : key.replaceAll('_', ' ')
  );
  let wasAlone = false;

  // Shows what the model and the data have.
  function offer() {
    const model = field('model').value, loss = field('loss'), before = loss.value, losses = props.losses[model];
    loss.replaceChildren(...['', ...losses].map((key) => new Option(lossName(key), key)));
    loss.value = losses.includes(before) ? before : '';
    label('loss').hidden = !losses.length;
    for (const [name, models] of Object.entries(props.knobs)) label(name).hidden = !models.includes(model);
    showDuel(form, !isAlone(model));
    label('metrics').hidden = !props.measurable.includes(field('data').value);
    find('.codes').textContent = say('watch_codes', { codes: `${model}, ${field('data').value}` });
  }

  function fill(preset) {
    const wanted = props.presets[preset];
    field('model').value = wanted.model;
    offer();  // it fills the list of losses
    for (const [name, value] of Object.entries(wanted)) {
      if (name === 'weight') weight.set(value);
      else if (typeof value === 'number') set(field(name), value);
      else if (typeof value === 'boolean') field(name).checked = value;
      else field(name).value = value;
    }
    offer();
    wasAlone = isAlone(wanted.model);
  }

  find('[data-preset]').addEventListener('change', (event) => fill(event.target.value));
  for (const name of ['model', 'data']) field(name).addEventListener('change', offer);
  // Rates that were chosen for a duel are none for somebody alone, nor the other way round.
  field('model').addEventListener('change', () => {
    const model = field('model').value;
    if (isAlone(model) !== wasAlone) for (const [side, rate] of Object.entries(props.usual[model])) set(field(side), rate);
    wasAlone = isAlone(model);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const wanted = Object.fromEntries(new FormData(form));
    for (const name of NUMBERS) wanted[name] = Number(wanted[name]);
    start({ ...wanted, weight: weight.get(), metrics: field('metrics').checked });
  });
  fill(Object.keys(props.presets)[0]);
  // A link may name a preset or a model.
  followPart('training', (part, setting) => {
    if (part !== 'start') return;
    if (props.presets[setting]) {
      find('[data-preset]').value = setting;
      fill(setting);
    } else if ([...field('model').options].some(({ value }) => value === setting)) {
      field('model').value = setting;
      field('model').dispatchEvent(new Event('change'));
    }
  });
}

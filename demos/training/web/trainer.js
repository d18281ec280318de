
// Starting trainings and steering them. It belongs to training.js, with which it shares a scope.
const startForm = find('form.start'), unlockForm = find('form.unlock'), followForm = find('form.follow'), controls = find('.zoo-training-control'), startTrouble = find('.zoo-training-start .zoo-trouble');
let questions = 0, mayTrain = false, password = '', steered = '', waiting = 0;

function ask(request) {
  questions += 1;
  clearTimeout(waiting);
  waiting = setTimeout(() => { startTrouble.innerHTML = `<p role="alert">${say('lost')}</p>`; }, 30000);
  trigger('submit', { request: { n: questions, password, ...request } });
}

function told(answer) {
  if (!answer || answer.n !== questions) return;
  clearTimeout(waiting);
  const near = ['start', 'unlock', 'knock', 'follow'].includes(answer.do);
  startTrouble.innerHTML = near ? answer.trouble : '';
  if (!near) find('.zoo-trouble').innerHTML = answer.trouble;
  if (answer.trouble) return;
  if (answer.published) {
    find('.published').textContent = say('published').replace('{name}', answer.published);
    find('.published').hidden = false;
  }
  if ('may' in answer) {
    mayTrain = answer.may;
    startForm.hidden = followForm.hidden = !mayTrain;
    unlockForm.hidden = mayTrain || !answer.password;
    find('.refused').hidden = mayTrain;
    if (shown[0].state) control(shown[0].state);
  }
  if (answer.name || answer.id) {
    const id = answer.id || `here/${answer.name}`;
    shown[0].gone = false;
    rounds = 0;
    if (['start', 'follow'].includes(answer.do)) {
      list().then(() => { choose(0, id); box.scrollIntoView({ behavior: 'smooth' }); poll(); }).catch(() => complain(say('watch_lost')));
    } else if (shown[0].id === id) { shown[0].mark = ''; refresh(0).then(poll); }
  }
}

function set(select, value) {
  const known = () => [...select.options].find((option) => Number(option.value) === value);
  if (!known()) select.add(new Option(figure(value), value));
  select.value = known().value;
}

// A slider whose places are the weights that can be chosen; another weight stands at the place next to it.
function dial(input, value) {
  const away = props.weights.map((weight) => Math.abs(weight - value));
  input.value = away.indexOf(Math.min(...away));
  turned(input);
}
const dialled = (input) => props.weights[Number(input.value)];
const turned = (input) => { input.closest('label').querySelector('output').textContent = dialled(input); input.ariaValueText = String(dialled(input)); };
for (const input of box.querySelectorAll('.zoo-training-weight input')) input.addEventListener('input', () => turned(input));

// Who has no opponent learns at one rate, and is told of otherwise.
function alone(place, isSo) {
  for (const [css, hide] of [['[data-duel]', isSo], ['[data-alone]', !isSo]]) for (const name of place.querySelectorAll(css)) name.hidden = hide;
}
const isAlone = (model) => model in props.usual && !props.knobs.discriminator.includes(model);
const ruled = (side, { model, rates }) => (side in rates ? [side] : side === 'generator' && isAlone(model) ? Object.keys(rates) : []);

// What can be done to the run that is looked at.
function control(state) {
  const phases = { pause: ['running'], 'go on': ['paused'], step: ['paused'], tick: ['paused'], stop: ['starting', 'running', 'paused'], rates: ['running', 'paused'] };
  const can = (wish) => ({ resume: state.resumable, publish: state.publishable })[wish] ?? phases[wish].includes(state.phase);
  controls.hidden = !mayTrain || state.where !== 'here' || !(state.alive || state.resumable || state.publishable);
  if (told.about !== shown[0].id) { told.about = shown[0].id; find('.published').hidden = true; }
  for (const button of controls.querySelectorAll('[data-ask]')) button.hidden = !can(button.dataset.ask);
  controls.querySelector('.rates').hidden = !can('rates');
  const updates = controls.querySelector('[data-updates]');
  updates.closest('label').hidden = !state.updates;
  const weight = controls.querySelector('[data-weight]');
  weight.closest('label').hidden = state.weight === null;
  alone(box.querySelector('.zoo-training-stage'), isAlone(state.model));
  alone(box.querySelector('.zoo-training-title'), isAlone(state.model));
  alone(controls, isAlone(state.model));
  if (steered === shown[0].id || !state.alive || !state.model) return;
  steered = shown[0].id;
  set(updates, state.updates || 1);
  dial(weight, state.weight ?? 1);
  for (const select of controls.querySelectorAll('[data-rate]')) {
    const [network] = ruled(select.dataset.rate, state);
    select.closest('label').hidden = network === undefined;
    if (network !== undefined) set(select, state.rates[network]);
  }
}

controls.addEventListener('click', (event) => {
  const wish = event.target.closest('button')?.dataset.ask;
  if (!wish) return;
  const { state } = shown[0], { name } = state, fields = [...controls.querySelectorAll('[data-rate]')].filter((select) => !select.closest('label').hidden);
  const updates = controls.querySelector('[data-updates]'), weight = controls.querySelector('[data-weight]');
  const rates = Object.fromEntries(fields.flatMap((select) => ruled(select.dataset.rate, state).map((network) => [network, Number(select.value)])));
  const changed = { rates, updates: updates.closest('label').hidden ? 0 : Number(updates.value), weight: weight.closest('label').hidden ? null : dialled(weight) };
  ask({ do: wish, name, ...(wish === 'rates' ? changed : {}) });
});

// The form: a preset fills it in.
const field = (name) => startForm.querySelector(`[name=${name}]`);
const LOSSES = { '': say('as_usual') };

function offer() {
  const model = field('model').value, loss = field('loss'), before = loss.value;
  loss.replaceChildren(...['', ...props.losses[model]].map((key) => new Option(LOSSES[key] || key.replaceAll('_', ' '), key)));
  loss.value = props.losses[model].includes(before) ? before : '';
  loss.closest('label').hidden = !props.losses[model].length;
  for (const [name, models] of Object.entries(props.knobs)) field(name).closest('label').hidden = !models.includes(model);
  alone(startForm, isAlone(model));
  field('metrics').closest('label').hidden = !props.measurable.includes(field('data').value);
}

function fill(preset) {
  const wanted = props.presets[preset];
  field('model').value = wanted.model;
  offer(); // it fills the list of losses
  for (const [name, value] of Object.entries(wanted)) {
    if (name === 'weight') dial(field(name), value);
    else if (typeof value === 'number') set(field(name), value);
    else if (typeof value === 'boolean') field(name).checked = value;
    else field(name).value = value;
  }
  offer();
  wasAlone = isAlone(wanted.model);
}

for (const option of box.querySelectorAll('option[data-en]')) option.textContent = option.dataset[language];
startForm.querySelector('[data-preset]').addEventListener('change', (event) => fill(event.target.value));
for (const name of ['model', 'data']) field(name).addEventListener('change', offer);
// Rates that were chosen for a duel are none for somebody alone, nor the other way round.
let wasAlone = false;
field('model').addEventListener('change', () => {
  const model = field('model').value;
  if (isAlone(model) !== wasAlone) for (const [side, rate] of Object.entries(props.usual[model])) set(field(side), rate);
  wasAlone = isAlone(model);
});
startForm.addEventListener('submit', (event) => {
  event.preventDefault();
  const wanted = Object.fromEntries(new FormData(startForm));
  for (const name of ['minutes', 'batch', 'generator', 'discriminator', 'updates', 'width', 'pictures']) wanted[name] = Number(wanted[name]);
  wanted.weight = dialled(field('weight'));
  wanted.metrics = field('metrics').checked;
  ask({ do: 'start', ...wanted });
});
unlockForm.addEventListener('submit', (event) => {
  event.preventDefault();
  password = unlockForm.querySelector('input').value;
  ask({ do: 'unlock' });
});
followForm.addEventListener('submit', (event) => {
  event.preventDefault();
  ask({ do: 'follow', repository: followForm.querySelector('input').value.trim() });
});
fill(Object.keys(props.presets)[0]);
document.addEventListener('zoo-watched', (event) => { if (box.isConnected) control(event.detail); });
watch('answer', () => told(props.answer));
let knocked = false;
new IntersectionObserver(([entry]) => { if (entry.isIntersecting && !knocked) { knocked = true; ask({ do: 'knock' }); } }, { rootMargin: '200px' }).observe(box);
box.dataset.ready = '';

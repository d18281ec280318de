// Controls of the run in view: it can pause, continue, stop, learn at other rates, become weights, or be pushed.
import { within } from '../../shared/web/dom.js';
import { dial, set, showDuel } from './fields.js';

// The phases of a run in which something can be done to it.
const PHASES = {
  pause: ['running'],
  'go on': ['paused'],
  step: ['paused'],
  tick: ['paused'],
  stop: ['starting', 'running', 'paused'],
  rates: ['running', 'paused'],
};

// What advice does to the rates of the two, in places of their lists, and to the detective's updates.
export const REMEDIES = {
  lower_rates: { generator: -2, discriminator: -2 },
  raise_rates: { generator: 2, discriminator: 2 },
  raise_discriminator_rate: { discriminator: 2 },
  lower_discriminator_rate: { discriminator: -2 },
  lower_generator_rate: { generator: -2 },
  discriminator_steps: { updates: 1 },
};

// The value in a list of numbers that stands so many places from another one, or at the end.
function neighbour(select, value, by) {
  const values = [...select.options].map((option) => Number(option.value)).filter((other) => other > 0).sort((a, b) => a - b);
  const at = values.findIndex((other) => other >= value);
  return values[Math.max(0, Math.min(values.length - 1, (at < 0 ? values.length - 1 : at) + by))];
}

// isAlone(model): whether it has no opponent. steer(wish, name, fields): something is to be done to a run.
export function mountSteering(box, props, { isAlone, steer }) {
  const { find, all } = within(box), controls = find('.zoo-training-control'), updates = find('[data-updates]', controls);
  const weight = dial(find('[data-weight]', controls), props.weights), rates = all('[data-rate]', controls);
  const published = find('.published', controls), pushing = find('.push', controls);
  // The run on show, the one that the fields were filled for, and the one that `published` may be about.
  let shown = null, filled = '', about = '', hasToken = false;

  // The networks that go by a rate: those of a model without an opponent all go by the generator's.
  function ruled(side, { model, rates: known }) {
    if (side in known) return [side];
    return side === 'generator' && isAlone(model) ? Object.keys(known) : [];
  }

  function fill({ id, state }) {
    filled = id;
    set(updates, state.updates || 1);
    weight.set(state.weight ?? 1);
    for (const select of rates) {
      const [network] = ruled(select.dataset.rate, state);
      select.closest('label').hidden = network === undefined;
      if (network !== undefined) set(select, state.rates[network]);
    }
  }

  // Shows what can be done to a run { id, state }, to somebody who may do it or not.
  function show(run, may) {
    const { id, state } = shown = run, isDuel = !isAlone(state.model);
    const others = { resume: state.resumable, publish: state.publishable };
    const can = (wish) => others[wish] ?? PHASES[wish].includes(state.phase);
    controls.hidden = !may || state.where !== 'here' || !(state.alive || state.resumable || state.publishable);
    if (about !== id) published.hidden = true;
    about = id;
    for (const wish of all('[data-ask]', controls)) wish.hidden = !can(wish.dataset.ask);
    find('.rates', controls).hidden = !can('rates');
    box.toggleAttribute('data-steers', !controls.hidden && can('rates'));
    pushing.hidden = !state.published || !hasToken;
    find('.login', controls).hidden = !state.published || hasToken;
    updates.closest('label').hidden = !state.updates;
    weight.label.hidden = state.weight === null;
    for (const css of ['.zoo-training-stage', '.zoo-training-title', '.zoo-training-control']) showDuel(find(css), isDuel);
    if (filled !== id && state.alive && state.model) fill(run);
  }

  function chosen() {
    const fields = rates.filter((select) => !select.closest('label').hidden);
    return {
      rates: Object.fromEntries(fields.flatMap((select) => (
        ruled(select.dataset.rate, shown.state).map((network) => [network, Number(select.value)])
      ))),
      updates: updates.closest('label').hidden ? 0 : Number(updates.value),
      weight: weight.label.hidden ? null : weight.get(),
    };
  }

  // Does what the diagnosis advises to the run on show.
  function advise(code) {
    fill(shown);
    for (const [side, by] of Object.entries(REMEDIES[code])) {
      const select = side === 'updates' ? updates : rates.find((one) => one.dataset.rate === side);
      set(select, neighbour(select, Number(select.value), by));
    }
    steer('rates', shown.state.name, chosen());
  }

  box.addEventListener('click', (event) => {
    const { advice } = event.target.closest('button')?.dataset || {};
    if (advice) advise(advice);
  });
  controls.addEventListener('click', (event) => {
    const wish = event.target.closest('button')?.dataset.ask;
    if (wish) steer(wish, shown.state.name, wish === 'rates' ? chosen() : {});
  });

  pushing.addEventListener('submit', (event) => {
    event.preventDefault();
    const repository = find('[type=text]', pushing).value.trim();
    steer('push', shown.state.name, { repository, private: find('[type=checkbox]', pushing).checked });
  });

  return {
    show,
    mayPush(has) { hasToken = has; },
    tell(text) {
      published.textContent = text;
      published.hidden = !text;
    },
  };
}

// Fields that the form for a new training and the controls of a run have in common.
import { figure } from '../../shared/web/chart.js';

// Chooses a number in a list, which it joins where it is not there yet.
export function set(select, value) {
  const known = () => [...select.options].find((option) => Number(option.value) === value);
  if (!known()) select.add(new Option(figure(value), value));
  select.value = known().value;
}

// Shows the names that hold for a duel in a part of the page, or those for a model without an opponent.
export function showDuel(place, isDuel) {
  for (const name of place.querySelectorAll('[data-duel]')) name.hidden = !isDuel;
  for (const name of place.querySelectorAll('[data-alone]')) name.hidden = isDuel;
}

// A slider whose places are the weights that can be chosen; another weight stands at the place next to it.
export function dial(input, weights) {
  const label = input.closest('label');

  function tell() {
    const said = String(weights[Number(input.value)]);
    label.querySelector('output').textContent = said;
    input.ariaValueText = said;
  }

  input.addEventListener('input', tell);
  return {
    label,
    get: () => weights[Number(input.value)],
    set(value) {
      const away = weights.map((weight) => Math.abs(weight - value));
      input.value = away.indexOf(Math.min(...away));
      tell();
    },
  };
}

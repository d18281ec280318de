// The header above the tabs: the links to the languages, and the bar of a talk.
import { followAddress } from './tabs.js';
import { present } from './presenter.js';

export function mount({ element, props }) {
  followAddress([...element.querySelectorAll('.zoo-languages a')]);
  present(element.querySelector('.zoo-talk'), props.labels);
}

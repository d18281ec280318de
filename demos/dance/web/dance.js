// The Dance tab: a clip or a dance of the visitor's own, and the film that the model makes of it.
// Events: `offer` (the clips there are), `dance` { clip, or poses and steps; layers } and `save`, each about a `model`. `dance` is
// answered bit by bit, and `stop` ends it.
import { turns } from '../../shared/web/ask.js';
import { button, complain, make, onceSeen, save, sayer, within } from '../../shared/web/dom.js';
import { mountFilm } from './film.js';
import { mountPoses } from './poses.js';

const PATIENCE = 120_000, FILE = 'dance.mp4';

export function mount(component) {
  const { element, props } = component, box = element.querySelector('.zoo-dance'), { find, all } = within(box);
  const say = sayer(props.labels), trouble = find('.zoo-trouble'), model = find('select'), steps = find('.zoo-dance-steps input');
  const layers = find('.zoo-dance-layers input'), film = mountFilm(box, { say, rate: props.rate, size: props.tables.size });
  const poses = mountPoses(box, {
    say, sayJoint: sayer(props.joints), tables: props.tables, dances: props.dances, joints: props.joints, most: props.most,
  });
  let danced = null;  // the clip or the poses that were asked for last

// The visitor's own dance: a row of poses, and a puppet whose joints move with the mouse, a finger or the arrow keys.
import { button, make, placeOn, within } from '../../shared/web/dom.js';
import { penOn } from '../../shared/web/pen.js';
import { Puppet } from './puppet.js';

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
// By how many of the puppet's pixels a key moves a joint, alone and with Shift; and by how much the puppet is enlarged.
const STEP = 2, LEAP = 8, LARGE = 4;

// box: the tab. tables: those of the puppet. dances: those to begin with, each a list of poses. joints: the names of the joints
// that can be moved; sayJoint(joint) says one to the visitor. most: how many poses a dance may have. moved(): the pose has
// changed.
export function mountPoses(box, { say, sayJoint, tables, dances, joints, most, moved }) {
  const { find } = within(box), puppet = new Puppet(tables), { size } = tables;
  const canvas = find('.zoo-dance-puppet canvas'), row = find('.zoo-dance-keys');
  let poses = [], current = 0;
  Object.assign(canvas, { width: size * LARGE, height: size * LARGE });

  function moveTo(joint, x, y) {
    puppet.move(poses[current], joint, x, y);
    showPose();
    moved();
  }

  const handles = joints.map((joint) => {
    const label = say('dance_joint', { name: sayJoint(joint) });
    const handle = make('button', { type: 'button', 'data-joint': joint, 'aria-label': label });
    canvas.after(handle);
    penOn(handle, {
      down() {},
      move: (events) => moveTo(joint, ...placeOn(canvas, events.at(-1)).map((share) => share * size)),
      up() {},
    });
    handle.addEventListener('keydown', (event) => {
      const way = ARROWS[event.key];
      if (!way) return;
      event.preventDefault();
      const [x, y] = puppet.jointsOf(poses[current])[joint], far = event.shiftKey ? LEAP : STEP;
      moveTo(joint, x + way[0] * far, y + way[1] * far);
    });
    return handle;
  });

  function showPose() {
    puppet.paint(canvas, poses[current]);
    const at = puppet.jointsOf(poses[current]);
    for (const { dataset, style } of handles) {
      const [left, top] = at[dataset.joint].map((pixels) => `${Math.min(98, Math.max(2, 100 * pixels / size))}%`);
      Object.assign(style, { left, top });
    }
    puppet.paint(row.children[current].querySelector('canvas'), poses[current]);
  }

  function show() {
    row.replaceChildren(...poses.map((pose, i) => {
      const small = make('canvas', { width: size, height: size });
      puppet.paint(small, pose);
      const fields = { 'aria-label': say('dance_pose', { n: i + 1 }), 'aria-pressed': i === current };
      return make('li', {}, button(() => choose(i), fields, small));
    }));
    find('[data-do=add]').disabled = poses.length >= most;
    find('[data-do=drop]').disabled = poses.length === 1;
    showPose();
  }

  function choose(i) {
    current = i;
    show();
    row.children[i].querySelector('button').focus();
    moved();
  }

  function begin(dance) {
    poses = dances[dance].map((pose) => [...pose]);
    current = 0;
    show();
  }

  function add() {
    poses.splice(current + 1, 0, [...poses[current]]);
    current += 1;
    show();
  }

  function drop() {
    poses.splice(current, 1);
    current = Math.min(current, poses.length - 1);
    show();
  }

  begin(0);
  return { begin, add, drop, all: () => poses, now: () => poses[current] };
}

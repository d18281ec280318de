// The puppet: where its joints are, its picture, and how its joints move. The poses and the tables are those of puppet.py: a
// pose is x, y of the hips and an angle for each bone, in degrees from straight down.

const radians = (degrees) => degrees * Math.PI / 180;
const degrees = (angle) => angle * 180 / Math.PI;
const clamp = (value, least, most) => Math.min(most, Math.max(least, value));
// An arm or a leg stays this many pixels short of fully stretched or folded, so that the side it bends to stays clear.
const SLACK = 0.01;

export class Puppet {
  constructor(tables) {
    this.tables = tables;
  }

  boneTo(joint) { return this.tables.bones.findIndex(([, end]) => end === joint); }

  // The positions of all joints in a pose: { name: [x, y] }.
  jointsOf(pose) {
    const { bones, hung } = this.tables, at = { hips: [pose[0], pose[1]] }, lean = radians(pose[2] - 180);
    bones.forEach(([start, end, length], i) => {
      if (!at[start]) {
        const [on, right, down, turns] = hung[start], sine = turns ? Math.sin(lean) : 0, cosine = turns ? Math.cos(lean) : 1;
        at[start] = [at[on][0] + cosine * right + sine * down, at[on][1] - sine * right + cosine * down];
      }
      const angle = radians(pose[i + 2]);
      at[end] = [at[start][0] + length * Math.sin(angle), at[start][1] + length * Math.cos(angle)];
    });
    return at;
  }

  paint(canvas, pose) {
    const { parts, size } = this.tables;
    const pen = canvas.getContext('2d'), at = this.jointsOf(pose), scale = canvas.width / size;
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, size, size);
    pen.lineCap = 'round';
    for (const part of parts) this.paintPart(pen, at, part);
  }

  paintPart(pen, at, [shape, joint, measure, colour]) {
    const { bones, gap, hand, foot } = this.tables, [x, y] = at[joint];
    pen.fillStyle = pen.strokeStyle = colour;
    pen.beginPath();
    if (shape === 'disc') {
      pen.arc(x, y, measure, 0, 7);
      pen.fill();
      return;
    }
    const [start, , length] = bones[this.boneTo(joint)], [u, v] = at[start], dx = (x - u) / length, dy = (y - v) / length;
    if (shape === 'limb') {
      const short = gap + measure / 2, end = length - short - (joint.startsWith('hand') ? hand : 0);
      pen.lineWidth = measure;
      pen.moveTo(u + dx * short, v + dy * short);
      pen.lineTo(u + dx * end, v + dy * end);
      pen.stroke();
    } else {
      for (const [s, t] of foot) pen.lineTo(x + measure * (dy * s + dx * t), y + measure * (dy * t - dx * s));
      pen.fill();
    }
  }

  // A joint moves to a place as far as its bones let it; the pose is changed.
  move(pose, joint, x, y) {
    const { bones, places: [least, most] } = this.tables;
    if (joint === 'hips') {
      pose[0] = clamp(x, least, most);
      pose[1] = clamp(y, least, most);
    } else if (/^(hand|foot)/.test(joint)) {
      this.reach(pose, joint, x, y);
    } else {
      const i = this.boneTo(joint), [u, v] = this.jointsOf(pose)[bones[i][0]], turned = degrees(Math.atan2(x - u, y - v));
      if (joint === 'chest') pose[i + 3] += turned - pose[i + 2];  // the head goes along
      pose[i + 2] = turned;
    }
  }

  // Hands and feet take the elbow or the knee along. The two bones and the line to the place form a triangle, and the elbow or
  // knee stays on its side of that line.
  reach(pose, joint, x, y) {
    const { bones } = this.tables, i = this.boneTo(joint), [start, , lower] = bones[i];
    const middle = this.boneTo(start), [root, , upper] = bones[middle], [u, v] = this.jointsOf(pose)[root];
    const way = degrees(Math.atan2(x - u, y - v));
    const far = clamp(Math.hypot(x - u, y - v), Math.abs(upper - lower) + SLACK, upper + lower - SLACK);
    const bend = Math.sin(radians(pose[i + 2] - pose[middle + 2])) < 0 ? -1 : 1;
    const inner = Math.acos((upper ** 2 + far ** 2 - lower ** 2) / (2 * upper * far));
    const outer = Math.acos((lower ** 2 + far ** 2 - upper ** 2) / (2 * lower * far));
    pose[middle + 2] = way - bend * degrees(inner);
    pose[i + 2] = way + bend * degrees(outer);
  }
}

// A canvas to draw on, and a way to bring a picture. props.value: a data URL, the drawing's or that of the file as it is.
import { loaded, placeOn, sayer, within } from '../../shared/web/dom.js';
import { penOn } from '../../shared/web/pen.js';
import { uploads } from '../../shared/web/upload.js';

const WIDTH = 22;

export function mount({ element, props }) {
  const box = element.querySelector('.zoo-easel'), { find } = within(box), say = sayer(props.labels);
  const canvas = find('canvas'), pen = canvas.getContext('2d'), alarm = find('p');
  let last = null;

  function complain(text) {
    alarm.textContent = text;
    alarm.hidden = !text;
  }

  function wipe() {
    pen.fillStyle = '#000';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    complain('');
    box.dataset.blank = '';
    props.value = '';
  }

  function stroke(event) {
    delete box.dataset.blank;
    const [x, y] = placeOn(canvas, event), to = [x * canvas.width, y * canvas.height];
    Object.assign(pen, { strokeStyle: find('[type=color]').value, lineWidth: WIDTH, lineCap: 'round' });
    pen.beginPath();
    pen.moveTo(...last || to);
    pen.lineTo(...to);
    pen.stroke();
    last = to;
  }

  // The server looks at a file itself and says what is wrong with it; here it is only shown, cut to a square.
  async function show(url) {
    const picture = await loaded(url).catch(() => null);
    if (!picture) return;
    delete box.dataset.blank;
    const side = Math.min(picture.width, picture.height), left = (picture.width - side) / 2, top = (picture.height - side) / 2;
    pen.drawImage(picture, left, top, side, side, 0, 0, canvas.width, canvas.height);
  }

  penOn(canvas, {
    down: stroke,
    move: (events) => events.forEach(stroke),
    up() {
      last = null;
      complain('');
      props.value = canvas.toDataURL('image/png');
    },
  });
  find('button').addEventListener('click', wipe);

  wipe();
  uploads({
    field: find('[type=file]'),
    drop: canvas,
    most: props.most,
    begin() {
      wipe();
      box.setAttribute('aria-busy', 'true');
    },
    refuse() {
      box.removeAttribute('aria-busy');
      complain(say('large_file_here'));
    },
    hand(url) {
      box.removeAttribute('aria-busy');
      props.value = url;
      show(url);
    },
  });
  canvas.setAttribute('aria-label', say('easel_label'));
  box.dataset.ready = '';
}

// A canvas to draw on, and a way to bring a picture. props.value: a data URL, the drawing's or that of the file as it is.
const canvas = element.querySelector('canvas'), pen = canvas.getContext('2d'), alarm = element.querySelector('p');
const box = element.querySelector('.zoo-easel');
const [file, colour] = element.querySelectorAll('input'), language = window.ganZooLanguage || 'en';
canvas.setAttribute('aria-label', props.labels.easel_label[language]);
let last = null;

function complain(text) {
  alarm.textContent = text;
  alarm.hidden = !text;
}

function wipe() {
  pen.fillStyle = '#000';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  complain('');
}

const at = (event) => [event.offsetX / canvas.clientWidth * canvas.width, event.offsetY / canvas.clientHeight * canvas.height];

function stroke(to) {
  Object.assign(pen, { strokeStyle: colour.value, lineWidth: 22, lineCap: 'round' });
  pen.beginPath();
  pen.moveTo(...last);
  pen.lineTo(...to);
  pen.stroke();
  last = to;
}

canvas.addEventListener('pointerdown', (event) => { canvas.setPointerCapture(event.pointerId); last = at(event); stroke(last); });
canvas.addEventListener('pointermove', (event) => { if (last) stroke(at(event)); });
for (const name of ['pointerup', 'pointercancel']) {
  canvas.addEventListener(name, () => { if (last) { last = null; complain(''); props.value = canvas.toDataURL('image/png'); } });
}
element.querySelector('button').addEventListener('click', () => { wipe(); props.value = ''; file.value = ''; });

function bring(picture) {
  if (!picture) return;
  wipe();
  props.value = '';
  if (picture.size > props.most) {
    complain(props.labels.large_file_here[language]);
    return;
  }
  box.setAttribute('aria-busy', 'true');
  const reader = new FileReader();
  reader.onload = () => {
    // The server looks at the file itself and says what is wrong with it; here it is only shown.
    props.value = picture.size ? reader.result : 'data:;base64,';
    box.removeAttribute('aria-busy');
    const shown = new Image();
    shown.onload = () => {
      const side = Math.min(shown.width, shown.height);
      pen.drawImage(shown, (shown.width - side) / 2, (shown.height - side) / 2, side, side, 0, 0, canvas.width, canvas.height);
    };
    shown.src = reader.result;
  };
  reader.readAsDataURL(picture);
}

file.addEventListener('change', () => bring(file.files[0]));
canvas.addEventListener('dragover', (event) => event.preventDefault());
canvas.addEventListener('drop', (event) => { event.preventDefault(); bring(event.dataTransfer.files[0]); });
wipe();
if (file.files[0]) bring(file.files[0]);  // brought before this script ran
box.dataset.ready = '';

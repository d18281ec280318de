// A burst of pictures from the webcam. The view is mirrored, as in a mirror; the pictures are not.
import { within } from '../../shared/web/dom.js';
import { drawn } from './own_files.js';

const COUNTDOWN = 3, PAUSE = 250;  // numbers, and milliseconds between two pictures

// begin(), end(): pictures are about to be taken, and have been. take(blob, name): a picture. complain(text): what is wrong, or ''.
export function mountWebcam(box, say, { begin, take, end, complain }) {
  const { find, all } = within(box), video = find('video'), count = find('.view b'), told = find('.shot');
  let stream = null, run = 0;

  const wait = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });
  const button = (name) => find(`[data-do=${name}]`);

  async function open() {
    complain('');
    if (stream) return;
    if (!navigator.mediaDevices?.getUserMedia) {
      complain(say('own_camera_insecure'));
      return;
    }
    try {
      const asked = { video: { width: { ideal: 640 }, height: { ideal: 480 } }, audio: false };
      stream = await navigator.mediaDevices.getUserMedia(asked);
    } catch (error) {
      complain(say(error.name === 'NotAllowedError' ? 'own_camera_refused' : 'own_camera_none'));
      return;
    }
    video.srcObject = stream;
    video.ariaLabel = say('own_camera_view');
    told.textContent = '';
    box.hidden = false;
    await video.play().catch(() => {});  // it is closed before it begins
    box.scrollIntoView({ block: 'nearest' });
    button('shoot').focus();
  }

  function close() {
    run += 1;
    for (const track of stream?.getTracks() || []) track.stop();
    stream = video.srcObject = null;
    box.hidden = true;
    show(false);
  }

  function show(isShooting) {
    count.textContent = '';
    button('shoot').hidden = isShooting;
    button('stop').hidden = !isShooting;
    for (const field of all('select')) field.disabled = isShooting;
  }

  async function shoot() {
    const mine = run += 1, total = Number(find('[data-shots]').value);
    show(true);
    button('stop').focus();
    for (let n = COUNTDOWN; n > 0 && mine === run; n -= 1) {
      count.textContent = n;
      await wait(1000);
    }
    if (mine !== run) return;
    count.textContent = '';
    begin();
    for (let done = 1; done <= total && mine === run; done += 1) {
      const next = wait(PAUSE);
      if (video.videoWidth) {
        const blob = await drawn(video, video.videoWidth, video.videoHeight);
        if (mine !== run) break;
        take(blob, `webcam ${done}`);
        told.textContent = say('own_shot', { done, total });
      }
      await next;
    }
    end();
    if (mine === run) close();
  }

  function stop() {
    run += 1;
    show(false);
    button('shoot').focus();
  }

  button('shoot').addEventListener('click', shoot);
  button('stop').addEventListener('click', stop);
  button('close').addEventListener('click', close);
  // Nobody is filmed who has gone to another tab.
  new IntersectionObserver(([entry]) => { if (!entry.isIntersecting && stream && !box.offsetParent) close(); }).observe(box);
  return { open, close };
}

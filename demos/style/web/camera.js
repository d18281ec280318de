// The camera: a picture of what is in front of it, in place of a file.
import { make, within } from '../../shared/web/dom.js';

// place: what holds the player and the buttons. shot(url): a picture was taken; refused(): there is no camera to look through.
export function mountCamera(place, { shot, refused }) {
  const { find } = within(place), player = find('video');
  let stream = null;

  async function open() {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } } });
    } catch {
      refused();
      return;
    }
    player.srcObject = stream;
    place.hidden = false;
    await player.play();
    find('button').focus();
  }

  function close() {
    for (const track of stream?.getTracks() || []) track.stop();
    stream = null;
    place.hidden = true;
  }

  function shoot() {
    const photo = make('canvas', { width: player.videoWidth, height: player.videoHeight });
    photo.getContext('2d').drawImage(player, 0, 0);
    close();
    shot(photo.toDataURL('image/jpeg', 0.95));
  }

  return { toggle: () => (stream ? close() : open()), close, shoot, isOpen: () => stream !== null };
}

// The pictures of drawings as a network makes them on the visitor's device.
import { latents } from '../../../gan_zoo/browser/web/latent.js';
import { asCanvas, asInput, asPixels } from '../../../gan_zoo/browser/web/pictures.js';

// The pictures that are offered beside the best guess, as on the server.
const PROPOSALS = 3;

export function painterOn(device, say) {
  // An answer as the server gives it, or null if the server shall give it.
  function paint(image, { paper, look, seed, moving }, { proposes, device: offer }) {
    if (!image) return device.place() === 'device' ? Promise.resolve({ picture: '', cost: '', looks: [] }) : null;
    if (paper && !proposes) return null;  // its noise is the server's
    const images = asInput(image), chosen = proposes ? Number(look) || 0 : 0;
    const inputs = (at) => ({
      images,
      ...proposes && { z: { data: latent(at, seed, offer.latent), dims: [1, offer.latent] } },
    });
    const first = device.run(() => inputs(chosen));
    return first && finished(first, inputs, chosen, proposes && !moving);
  }

  async function finished(first, inputs, chosen, withLooks) {
    const answer = await first, looks = [], url = (one) => asCanvas(asPixels(one)).toDataURL();
    for (let at = 0; withLooks && at <= PROPOSALS; at++) looks.push(url(at === chosen ? answer : await device.run(() => inputs(at))));
    const cost = `<p class="zoo-cost">${say('live_here', { milliseconds: answer.milliseconds.toFixed(1) })}</p>`;
    return { picture: url(answer), cost, looks, here: true };
  }

  // Zeros give the best guess.
  const latent = (at, seed, length) => (at ? latents(1, length, PROPOSALS * seed + at)[0] : new Float32Array(length));

  return { paint, heard: ({ here }) => { if (!here) device.answered(); } };
}

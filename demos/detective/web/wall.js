// A picture with what it was, for the wall at the end of a game.
import { make } from '../../shared/web/dom.js';

export function captioned(picture, caption) {
  return make('figure', {}, make('img', { src: picture, alt: '' }), make('figcaption', { textContent: caption }));
}

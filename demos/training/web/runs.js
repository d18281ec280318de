// Runs as the server has them: the list, the state of each, and the pictures.
import { loaded } from '../../shared/web/dom.js';

const KEPT = 80;
export const ROOT = 'training/runs';

export const pathOf = (id) => `${ROOT}/${id.split('/').map(encodeURIComponent).join('/')}`;

// The contents of an address, and their mark. The browser keeps them, and asks with the mark whether they are still current.
// With the mark `after`, the answer waits a while for other contents; there are none if they stay the same.
export async function fetched(url, after) {
  const answer = await fetch(after ? `${url}?after=${encodeURIComponent(after)}` : url, { cache: 'no-cache' });
  if (answer.status === 204) return { mark: after };
  const content = await answer.json();
  if (!answer.ok) throw Object.assign(new Error('refused'), { trouble: content.trouble });
  return { content, mark: answer.headers.get('etag') };
}

// Pictures of runs, the latest of which are kept.
export class Pictures {
  constructor() { this.kept = new Map(); }

  // A promise of the picture of a step.
  get(run, step) {
    const url = `${pathOf(run.id)}/grids/${step}?v=${run.state.version}`;
    const had = this.kept.get(url), picture = had || loaded(url);
    if (!had) picture.catch(() => this.kept.delete(url));
    this.kept.delete(url);
    this.kept.set(url, picture);
    if (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value);
    return picture;
  }
}

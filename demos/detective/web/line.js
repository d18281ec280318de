// The line from a screen or a phone to a room.

// A room is asked so often how it stands, in milliseconds; not all phones ask at the same moment.
const EVERY = 1000, SPREAD = 200;

// Sends something to a room, and gives its answer. What the room refuses is thrown, with its `code` and its `trouble` in words.
export async function send(url, content = {}) {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(content) });
  const told = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(told.code), told);
  return told;
}

// Follows how a room stands, from begin(url) until end(); look() asks at once. changed(state): the state is new here.
// gone(trouble): there is no such room. heard(), lost(): an answer came, or none. With `waits`, the room answers only when there
// is something new, so it may be asked again soon.
export function follower({ changed, gone, heard, lost, waits = false }) {
  let url = '', mark = '', timer = 0, asking = null;

  async function look() {
    clearTimeout(timer);
    asking?.abort();
    const asked = url;
    if (!asked) return;
    asking = new AbortController();
    const { signal } = asking;
    let rest = waits ? SPREAD : EVERY;
    try {
      const answer = waits
        ? await fetch(`${asked}/turn?after=${encodeURIComponent(mark)}`, { cache: 'no-store', signal })
        : await fetch(asked, { cache: 'no-cache', signal });
      if (answer.status === 404) {
        const { trouble } = await answer.json();
        if (!signal.aborted) gone(trouble);
        return;
      }
      if (!answer.ok) rest = EVERY;
      if (answer.status === 200 && answer.headers.get('etag') !== mark) {
        const state = await answer.json();
        if (signal.aborted) return;
        mark = answer.headers.get('etag');
        changed(state);
      }
      heard();
    } catch {
      if (signal.aborted) return;
      rest = EVERY;
      lost();
    }
    if (url) timer = setTimeout(look, rest + Math.random() * SPREAD);
  }

  function begin(address) {
    url = address;
    mark = '';
    look();
  }

  function end() {
    url = '';
    clearTimeout(timer);
    asking?.abort();
  }

  return { begin, end, look };
}

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
// gone(trouble): there is no such room. heard(), lost(): an answer came, or none.
export function follower({ changed, gone, heard, lost }) {
  let url = '', mark = '', timer = 0;

  async function look() {
    clearTimeout(timer);
    const asked = url;
    if (!asked) return;
    try {
      const answer = await fetch(asked, { cache: 'no-cache' });
      if (asked !== url) return;
      if (answer.status === 404) {
        gone((await answer.json()).trouble);
        return;
      }
      if (answer.ok && answer.headers.get('etag') !== mark) {
        mark = answer.headers.get('etag');
        changed(await answer.json());
      }
      heard();
    } catch { lost(); }
    if (url) timer = setTimeout(look, EVERY + Math.random() * SPREAD);
  }

  function begin(address) {
    url = address;
    mark = '';
    look();
  }

  function end() {
    url = '';
    clearTimeout(timer);
  }

  return { begin, end, look };
}

// Sending files one after the other, some at a time: what becomes of each is heard line by line, and all can be cancelled.

const AT_ONCE = 2;

// One file. Gives a promise of { status, content }; `sent` is told the share that has gone, `line` each line of the answer.
function send(url, blob, headers, signal, { sent, line }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let read = 0;

    function listen() {
      if (request.status !== 200) return;
      const end = request.responseText.lastIndexOf('\n') + 1;
      const lines = request.responseText.slice(read, end).split('\n').filter(Boolean);
      read = Math.max(read, end);
      for (const one of lines) line(JSON.parse(one));
    }

    request.open('POST', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => sent(total ? loaded / total : 0);
    request.onprogress = listen;
    request.onload = () => { listen(); resolve({ status: request.status, content: request.responseText }); };
    request.onerror = () => reject(new Error('lost'));
    request.onabort = () => reject(new DOMException('cancelled', 'AbortError'));
    signal.addEventListener('abort', () => request.abort());
    request.send(blob);
  });
}

// open(): the address and the headers { url, headers } of what is sent now. tell(what, value) is told
//   'progress' { done, total, sent }: of how many files and pictures; `sent` is the share of a large file, or null;
//   'line' (what became of a picture), 'refused' (HTML: why nothing more is taken), 'lost', 'end' (true if it was cancelled).
export function sender(open, tell) {
  let waiting = [], busy = 0, done = 0, total = 0, controller = null, isHeld = false;

  // `items` are { name, blob() }: a promise of what is sent.
  function add(items) {
    if (!items.length) return;
    if (!controller) {
      controller = new AbortController();
      done = total = 0;
    }
    total += items.length;
    waiting.push(...items);
    tell('progress', { done, total, sent: null });
    pump();
  }

  function pump() {
    while (controller && busy < AT_ONCE && waiting.length) one(waiting.shift(), controller);
    if (controller && !busy && !waiting.length && !isHeld) finish(false);
  }

  function finish(isCancelled) {
    controller = null;
    waiting = [];
    tell('end', isCancelled);
  }

  function stop(what, value) {
    controller.abort();
    if (what !== 'cancelled') tell(what, value);
    finish(what === 'cancelled');
  }

  async function one({ name, blob }, mine) {
    busy += 1;
    const isMine = () => controller === mine;
    try {
      const { url, headers } = open(), content = await blob();
      if (!isMine()) return;
      const fields = { ...headers, 'x-zoo-file': encodeURIComponent(name.slice(0, 200)) };
      const { status, content: answer } = await send(url, content, fields, mine.signal, {
        sent: (share) => { if (isMine() && content.size > 2_000_000) tell('progress', { done, total, sent: share }); },
        line(told) {
          if (!isMine()) return;
          if ('of' in told) total += told.of - 1;
          else {
            done += 1;
            tell('line', told);
          }
          tell('progress', { done, total, sent: null });
          if (told.end) stop('refused', told.why);
        },
      });
      if (isMine() && status !== 200) stop('refused', troubleIn(answer));
    } catch (error) {
      if (isMine() && error.name !== 'AbortError') stop('lost');
    } finally {
      busy -= 1;
      pump();
    }
  }

  // While it is held, more is to come, and there is no end.
  function hold(on) {
    isHeld = on;
    pump();
  }

  return { add, hold, cancel: () => { if (controller) stop('cancelled'); }, isBusy: () => Boolean(controller) };
}

function troubleIn(answer) {
  try { return JSON.parse(answer).trouble; } catch { return ''; }
}

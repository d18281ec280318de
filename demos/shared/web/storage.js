// Values that the browser keeps for a visitor, as JSON. `shelf` is 'localStorage', or 'sessionStorage' for as long as the browser's tab
// is open. Either may be off, as in the frame of another site: then nothing is found, and what is kept is gone with the page.

export function recall(shelf, key) {
  try { return JSON.parse(window[shelf].getItem(key)); } catch { return null; }
}

// False where there is no room for the value; what is kept already stays.
export function keep(shelf, key, value) {
  try {
    window[shelf].setItem(key, JSON.stringify(value));
  } catch (error) { return error.name !== 'QuotaExceededError'; }
  return true;
}

export function forget(shelf, key) {
  try { window[shelf].removeItem(key); } catch { /* nothing is kept */ }
}

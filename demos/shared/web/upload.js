// Files that a visitor brings: chosen in a field, dropped, or pasted. A file goes to the server as it is, which says what is
// wrong with it, or sends what it becomes.
import { isWritten } from './dom.js';

// field: an <input type=file>. drop: where a file may be dropped. paste: the part that has to be in view for a file that is
// pasted anywhere on the page. begin(): a file is brought. hand(url): it is read. refuse(): it has more than `most` bytes.
export function uploads({ field, drop, paste = null, most, begin = () => {}, hand, refuse }) {
  function bring(file) {
    if (!file) return;
    begin();
    if (file.size > most) {
      refuse();
      return;
    }
    const reader = new FileReader();
    reader.onload = () => hand(file.size ? reader.result : 'data:;base64,');
    reader.readAsDataURL(file);
  }

  field.addEventListener('change', () => { bring(field.files[0]); field.value = ''; });
  drop.addEventListener('dragover', (event) => event.preventDefault());
  drop.addEventListener('drop', (event) => { event.preventDefault(); bring(event.dataTransfer.files[0]); });
  if (paste) {
    document.addEventListener('paste', (event) => {
      const [pasted] = event.clipboardData?.files || [];
      if (!pasted || !paste.offsetParent || isWritten(event.target)) return;
      event.preventDefault();
      bring(pasted);
    });
  }
  if (field.files[0]) bring(field.files[0]);  // brought before this script ran
}

// Files of the visitor's, and what is sent of them: a picture is made small here where the browser can read it.

// The longer side of what is sent in pixels, and the bytes of a picture that is sent as it is if it is no larger.
const SIDE = 512, SMALL = 150_000;
const NAMES = /\.(a?png|jpe?g|jpe|jfif|mpo|webp|gif|tiff?|bmp|dib|avifs?|p[gbpn]m|pfm|jp2|j2k|ico|tga|heic|heif)$/i;

export const isZip = ({ name, type }) => /\.zip$/i.test(name) || type === 'application/zip';
export const isPicture = ({ name, type }) => type.startsWith('image/') || NAMES.test(name);
// Files that systems put beside the pictures of a folder.
const isSystems = ({ name }) => name.startsWith('.') || /^(thumbs\.db|desktop\.ini)$/i.test(name);

// The files in what was dropped, those in folders included, and the name of the first folder.
export async function dropped(transfer) {
  // The list is empty as soon as this function waits.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean), plain = [...transfer.files];
  if (!entries.length) return { files: plain, folder: '' };
  const files = (await Promise.all(entries.map(inside))).flat().filter((file) => !isSystems(file));
  return { files, folder: entries.find((entry) => entry.isDirectory)?.name || '' };
}

// The files of a folder that was chosen, and its name.
export function chosen(field) {
  const files = [...field.files].filter((file) => !isSystems(file));
  return { files, folder: files[0]?.webkitRelativePath?.split('/')[0] || '' };
}

async function inside(entry) {
  if (entry.isFile) {
    // A file that can't be read is left out by name.
    return [await new Promise((resolve) => entry.file(resolve, () => resolve(new File([], entry.name))))];
  }
  const reader = entry.createReader(), found = [];
  for (;;) {  // it gives some at a time, and none at the end
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!some.length) break;
    found.push(...some);
  }
  return (await Promise.all(found.map(inside))).flat();
}

// A picture as it is sent; the file itself where the browser can't read it, and the server says what is wrong with it.
export async function shrunk(file) {
  if (isZip(file)) return file;
  try {
    const picture = await createImageBitmap(file);
    const share = SIDE / Math.max(picture.width, picture.height);
    if (share >= 1 && file.size <= SMALL) return file;
    return await drawn(picture, picture.width, picture.height);
  } catch { return file; }
}

// The canvas version of a picture, or of the current frame of a video.
export function drawn(source, width, height) {
  const share = Math.min(1, SIDE / Math.max(width, height)), canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * share));
  canvas.height = Math.max(1, Math.round(height * share));
  const pen = canvas.getContext('2d');
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  source.close?.();
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no canvas'))), 'image/webp', 0.92);
  });
}

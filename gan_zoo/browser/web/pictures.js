// Pictures as the browser has them, and as a network takes and gives them.

// A picture that can be drawn.
export async function loaded(url) {
  const picture = Object.assign(new Image(), { src: url });
  await picture.decode();
  return picture;
}

// The input of a translator for the pixels of a canvas: RGB from -1 to 1.
export function asInput({ data, width, height }) {
  const size = width * height, values = new Float32Array(3 * size);
  for (let i = 0; i < size; i++) for (let c = 0; c < 3; c++) values[c * size + i] = Math.fround(data[4 * i + c] / 127.5) - 1;
  return { data: values, dims: [1, 3, height, width] };
}

// One of the pictures of an answer as the pixels of a canvas. As in Python, halves go to the even number.
export function asPixels({ data, dims: [, channels, height, width] }, index = 0) {
  const size = width * height, start = index * channels * size, image = new ImageData(width, height);
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < 3; c++) {
      const value = data[start + (channels === 3 ? c * size : 0) + i];
      image.data[4 * i + c] = Math.fround(Math.fround(Math.min(1, Math.max(-1, value)) + 1) * 127.5);
    }
    image.data[4 * i + 3] = 255;
  }
  return image;
}

// Pixels as a canvas, to show or to save.
export function asCanvas(image) {
  const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
  canvas.getContext('2d').putImageData(image, 0, 0);
  return canvas;
}

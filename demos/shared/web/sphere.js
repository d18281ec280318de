// A tilted globe as it looks on a square of pixels.
const TILT = 0.38;  // of the axis, in radians
const SUN = [-0.5, -0.55, 0.67];

// For each pixel of a square: its longitude as seen and its latitude (south is positive) in radians, its distance from the
// axis in radii, how much the sun lights it, from 0 to 1, and how much of it lies on the globe, from 0 to 255.
export function sphere(side) {
  const floats = () => new Float32Array(side * side), radius = side / 2 - 1;
  const longitude = floats(), latitude = floats(), across = floats(), day = floats(), cover = new Uint8ClampedArray(side * side);
  for (let v = 0, i = 0; v < side; v++) {
    for (let u = 0; u < side; u++, i++) {
      const right = (u + 0.5 - side / 2) / radius, down = (v + 0.5 - side / 2) / radius, far = Math.hypot(right, down);
      cover[i] = 255 * Math.min(1, Math.max(0, (1 - far) * radius + 0.5));
      if (!cover[i]) continue;
      const x = right / Math.max(1, far), y = down / Math.max(1, far), z = Math.sqrt(Math.max(0, 1 - x * x - y * y));
      across[i] = x * Math.cos(TILT) + y * Math.sin(TILT);
      latitude[i] = Math.asin(y * Math.cos(TILT) - x * Math.sin(TILT));
      longitude[i] = Math.atan2(across[i], z);
      day[i] = Math.max(0, x * SUN[0] + y * SUN[1] + z * SUN[2]);
    }
  }
  return { longitude, latitude, across, day, cover, radius };
}

// The row of a map of the world, `height` pixels high, at a latitude.
export function rowAt(latitude, height) {
  return Math.min(height - 1, Math.floor((latitude / Math.PI + 0.5) * height));
}

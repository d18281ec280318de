// A mouse, a finger or a pen on an element, one at a time. down(event): it comes down, and is left alone where this gives
// false. move(events): it has moved, by all the places on its way; up(): it has gone.
export function penOn(element, { down, move, up }) {
  let pointer = null;

  element.addEventListener('pointerdown', (event) => {
    if (pointer !== null || event.button) return;
    pointer = event.pointerId;
    if (down(event) === false) pointer = null;
    else element.setPointerCapture(pointer);
  });
  element.addEventListener('pointermove', (event) => {
    if (event.pointerId !== pointer) return;
    const moves = event.getCoalescedEvents?.() || [];
    move(moves.length ? moves : [event]);
  });
  for (const name of ['pointerup', 'pointercancel']) {
    element.addEventListener(name, (event) => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      up();
    });
  }

  return { isDown: () => pointer !== null, lift: () => { pointer = null; } };
}

// The wall renews itself every minute, unless somebody stands before it and is using it:
// a page that changes under one's hands cannot be read with a magnifier or a screen reader.
const MINUTE = 60_000;
let touched = -MINUTE;
for (const kind of ["pointermove", "pointerdown", "keydown", "focusin"]) {
  addEventListener(kind, () => { touched = performance.now(); }, { passive: true });
}
setInterval(() => {
  if (performance.now() - touched >= MINUTE) location.reload();
}, MINUTE);

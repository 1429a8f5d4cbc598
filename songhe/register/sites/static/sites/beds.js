// Ticking beds: whole rooms at once, a range with Shift, and how many are ticked.
(() => {
  "use strict";
  const form = document.querySelector("[data-beds]");
  if (!form) return;
  const boxes = [...form.querySelectorAll("input[name=bed]")];
  const count = form.querySelector("[data-beds-count]");
  const tell = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    count.textContent = ticked ? `已选 ${ticked} 张` : "";
  };
  let last = -1;
  form.addEventListener("click", (event) => {
    const all = event.target.closest("[data-beds-room]");
    if (all) {
      const mine = [...all.closest("section").querySelectorAll("input[name=bed]")];
      const on = mine.some((box) => !box.checked);
      mine.forEach((box) => { box.checked = on; });
    }
    const at = boxes.indexOf(event.target);
    if (at >= 0) {
      if (event.shiftKey && last >= 0) {
        boxes.slice(Math.min(at, last), Math.max(at, last) + 1).forEach((box) => { box.checked = event.target.checked; });
      }
      last = at;
    }
    tell();
  });
  tell();
})();

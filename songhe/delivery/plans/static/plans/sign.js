// A pad to sign on with finger, pen or mouse. The drawing goes into a hidden field as PNG when the
// form is sent; an empty pad sends nothing. Used wherever somebody agrees on a screen.
(() => {
  "use strict";

  const start = (pad) => {
    if (pad.dataset.ready) return;
    pad.dataset.ready = "1";
    const canvas = pad.querySelector("canvas");
    const field = pad.querySelector("input[type=hidden]");
    const pen = canvas.getContext("2d");
    let drawn = false;
    let last = null;
    pad.classList.add("is-ready");

    const size = () => {
      const box = canvas.getBoundingClientRect();
      const scale = Math.min(2, window.devicePixelRatio || 1);
      if (!box.width || canvas.width === Math.round(box.width * scale)) return;
      canvas.width = Math.round(box.width * scale);
      canvas.height = Math.round(box.height * scale);
      pen.scale(scale, scale);
      pen.lineWidth = 2.5;
      pen.lineCap = "round";
      pen.lineJoin = "round";
      pen.strokeStyle = "#1f2528";
      // Turning the phone clears the paper: a stretched signature would be another's.
      drawn = false;
    };
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };

    canvas.addEventListener("pointerdown", (event) => {
      size();
      canvas.setPointerCapture(event.pointerId);
      last = at(event);
      event.preventDefault();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!last) return;
      const here = at(event);
      pen.beginPath();
      pen.moveTo(...last);
      pen.lineTo(...here);
      pen.stroke();
      last = here;
      drawn = true;
    });
    ["pointerup", "pointercancel"].forEach((name) => canvas.addEventListener(name, () => {
      last = null;
      pad.dispatchEvent(new CustomEvent("signed", { bubbles: true }));
    }));

    pad.signature = () => (drawn ? canvas.toDataURL("image/png") : "");
    pad.clear = () => {
      pen.clearRect(0, 0, canvas.width, canvas.height);
      drawn = false;
      field.value = "";
    };
    pad.querySelector("[data-sign-clear]").addEventListener("click", pad.clear);
    const form = canvas.closest("form");
    if (form) form.addEventListener("submit", () => { field.value = pad.signature(); });
    size();
    window.addEventListener("resize", size);
  };

  const all = () => document.querySelectorAll("[data-sign-pad]").forEach(start);
  document.addEventListener("htmx:afterSettle", all);
  all();
})();

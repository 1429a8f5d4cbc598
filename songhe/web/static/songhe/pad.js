// For carers and assessors on the road: signing with a finger, and pictures made small enough to travel over a basement's network.
(() => {
  "use strict";
  const INK = "#1f2528";
  const LONGEST = 1600;

  const pad = (canvas, onDraw = () => {}) => {
    const brush = canvas.getContext("2d");
    let drawn = false;
    let drawing = false;

    // The drawing surface follows the size on the screen, else a line does not run under the finger.
    const fit = () => {
      const box = canvas.getBoundingClientRect();
      const scale = window.devicePixelRatio || 1;
      if (!box.width || drawn) return;
      canvas.width = Math.round(box.width * scale);
      canvas.height = Math.round(box.height * scale);
      brush.scale(scale, scale);
      brush.lineWidth = 2.5;
      brush.lineCap = brush.lineJoin = "round";
      brush.strokeStyle = INK;
    };
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    canvas.addEventListener("pointerdown", (event) => {
      fit();
      drawing = drawn = true;
      canvas.setPointerCapture(event.pointerId);
      brush.beginPath();
      brush.moveTo(...at(event));
      event.preventDefault();
      onDraw();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!drawing) return;
      brush.lineTo(...at(event));
      brush.stroke();
    });
    ["pointerup", "pointercancel"].forEach((name) =>
      canvas.addEventListener(name, () => {
        drawing = false;
      }));
    return {
      empty: () => !drawn,
      clear: () => {
        drawn = false;
        canvas.width = canvas.width;
        fit();
      },
      picture: () => new Promise((resolve) => canvas.toBlob(resolve, "image/png")),
    };
  };

  // A photo no longer than 1600 px a side, as JPEG: nothing of where and when it was taken stays in it.
  const smaller = async (file) => {
    const image = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.82));
  };

  window.songhePad = { pad, smaller };
})();

// 长辈版: size, contrast and reading aloud. Choices are kept in cookies so that the next page
// already arrives in the right size. Without script the page keeps its size and works as it is.
(() => {
  "use strict";
  const root = document.documentElement;
  const words = document.getElementById("words").dataset;
  const keep = (name, value) => {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${name}=${value}; path=/; max-age=31536000; SameSite=Lax${secure}`;
  };
  const press = (buttons, on) => buttons.forEach((button) => button.setAttribute("aria-pressed", String(on(button))));

  const sizes = [...document.querySelectorAll("[data-set-size]")];
  const size = () => root.dataset.size || "20";
  press(sizes, (button) => button.dataset.setSize === size());
  sizes.forEach((button) => button.addEventListener("click", () => {
    root.dataset.size = button.dataset.setSize;
    keep("elder_size", button.dataset.setSize);
    press(sizes, (other) => other === button);
  }));

  const contrast = [...document.querySelectorAll("[data-set-contrast]")];
  const high = () => root.dataset.contrast === "high";
  press(contrast, high);
  contrast.forEach((button) => button.addEventListener("click", () => {
    root.dataset.contrast = high() ? "" : "high";
    keep("elder_contrast", root.dataset.contrast);
    press(contrast, high);
  }));

  // Reading aloud, only where the phone has a Chinese voice: a silent button is worse than none.
  const readers = [...document.querySelectorAll("[data-read]")];
  const speech = window.speechSynthesis;
  const voice = () => speech && speech.getVoices().find((one) => /^(zh|cmn|yue)/i.test(one.lang));
  const offer = () => readers.forEach((button) => { button.hidden = !voice(); });
  const label = (on) => readers.forEach((button) => {
    button.querySelector("[data-read-word]").textContent = on ? words.reading : words.read;
    button.setAttribute("aria-pressed", String(on));
  });
  // The voice gets what the eye gets: words, without what is hidden or folded away.
  const spoken = () => document.getElementById("main").innerText.replace(/\n{2,}/g, "。\n");
  if (speech && readers.length) {
    offer();
    speech.addEventListener("voiceschanged", offer);
    readers.forEach((button) => button.addEventListener("click", () => {
      if (speech.speaking) {
        speech.cancel();
        label(false);
        return;
      }
      const text = new SpeechSynthesisUtterance(spoken());
      text.voice = voice();
      text.lang = text.voice.lang;
      text.rate = 0.9;
      text.addEventListener("end", () => label(false));
      speech.speak(text);
      label(true);
    }));
    window.addEventListener("pagehide", () => speech.cancel());
  }
  document.querySelectorAll("[data-tools]").forEach((row) => { row.hidden = false; });
})();

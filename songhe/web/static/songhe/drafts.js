// Nothing typed is lost. A form with data-draft="key" is kept in this tab's sessionStorage while
// it is filled in, and comes back after an error, a lost network or an expired session.
// sessionStorage, not localStorage: an office computer is shared, and closing the tab must forget.
// Never kept: passwords, files, hidden fields, fields marked data-private. Another account sees none.
(() => {
  "use strict";
  const words = document.getElementById("words").dataset;
  const account = document.body.dataset.account || "";
  const HOURS = 12;
  const forms = () => [...document.querySelectorAll("form[data-draft]")];
  const keyOf = (form) => `draft:${account}:${location.pathname}:${form.dataset.draft}`;
  const skipped = (field) =>
    !field.name || field.disabled || ["password", "file", "hidden", "submit", "button"].includes(field.type) ||
    field.hasAttribute("data-private");

  const read = (key) => {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  };
  const write = (key, draft) => {
    try {
      sessionStorage.setItem(key, JSON.stringify(draft));
      return true;
    } catch {
      return false; // full or forbidden: the warning on leaving the page still stands
    }
  };

  const values = (form) => {
    const found = {};
    [...form.elements].forEach((field) => {
      if (skipped(field)) return;
      const list = (found[field.name] = found[field.name] || []);
      if (field.type === "checkbox" || field.type === "radio") {
        if (field.checked) list.push(field.value);
      } else if (field.multiple) {
        [...field.selectedOptions].forEach((option) => list.push(option.value));
      } else {
        list.push(field.value);
      }
    });
    return found;
  };

  const fill = (form, draft) => {
    const taken = {};
    [...form.elements].forEach((field) => {
      const kept = draft[field.name];
      if (skipped(field) || !kept) return;
      if (field.type === "checkbox" || field.type === "radio") {
        field.checked = kept.includes(field.value);
      } else if (field.multiple) {
        [...field.options].forEach((option) => { option.selected = kept.includes(option.value); });
      } else {
        const place = taken[field.name] || 0;
        taken[field.name] = place + 1;
        if (place < kept.length) field.value = kept[place];
      }
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  };

  const line = (form, text, ...buttons) => {
    const old = form.previousElementSibling;
    if (old && old.classList.contains("draft-line")) old.remove();
    const box = document.createElement("div");
    box.className = "draft-line";
    box.setAttribute("role", "status");
    const said = document.createElement("span");
    said.textContent = text;
    box.append(said, ...buttons);
    form.before(box);
    return box;
  };
  const button = (label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-outline-secondary btn-sm";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  };
  const clock = (at) => new Date(at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });

  const watch = (form) => {
    if (form.dataset.watched) return;
    form.dataset.watched = "1";
    const key = keyOf(form);
    const before = JSON.stringify(values(form));
    const draft = read(key);
    if (form.hasAttribute("data-bound")) {
      // The server has filled in what was sent; keep the draft for what may still come.
      if (draft) write(key, { ...draft, sent: false });
    } else if (draft && Date.now() - draft.at < HOURS * 3600e3 && JSON.stringify(draft.values) !== before) {
      const drop = () => {
        sessionStorage.removeItem(key);
        form.previousElementSibling.remove();
      };
      const when = clock(draft.at);
      if (draft.before === before) {
        fill(form, draft.values);
        form.dataset.dirty = "1";
        line(form, words.restored.replace("{time}", when), button(words.discard, () => {
          fill(form, JSON.parse(before));
          delete form.dataset.dirty;
          drop();
        }));
      } else {
        // The record has changed since: the person decides, nothing is overwritten.
        const box = line(form, words.offer.replace("{time}", when),
          button(words.restore, () => { fill(form, draft.values); box.remove(); }),
          button(words.discard, drop));
      }
    }
    let timer = 0;
    const keep = () => write(key, { values: values(form), before, at: Date.now(), sent: false });
    form.addEventListener("input", () => {
      form.dataset.dirty = "1";
      clearTimeout(timer);
      timer = setTimeout(keep, 400);
    });
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      write(key, { values: values(form), before, at: Date.now(), sent: true });
      delete form.dataset.dirty;
    });
  };

  // A draft that was sent is done with once another page answers, unless that page is a sign-in
  // or an error, or the form itself has come back.
  const settle = () => {
    const refused = document.body.hasAttribute("data-keep-drafts");
    const done = Boolean(document.querySelector("[data-tone=ok]"));
    const [visit] = performance.getEntriesByType("navigation");
    const back = visit && visit.type === "back_forward";
    const here = new Map(forms().map((form) => [keyOf(form), form]));
    Object.keys(sessionStorage).filter((key) => key.startsWith("draft:")).forEach((key) => {
      const draft = read(key);
      if (!draft || !draft.sent) return;
      const form = here.get(key);
      if (refused || back || (form && !done)) write(key, { ...draft, sent: false });
      else sessionStorage.removeItem(key);
    });
  };

  window.addEventListener("beforeunload", (event) => {
    if (!forms().some((form) => form.dataset.dirty)) return;
    event.preventDefault();
    event.returnValue = "";
  });
  const unsend = () => forms().forEach((form) => {
    const draft = read(keyOf(form));
    if (draft && draft.sent) {
      write(keyOf(form), { ...draft, sent: false });
      form.dataset.dirty = "1";
    }
  });
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach((name) => document.addEventListener(name, unsend));
  document.addEventListener("htmx:afterSettle", () => {
    settle();
    forms().forEach(watch);
  });

  settle();
  forms().forEach(watch);
})();

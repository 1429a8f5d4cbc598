// The on-site form: pages, saving as typed, two phones on one form, photos, signatures, handing in.
(async () => {
  "use strict";
  const root = document.querySelector("[data-survey]");
  if (!root) return;
  const say = root.dataset;
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const store = window.surveyStore;
  const sheet = $("#sheet");
  const pages = $$("[data-page]");
  document.documentElement.classList.add("scripted");

  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(say.worker).catch(() => {});
  }

  // ---- the form's fields -------------------------------------------------------------------------
  // A field is "instrument.kind.item"; its value here is what the server stores.
  const FIELD = /\.(answer|note|context)\.[a-z_0-9]+$/;
  const parts = (name) => {
    const [instrument, kind, item] = name.split(".");
    return { instrument, kind, item };
  };
  const known = new Map(); // field → time of the entry that counts, as far as this phone knows
  const pending = new Map(); // field → id of the last entry typed here that the server has not confirmed
  const sent = new Map(); // entry id → field
  const typed = new Map(); // field → value last typed here, so that leaving a box does not send it twice
  const mine = new Set(); // fields answered on this phone

  const read = (control) => {
    if (control.type === "radio") return Number(control.value);
    if (control.type === "checkbox") return control.checked;
    if (control.type === "number") return control.value === "" ? null : Number(control.value);
    return control.value.trim() || null;
  };
  const show = (name, value) => {
    $$(`[name="${name}"]`, sheet).forEach((control) => {
      if (control.type === "radio") control.checked = value !== null && Number(control.value) === value;
      else if (control.type === "checkbox") control.checked = Boolean(value);
      else if (control !== document.activeElement) control.value = value === null ? "" : value;
    });
  };
  // ---- progress and what is missing --------------------------------------------------------------
  const items = $$("[data-item]", sheet);
  const isDone = (item) => Boolean($("input:checked", item));
  const signedBy = new Set($$("[data-sign]").filter((box) => !$("[data-signed]", box).hidden).map((box) => box.dataset.sign));

  const paint = () => {
    $$(".s-card", sheet).forEach((card) => card.classList.toggle("is-on", $("input", card).checked));
    const done = items.filter(isDone).length;
    $("[data-answered]").textContent = done;
    $("[data-progress]").value = done;
    $$("[data-count]").forEach((count) => {
      const own = $$("[data-item]", document.getElementById(count.dataset.count));
      const full = own.filter(isDone).length;
      count.textContent = `${full}/${own.length}`;
      count.classList.toggle("is-full", full === own.length);
    });
    const missing = items.filter((item) => !isDone(item));
    const unsigned = unsignedBy();
    const list = $("[data-left]");
    list.textContent = "";
    pages.forEach((page) => {
      const here = missing.filter((item) => page.contains(item)).map((item) => $("legend", item).lastChild.textContent.trim());
      if (here.length) list.append(toPage(page.id, `${page.dataset.page}：${here.join("、")}`));
    });
    unsigned.forEach((label) => list.append(toPage("signatures", `${say.saySign}：${label}`)));
    const count = missing.length + unsigned.length;
    $("[data-verdict]").textContent = count ? `${say.sayLeft} ${count} ${say.sayItems}` : say.sayAll;
    $("[data-verdict]").dataset.tone = count ? "warn" : "ok";
  };
  const toPage = (page, text) => {
    const line = document.createElement("li");
    const link = document.createElement("a");
    link.href = `#${page}`;
    link.textContent = text;
    line.append(link);
    return line;
  };
  // Both assessors sign, and the elder or a relative.
  const unsignedBy = () => {
    const label = (key) => $(`[data-sign="${key}"]`).getAttribute("aria-label");
    const absent = ["assessor_a", "assessor_b"].filter((key) => !signedBy.has(key)).map(label);
    if (!signedBy.has("elder") && !signedBy.has("family")) absent.push(`${label("elder")} / ${label("family")}`);
    return absent;
  };

  // ---- keeping ------------------------------------------------------------------------------------
  const words = { keeping: say.sayKeeping, unkept: say.sayNostore, local: say.sayLocal, offline: say.sayLocal, sending: say.saySending, synced: say.saySynced,
    broken: say.sayBroken, "signed-out": say.saySignedOut, gone: say.sayGone };
  const sync = $("[data-sync]");
  const warn = (text) => {
    const here = $("[data-say-here]");
    $("[data-say-text]").textContent = text || "";
    here.hidden = !text;
  };
  const onChange = (kind, count, body) => {
    const tone = { keeping: "ok", synced: "ok", sending: "ok" }[kind] || (kind === "gone" || kind === "signed-out" ? "bad" : "warn");
    sync.dataset.tone = tone;
    sync.dataset.kind = kind;
    const text = words[kind] || (body && body.message) || say.sayBroken;
    $("[data-sync-word]").textContent = count && kind !== "sending" ? `${text} · ${count} ${say.sayWaiting}` : text;
    if (kind === "signed-out" || kind === "gone") warn(words[kind]);
    else if (kind === "refused" && body) warn(`${body.message} ${body.remedy || ""}`);
    else if (kind === "synced") warn("");
  };

  // What the server has wins wherever this phone has nothing newer of its own.
  const onState = (state, outcome, file) => {
    Object.values(outcome || {}).forEach((word) => {
      if (word === "late") warn(say.sayLate);
      else if (!["applied", "older", "known"].includes(word)) warn(word);
    });
    (state.surveys || []).forEach((survey) => {
      const kinds = { answer: survey.answers, note: survey.notes, context: survey.context };
      Object.entries(survey.stamps).forEach(([field, at]) => {
        const name = `${survey.instrument}.${field}`;
        if (pending.has(name) || known.get(name) === at) return;
        const before = known.get(name);
        const { kind, item } = parts(name);
        const value = kinds[kind][item];
        known.set(name, at);
        show(name, value === undefined ? null : value);
        const own = $(`[data-field="${name}"] [data-by]`);
        if (own && kind === "answer" && before !== undefined && !mine.has(name)) {
          own.textContent = say.sayOther;
          own.hidden = false;
        }
      });
    });
    (state.signed || []).forEach((signer) => {
      signedBy.add(signer);
      const mark = $(`[data-sign="${signer}"] [data-signed]`);
      if (mark) mark.hidden = false;
    });
    if (state.recording) agreed();
    if (file && file.kind === "photo") settlePhoto(file.id);
    if (!state.open) warn(say.sayGone);
    paint();
    remember();
  };

  const outbox = window.surveyOutbox({
    place: say.case,
    account: say.account,
    token: $("[name=csrfmiddlewaretoken]").value,
    urls: { save: say.save, state: say.state, upload: say.upload },
    onChange,
    onState: (state, outcome, file) => {
      Object.keys(outcome || {}).forEach((id) => {
        const name = sent.get(id);
        if (name && pending.get(name) === id) pending.delete(name);
      });
      onState(state, outcome, file);
    },
    onRefused: (row, body) => {
      warn(`${body.message} ${body.remedy || ""}`);
      if (row.kind === "photo") refusePhoto(row, body.message);
    },
  });

  const type = async (name, value) => {
    if (typed.has(name) && typed.get(name) === value) return;
    const { instrument, kind, item } = parts(name);
    typed.set(name, value);
    mine.add(name);
    pending.set(name, "");
    const by = $(`[data-field="${name}"] [data-by]`);
    if (by) by.hidden = true;
    paint();
    try {
      const id = store.newId();
      sent.set(id, name);
      pending.set(name, id);
      await outbox.type({ id, instrument, kind, item, value, field: name });
    } catch {
      // Not kept: the same answer given once more is tried once more.
      typed.delete(name);
      pending.delete(name);
      warn(say.sayNostore);
    }
    remember();
  };

  // The form as it stands, so that a page from yesterday's cache opens with today's answers.
  let remembering = 0;
  function remember() {
    clearTimeout(remembering);
    remembering = setTimeout(() => {
      const fields = {};
      $$("[name]", sheet).forEach((control) => {
        if (!FIELD.test(control.name)) return;
        if (control.type === "radio" && !control.checked) return;
        fields[control.name] = read(control);
      });
      store.put("forms", { case: say.case, account: say.account, fields, known: [...known], at: Date.now() }).catch(() => {});
    }, 300);
  }

  sheet.addEventListener("change", (event) => {
    const control = event.target;
    if (!FIELD.test(control.name)) return;
    if (control.tagName === "TEXTAREA") clearTimeout(typing);
    type(control.name, read(control));
  });
  let typing = 0;
  sheet.addEventListener("input", (event) => {
    if (event.target.tagName !== "TEXTAREA") return;
    clearTimeout(typing);
    typing = setTimeout(() => type(event.target.name, read(event.target)), 800);
  });
  sheet.addEventListener("submit", (event) => event.preventDefault());

  // ---- photos -------------------------------------------------------------------------------------
  const gallery = $("[data-photos]");
  const line = (id) => $(`[data-photo-id="${id}"]`, gallery);
  const addPhoto = (row, word) => {
    const box = document.createElement("li");
    box.dataset.photoId = row.id;
    const image = document.createElement("img");
    image.alt = "";
    image.src = URL.createObjectURL(row.blob);
    const note = document.createElement("span");
    note.className = "note";
    note.textContent = word;
    box.append(image, note);
    gallery.append(box);
  };
  function settlePhoto(id) {
    if (line(id)) $(".note", line(id)).textContent = say.saySynced;
  }
  function refusePhoto(row, text) {
    if (!line(row.id)) addPhoto(row, "");
    const box = line(row.id);
    $(".note", box).textContent = `${say.sayPhoto}：${text}`;
    $$("button", box).forEach((button) => button.remove());
    const button = (word, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "btn btn-outline-secondary";
      made.textContent = word;
      made.addEventListener("click", act);
      box.append(made);
    };
    button(say.sayAgain, () => {
      $$("button", box).forEach((other) => other.remove());
      $(".note", box).textContent = say.sayLocal;
      outbox.retry(row);
    });
    button(say.sayDrop, () => {
      outbox.drop(row);
      box.remove();
    });
  }
  $("[data-photo]").addEventListener("change", async (event) => {
    for (const chosen of event.target.files) {
      try {
        addPhoto(await outbox.file({ kind: "photo", blob: await window.songhePad.smaller(chosen) }), say.sayLocal);
      } catch {
        warn(say.sayNostore);
      }
    }
    event.target.value = "";
  });
  function agreed() {
    $("[data-consent]").hidden = true;
    $("[data-agreed]").hidden = false;
  }
  $("[data-agree]").addEventListener("click", async () => {
    const name = $("#recording").value.trim();
    if (!name) {
      warn(say.sayName);
      $("#recording").focus();
      return;
    }
    try {
      await outbox.type({ instrument: "", kind: "consent", item: "video", value: name });
      agreed();
    } catch {
      warn(say.sayNostore);
    }
  });

  // ---- signatures ---------------------------------------------------------------------------------
  $$("[data-sign]").forEach((box) => {
    const pad = window.songhePad.pad($("[data-pad]", box));
    $("[data-clear]", box).addEventListener("click", pad.clear);
    $("[data-keep]", box).addEventListener("click", async () => {
      if (pad.empty()) {
        warn(say.sayEmpty);
        return;
      }
      try {
        await outbox.file({ kind: "signature", signer: box.dataset.sign, blob: await pad.picture() });
        signedBy.add(box.dataset.sign);
        $("[data-signed]", box).hidden = false;
        warn("");
        paint();
      } catch {
        warn(say.sayNostore);
      }
    });
  });

  // ---- pages --------------------------------------------------------------------------------------
  const where = () => Math.max(0, pages.findIndex((page) => `#${page.id}` === location.hash));
  const turn = () => {
    const here = where();
    pages.forEach((page, at) => page.classList.toggle("is-here", at === here));
    $$("[data-go]").forEach((link) => {
      if (link.dataset.go === pages[here].id) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    });
    $("[data-where]").textContent = `${here + 1} / ${pages.length} ${say.sayPage}`;
    $("[data-back-page]").disabled = here === 0;
    $("[data-next-page]").hidden = here === pages.length - 1;
    $(".s-toc").open = false;
    // After the browser's own jump to the anchor.
    requestAnimationFrame(() => window.scrollTo(0, 0));
  };
  const go = (at) => {
    location.hash = pages[Math.min(Math.max(at, 0), pages.length - 1)].id;
  };
  window.addEventListener("hashchange", () => {
    turn();
    const heading = $("h2", pages[where()]);
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  });
  $("[data-back-page]").addEventListener("click", () => go(where() - 1));
  $("[data-next-page]").addEventListener("click", () => go(where() + 1));

  // ---- handing in ---------------------------------------------------------------------------------
  $("#hand-in").addEventListener("submit", async (event) => {
    if (event.target.dataset.ready) return;
    event.preventDefault();
    clearTimeout(typing);
    await outbox.flush();
    if (!outbox.whole()) {
      warn(say.sayNostore);
      return;
    }
    const left = await outbox.waiting();
    if (left.entries.length || left.files.length || !navigator.onLine) {
      warn(say.sayWait);
      return;
    }
    event.target.dataset.ready = "1";
    event.target.submit();
  });

  // ---- opening ------------------------------------------------------------------------------------
  const embedded = JSON.parse($("#survey-state").textContent);
  embedded.surveys.forEach((survey) => Object.entries(survey.stamps).forEach(([field, at]) => {
    known.set(`${survey.instrument}.${field}`, at);
  }));
  const kept = (await store.all("forms")).find((row) => row.case === say.case && row.account === say.account);
  const left = await outbox.waiting();
  if (kept) {
    const times = new Map(kept.known);
    times.forEach((at, name) => {
      // A page from the cache is older than what this phone has learned since.
      if ((known.get(name) || "") < at) {
        known.set(name, at);
        show(name, name in kept.fields ? kept.fields[name] : null);
      }
    });
  }
  left.entries.forEach((entry) => {
    if (entry.kind === "consent") {
      agreed();
      return;
    }
    pending.set(entry.field, entry.id);
    mine.add(entry.field);
    sent.set(entry.id, entry.field);
    show(entry.field, entry.value);
  });
  left.files.filter((row) => row.kind === "photo").forEach((row) => addPhoto(row, say.sayLocal));
  left.files.filter((row) => row.kind === "signature").forEach((row) => {
    signedBy.add(row.signer);
    $(`[data-sign="${row.signer}"] [data-signed]`).hidden = false;
  });
  (await outbox.refused()).filter((row) => row.kind === "photo").forEach((row) => refusePhoto(row, row.refused));
  paint();
  turn();
  if (left.entries.length || left.files.length) outbox.flush();
  root.dataset.ready = "1";
})();

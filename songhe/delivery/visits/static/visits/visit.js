// The page of one visit: check in, tick, measure, photograph, sign, check out. All of it is kept on the phone first.
(async () => {
  "use strict";
  const phone = window.visitPhone;
  const { $, $$, words, kit, store, say } = phone;
  if (!(await store.works)) return;
  const root = $("[data-visit]");
  await phone.settleOwner();
  phone.leaving();

  // The address says which visit; the shell has none of its own and takes it from the day that is kept here.
  const id = root.dataset.visit || (location.pathname.match(/\/phone\/([0-9a-f-]{36})\//) || [])[1];
  const kept = await store.get("days", kit.owner);
  const stop = kit.stops.find((one) => one.id === id) || (kept && kept.stops.find((one) => one.id === id));
  const warn = (text) => {
    $("[data-say-text]").textContent = text || "";
    $("[data-say]").hidden = !text;
    if (text) $("[data-say]").scrollIntoView({ block: "nearest" });
  };
  if (!stop) {
    warn(words.sayNosuch);
    return;
  }
  document.documentElement.classList.add("scripted");

  // ---- filling the shell ----------------------------------------------------------------------------
  const fill = () => {
    const texts = {
      name: stop.name, start: stop.start, long: `${stop.minutes} ${words.sayMinutes}`, about: stop.about,
      place: `${stop.area} ${stop.address}`, way: stop.way, notes: stop.notes.join("、"),
      planned: stop.items.map((n) => kit.items[n]).join("、"),
    };
    Object.entries(texts).forEach(([name, text]) => {
      $(`[data-fill="${name}"]`).textContent = text;
      const box = $(`[data-show="${name}"]`);
      if (box) box.hidden = !text;
    });
    document.title = stop.name;
    const calls = [[words.sayCall, stop.phone], ...stop.contacts.map((c) => [`${c.relation} ${c.name}`, c.phone])].filter(([, number]) => number);
    $("[data-calls]").replaceChildren(...calls.map(([label, number]) => {
      const link = $("[data-call]").content.firstElementChild.cloneNode(true);
      link.href = `tel:${number}`;
      $("span", link).textContent = label;
      return link;
    }));
    const planned = $("[data-planned]");
    stop.items.forEach((number) => planned.append($(`[data-item="${number}"]`)));
  };
  if (!root.dataset.visit) fill();

  // ---- what the phone knows of this visit -----------------------------------------------------------
  const form = $('[data-form="out"]');
  let state = stop.state;
  const paint = async () => {
    const reports = await outbox.own("reports");
    const files = await outbox.own("files");
    state = phone.stateOf(id, stop.state, reports);
    phone.drawState($("[data-state-word]"), state);
    const mine = [["reports", reports], ["files", files]].flatMap(([name, rows]) => rows.filter((row) => row.visit === id).map((row) => [name, row]));
    // A page that came from the server after the upload already tells of it.
    const told = (row) => Boolean(root.dataset.visit) && row.status === "sent" && row.sentAt < performance.timeOrigin;
    mine.sort(([, a], [, b]) => (a.at < b.at ? -1 : 1));
    $("[data-log]").replaceChildren(...mine.filter(([, row]) => !told(row)).map(([name, row]) => phone.logLine(row, name, outbox)));
    $("[data-record]").hidden = !mine.length && !$("[data-known]").children.length;
    const asking = !$("[data-ask]").hidden;
    const show = { in: state === "assigned" || state === "missed", out: state === "started" };
    Object.entries(show).forEach(([kind, on]) => {
      $(`[data-form="${kind}"]`).hidden = !on;
      $(`[data-act="${kind}"]`).hidden = !on;
    });
    $("[data-act-bar]").hidden = asking || !(show.in || show.out);
  };

  const outbox = window.visitOutbox({
    owner: kit.owner,
    urls: words,
    onChange: (kind, left) => {
      phone.show(kind, left);
      paint();
    },
  });

  // ---- what is half typed survives a phone that goes dark -------------------------------------------
  const key = `${kit.owner}/${id}`;
  const fields = $$("input[name]:not([type=hidden]):not([type=checkbox]), textarea[name]", form);
  const ticked = () => $$("input[name=items]:checked", form).map((box) => Number(box.value));
  const remember = () =>
    store.put("drafts", { key, at: Date.now(), items: ticked(), texts: Object.fromEntries(fields.map((f) => [f.name, f.value])) }).catch(() => {});
  const draft = await store.get("drafts", key);
  if (draft && state !== "done") {
    $$("input[name=items]", form).forEach((box) => {
      box.checked = draft.items.includes(Number(box.value));
    });
    fields.forEach((field) => {
      field.value = draft.texts[field.name] || "";
    });
    if (kit.vitals.some(({ key: name }) => draft.texts[name])) $("[data-vitals]").open = true;
  }
  form.addEventListener("input", remember);

  // ---- vitals ---------------------------------------------------------------------------------------
  const measured = () => {
    const found = {};
    let bad = null;
    kit.vitals.forEach(({ key: name, name: label, unit, range: [low, high] }) => {
      const input = $(`#v-${name}`);
      const wrong = $(`#w-${name}`);
      const text = input.value.trim().replace("。", ".").replace("．", ".");
      const value = Number(text);
      let fault = "";
      if (text && !Number.isFinite(value)) fault = say(words.sayNumber, { name: label });
      else if (text && (value < low || value > high)) fault = say(words.sayRange, { name: label, value: text, low, high, unit });
      else if (name === "diastolic" && text && found.systolic !== undefined && value >= found.systolic) fault = words.sayReversed;
      wrong.textContent = fault;
      wrong.hidden = !fault;
      input.toggleAttribute("aria-invalid", Boolean(fault));
      if (fault) bad = bad || input;
      else if (text) found[name] = value;
    });
    return { found, bad };
  };
  form.addEventListener("change", (event) => {
    if (event.target.closest("[data-vital]")) measured();
  });

  // ---- asking before a report is built --------------------------------------------------------------
  const ask = (text, go, withReason) =>
    new Promise((resolve) => {
      const box = $("[data-ask]");
      $("[data-ask-word]").textContent = text;
      $("[data-ask-reason]").hidden = !withReason;
      $("[data-ask-go]").textContent = go;
      $("[data-ask-go]").hidden = !go;
      $("[data-ask-back]").hidden = !go;
      $("#far").value = "";
      box.hidden = false;
      $("[data-act-bar]").hidden = true;
      box.scrollIntoView({ block: "center" });
      const done = (answer) => {
        box.hidden = true;
        resolve(answer);
      };
      $("[data-ask-go]").onclick = () => done({ reason: $("#far").value.trim() });
      $("[data-ask-back]").onclick = () => done(null);
      if (!go) resolve({ close: () => done(null) });
    });
  $$("[data-chip]").forEach((chip) =>
    chip.addEventListener("click", () => {
      $("#far").value = chip.textContent;
    }));

  let busy = false;
  const punch = async (kind) => {
    if (busy) return;
    busy = true;
    const at = new Date().toISOString();
    warn("");
    try {
      const rest = kind === "out" ? await leaving() : {};
      if (!rest) return;
      await ask(words.sayLocating, "");
      const seen = await window.visitPlace.here();
      $("[data-ask]").hidden = true;
      const verdict = window.visitPlace.judge(stop.home, seen, kit.fence, kit.accuracy);
      let reason = "";
      if (verdict.remark === "far") {
        const answer = await ask(say(words.sayFar, { metres: verdict.far }), kind === "in" ? words.sayGoIn : words.sayGoOut, true);
        if (!answer) return;
        reason = answer.reason;
      }
      const { picture, ...facts } = rest;
      // The report first: a signature without its check-out would prove nothing.
      const row = await outbox.report({ id: store.newId(), visit: id, kind, at, ...seen, reason, ...facts });
      if (picture) await outbox.file(id, "signature", picture);
      if (kind === "out") await store.remove("drafts", key);
      const remark = { none: words.sayNoposition, poor: words.sayPoor, far: words.sayOutside }[verdict.remark];
      window.songhe.toast([`${kind === "in" ? words.sayIn : words.sayOut} ${phone.clock(row.at)}`, words.sayKept, remark].filter(Boolean).join(" · "), "ok");
      window.scrollTo(0, 0);
    } catch {
      warn(words.sayNostore);
    } finally {
      $("[data-ask]").hidden = true;
      busy = false;
      await paint();
    }
  };

  const pad = window.songhePad.pad($("[data-pad]"), () => {
    $("[data-signed]").textContent = words.saySignature;
  });
  $("[data-clear]").addEventListener("click", () => {
    pad.clear();
    $("[data-signed]").textContent = "";
  });

  // What the check-out says; null when something has to be put right first.
  const leaving = async () => {
    const { found, bad } = measured();
    if (bad) {
      $("[data-vitals]").open = true;
      bad.focus();
      return null;
    }
    const items = ticked();
    if (!items.length) {
      warn(words.sayNoitems);
      return null;
    }
    const signed = !pad.empty();
    if (!signed && !(await ask(words.sayUnsigned, words.sayGoOut))) return null;
    return { items, vitals: found, note: $("#note").value.trim(), signed, picture: signed ? await pad.picture() : null };
  };

  $$("[data-form]").forEach((one) =>
    one.addEventListener("submit", (event) => {
      event.preventDefault();
      punch(one.dataset.form);
    }));

  $("[data-photo]").addEventListener("change", async (event) => {
    for (const chosen of event.target.files) {
      try {
        await outbox.file(id, "photo", await window.songhePad.smaller(chosen));
      } catch (trouble) {
        warn(trouble.name === "InvalidStateError" || trouble.name === "EncodingError" ? words.sayBadphoto : words.sayNostore);
      }
    }
    event.target.value = "";
    await paint();
  });

  await paint();
  await outbox.flush();
  phone.keepPages().catch(() => {});
  document.documentElement.dataset.ready = "1";
})();

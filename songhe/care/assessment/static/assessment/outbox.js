// The outbox: what was typed is kept here first and sent when it can be. Sent again it changes nothing,
// because every entry and every file carries an id that this phone gave it once.
window.surveyOutbox = (options) => {
  "use strict";
  const { place, account, urls, onChange, onState, onRefused } = options;
  const store = window.surveyStore;
  let busy = false;
  let again = false;
  // Rows on their way into the store of this phone: until they are in, nothing may be called sent.
  let storing = 0;
  // What the store of this phone would not take, until it is typed or drawn again.
  const lost = new Set();
  let timer = 0;
  let wait = 2000;

  const token = () => (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1] || options.token;
  const own = (row) => row.case === place && row.account === account;
  const byTime = (a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0);

  const waiting = async () => {
    const entries = (await store.all("entries")).filter(own).sort(byTime);
    const files = (await store.all("files")).filter((row) => own(row) && !row.refused).sort(byTime);
    return { entries, files };
  };

  const call = async (url, init) => {
    const response = await fetch(url, {
      credentials: "same-origin",
      redirect: "manual",
      ...init,
      headers: { Accept: "application/json", "X-CSRFToken": token(), ...(init && init.headers) },
    });
    if (response.type === "opaqueredirect" || response.status === 401) throw { kind: "signed-out" };
    const body = await response.json().catch(() => null);
    if (!body) throw { kind: "broken" };
    if (!response.ok) throw { kind: response.status === 404 ? "gone" : response.status >= 500 ? "broken" : "refused", body };
    return body;
  };

  const sendEntries = async (entries) => {
    while (entries.length) {
      const part = entries.splice(0, 200);
      const body = await call(urls.save, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({
          sent_at: new Date().toISOString(),
          entries: part.map(({ id, instrument, kind, item, value, at }) => ({ id, instrument, kind, item, value, at })),
        }),
      });
      for (const entry of part) await store.remove("entries", entry.id);
      onState(body.state, body.outcome);
    }
  };

  const sendFile = async (row) => {
    const form = new FormData();
    form.append("id", row.id);
    form.append("kind", row.kind);
    form.append("signer", row.signer || "");
    form.append("file", row.blob, row.kind === "photo" ? "photo.jpg" : "signature.png");
    try {
      const body = await call(urls.upload, { method: "POST", body: form });
      await store.remove("files", row.id);
      onState(body.state, {}, row);
    } catch (trouble) {
      if (trouble.kind !== "refused") throw trouble;
      // The file itself is at fault: it stays here, marked, and the person decides.
      await store.put("files", { ...row, refused: trouble.body.message });
      onRefused(row, trouble.body);
    }
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(flush, wait);
    wait = Math.min(wait * 2, 60000);
  };

  // Sends everything in order: what was typed first, files after it. One sender at a time.
  async function flush() {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      let left = await waiting();
      const count = () => left.entries.length + left.files.length;
      if (!count()) {
        if (!storing) onChange(lost.size ? "unkept" : "synced", 0);
        return;
      }
      if (!navigator.onLine) {
        onChange("local", count());
        return;
      }
      onChange("sending", count());
      await sendEntries(left.entries.slice());
      for (const row of left.files) await sendFile(row);
      left = await waiting();
      wait = 2000;
      if (count()) again = true;
      else if (!storing) onChange(lost.size ? "unkept" : "synced", 0);
    } catch (trouble) {
      const left = await waiting();
      const kind = trouble && trouble.kind ? trouble.kind : "offline";
      onChange(kind, left.entries.length + left.files.length, trouble && trouble.body);
      if (kind === "offline" || kind === "broken") later();
    } finally {
      busy = false;
      if (again) {
        again = false;
        setTimeout(flush, 0);
      }
    }
  }

  const keep = async (name, row) => {
    const kept = { id: store.newId(), case: place, account, at: new Date().toISOString(), ...row };
    const what = [row.field || row.item || row.kind, row.signer].join(":");
    storing += 1;
    onChange("keeping", 0);
    try {
      await store.put(name, kept);
      lost.delete(what);
    } catch (trouble) {
      lost.add(what);
      onChange("unkept", 0);
      throw trouble;
    } finally {
      storing -= 1;
    }
    const left = await waiting();
    onChange("local", left.entries.length + left.files.length);
    flush();
    return kept;
  };

  // What the other assessor has typed meanwhile.
  const look = async () => {
    if (busy || !navigator.onLine || document.hidden) return;
    try {
      onState(await call(urls.state), {});
    } catch (trouble) {
      if (trouble.kind) onChange(trouble.kind, 0, trouble.body);
    }
  };

  window.addEventListener("online", () => {
    wait = 2000;
    flush();
  });
  window.addEventListener("offline", flush);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) flush().then(look);
  });
  setInterval(look, 20000);

  return {
    type: (entry) => keep("entries", entry),
    file: (row) => keep("files", row),
    retry: async (row) => {
      await store.put("files", { ...row, refused: "" });
      flush();
    },
    drop: (row) => store.remove("files", row.id),
    refused: async () => (await store.all("files")).filter((row) => own(row) && row.refused),
    whole: () => lost.size === 0,
    waiting,
    flush,
  };
};

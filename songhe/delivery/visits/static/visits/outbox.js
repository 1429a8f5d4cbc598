// The outbox: a report is built once, kept here first, never changed, and sent until the server has answered.
// Sent again it changes nothing, because it carries the id that this phone gave it.
window.visitOutbox = (options) => {
  "use strict";
  const { owner, urls, onChange } = options;
  const store = window.visitStore;
  const EVERY = 30000;
  const PATIENCE = 25000;
  const PART = 50;
  const KEEP = 3 * 24 * 60 * 60 * 1000;
  let busy = null;
  let again = false;
  let fresh = "";

  const own = async (name) => (await store.all(name)).filter((row) => row.owner === owner).sort((a, b) => (a.at < b.at ? -1 : 1));
  const waiting = (rows) => rows.filter((row) => row.status === "waiting");
  const token = () => fresh || (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1] || "";

  const call = async (url, init, retried) => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    let response;
    try {
      response = await fetch(url, {
        credentials: "same-origin",
        redirect: "manual",
        cache: "no-store",
        signal: stop.signal,
        ...init,
        headers: { Accept: "application/json", "X-CSRFToken": token(), ...(init && init.headers) },
      });
    } catch {
      throw { kind: "offline" };
    } finally {
      clearTimeout(timer);
    }
    const body = await response.json().catch(() => null);
    if (response.status === 401) throw { kind: body && body.code === "other_account" ? "other" : "signed-out" };
    if (response.type === "opaqueredirect") throw { kind: "signed-out" };
    if (response.status === 403 && !body && !retried && init) {
      // Signed in again since this page was opened: the old token is no longer good.
      fresh = (await call(urls.sync, undefined, true)).csrf;
      return call(url, init, true);
    }
    if (!body || !response.ok) throw { kind: "broken" };
    return body;
  };

  // What the server has said of a row. What it took need not stay on the phone.
  const settle = async (name, row, outcome) => {
    if (!outcome) return;
    if (outcome.status === "refused") {
      await store.put(name, { ...row, status: "refused", message: outcome.message });
      return;
    }
    const { id, visit, kind, at } = row;
    await store.put(name, { id, owner, visit, kind, at, status: "sent", message: outcome.message, state: outcome.state, sentAt: Date.now() });
  };

  const sendReports = async () => {
    const rows = waiting(await own("reports"));
    const device = await store.device();
    while (rows.length) {
      const part = rows.splice(0, PART);
      const body = JSON.stringify({ owner, device, phone_now: new Date().toISOString(), reports: part.map((row) => row.body) });
      const answer = await call(urls.sync, { method: "POST", headers: { "Content-Type": "application/json" }, body });
      const outcomes = new Map(answer.outcomes.map((outcome) => [outcome.id, outcome]));
      for (const row of part) await settle("reports", row, outcomes.get(row.id));
    }
  };

  const sendFiles = async () => {
    for (const row of waiting(await own("files"))) {
      const form = new FormData();
      Object.entries({ owner, id: row.id, visit: row.visit, kind: row.kind, at: row.at, phone_now: new Date().toISOString() })
        .forEach(([name, value]) => form.append(name, value));
      form.append("file", row.blob, row.kind === "photo" ? "photo.jpg" : "signature.png");
      const answer = await call(urls.upload, { method: "POST", body: form });
      await settle("files", row, answer.outcomes[0]);
    }
  };

  const tidy = async () => {
    for (const name of ["reports", "files"]) {
      for (const row of await own(name)) {
        if (row.status === "sent" && Date.now() - Date.parse(row.at) > KEEP) await store.remove(name, row.id);
      }
    }
  };

  const tell = async (kind) => {
    const rows = [...(await own("reports")), ...(await own("files"))];
    onChange(kind, { left: waiting(rows).length, refused: rows.filter((row) => row.status === "refused") });
  };

  // Two pages of this phone never send at once, where the browser can say so; the ids make it harmless where not.
  const alone = (work) => (navigator.locks ? navigator.locks.request(`visits-${owner}`, work) : work());

  const run = () =>
    alone(async () => {
      try {
        const left = waiting([...(await own("reports")), ...(await own("files"))]).length;
        if (left) {
          if (!navigator.onLine) throw { kind: "offline" };
          await tell("sending");
          await sendReports();
          await sendFiles();
          await tidy();
        }
        await tell("settled");
      } catch (trouble) {
        await tell(trouble && trouble.kind ? trouble.kind : "broken");
      }
    });

  const flush = async () => {
    if (busy) {
      again = true;
      return busy;
    }
    busy = run();
    await busy;
    busy = null;
    if (again) {
      again = false;
      return flush();
    }
  };

  window.addEventListener("online", flush);
  window.addEventListener("offline", () => tell("offline"));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) flush();
  });
  setInterval(flush, EVERY);

  return {
    flush,
    own,
    call,
    // Kept on the disk when this resolves, whatever becomes of the network.
    report: async (body) => {
      const row = { id: body.id, owner, visit: body.visit, kind: body.kind, at: body.at, body: Object.freeze(body), status: "waiting", message: "" };
      await store.add("reports", row);
      flush();
      return row;
    },
    file: async (visit, kind, blob) => {
      const row = { id: store.newId(), owner, visit, kind, at: new Date().toISOString(), blob, status: "waiting", message: "" };
      await store.add("files", row);
      flush();
      return row;
    },
    again: async (name, row) => {
      await store.put(name, { ...row, status: "waiting", message: "" });
      return flush();
    },
  };
};

// What both pages of the phone share: whose data this is, the line that says what is sent, keeping pages for the basement.
(() => {
  "use strict";
  const words = document.getElementById("phone").dataset;
  const kit = JSON.parse(document.getElementById("phone-kit").textContent);
  const store = window.visitStore;
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const PAGES = "visits-pages-1";
  const FILES = "visits-files-1";
  const say = (text, values) => Object.entries(values || {}).reduce((all, [name, value]) => all.replace(`{${name}}`, value), text);
  const clock = (moment) => new Date(moment).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });

  // Lists and pages go; what has not been sent stays, under its owner's name.
  const wipe = async () => {
    if (window.caches) await caches.delete(PAGES);
    await store.clear("days");
    await store.remove("marks", "owner");
  };

  // Somebody else signed in on this phone: nothing of the one before is shown any more.
  const settleOwner = async () => {
    const before = await store.get("marks", "owner");
    if (before && before.value !== kit.owner) await wipe();
    await store.put("marks", { key: "owner", value: kit.owner });
  };

  const leaving = () => {
    $$("form[action]").filter((form) => /logout/.test(form.getAttribute("action"))).forEach((form) =>
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        await wipe().catch(() => {});
        form.submit();
      }));
  };

  // ---- keeping pages --------------------------------------------------------------------------------
  const put = async (url, response) => {
    const headers = new Headers(response.headers);
    headers.set("X-Kept-At", String(Date.now()));
    const pages = await caches.open(PAGES);
    await pages.put(url, new Response(await response.blob(), { status: 200, headers }));
  };
  const filesOf = (page) =>
    $$("script[src], link[rel=stylesheet], link[rel=icon], use", page)
      .map((part) => part.getAttribute("src") || part.getAttribute("href") || "")
      .filter((address) => address.startsWith("/static/"))
      .map((address) => address.split("#")[0]);
  const keepPages = async () => {
    if (!window.caches || !("serviceWorker" in navigator)) return;
    await navigator.serviceWorker.register(words.worker, { scope: words.today });
    const shell = await fetch(words.shell, { credentials: "same-origin", redirect: "error" });
    if (!shell.ok) return;
    const text = await shell.clone().text();
    await put(words.shell, shell);
    if (location.pathname === words.today) {
      // On a first visit the worker was not there yet when the page came: it is fetched once more for the basement.
      const old = await (await caches.open(PAGES)).match(words.today);
      if (!old || Number(old.headers.get("X-Kept-At")) < performance.timeOrigin) {
        const today = await fetch(words.today, { credentials: "same-origin", redirect: "error" });
        if (today.ok) await put(words.today, today);
      }
    }
    const needed = new Set([...filesOf(document), ...filesOf(new DOMParser().parseFromString(text, "text/html"))]);
    const files = await caches.open(FILES);
    for (const address of needed) {
      if (!(await files.match(address))) await files.add(address).catch(() => {});
    }
    await navigator.serviceWorker.ready;
    document.documentElement.dataset.kept = "1";
  };

  // ---- the line that says what is sent --------------------------------------------------------------
  const line = $("[data-line]");
  const show = (kind, { left, refused }) => {
    const text = {
      sending: words.saySending, settled: words.sayAll, "signed-out": words.saySignedOut, other: words.sayOther,
    }[kind];
    const count = left ? say(words.sayLeft, { n: left }) : words.sayAll;
    const parts = [text || count];
    if (left && kind === "offline") parts.push(words.sayOffline);
    if (left && kind === "broken") parts.push(words.sayBroken);
    if (left && kind === "settled") parts[0] = count;
    if (refused.length) parts.push(say(words.sayBad, { n: refused.length }));
    line.dataset.tone = kind === "signed-out" || kind === "other" || refused.length ? "bad" : left ? "warn" : "ok";
    line.dataset.kind = kind;
    $("[data-sync-word]").textContent = parts.join(" · ");
    $("[data-login-again]").hidden = kind !== "signed-out";
    line.hidden = false;
  };
  const statusOf = (row) => ({ waiting: words.sayWaiting, sent: words.saySent, refused: words.sayRefused })[row.status];
  const toneOf = (row) => ({ waiting: "warn", sent: "ok", refused: "bad" })[row.status];
  const nameOf = (row) => ({ in: words.sayIn, out: words.sayOut, photo: words.sayPhoto, signature: words.saySignature })[row.kind];

  // One line for each report and file: 签到 10:02 已保存在手机 / 已上传, and what the server said.
  const logLine = (row, name, outbox) => {
    const item = document.createElement("li");
    const what = document.createElement("span");
    what.textContent = `${nameOf(row)} ${clock(row.at)}`;
    const how = document.createElement("span");
    how.className = `tone-${toneOf(row)}`;
    how.textContent = statusOf(row);
    item.append(what, how);
    item.dataset.status = row.status;
    item.dataset.kind = row.kind;
    if (row.message) {
      const more = document.createElement("span");
      more.className = "v-message";
      more.textContent = row.message;
      item.append(more);
    }
    if (row.status === "refused") {
      const again = document.createElement("button");
      again.type = "button";
      again.className = "btn btn-outline-secondary";
      again.textContent = words.sayAgain;
      again.addEventListener("click", () => outbox.again(name, row));
      item.append(again);
    }
    return item;
  };

  // The state of a visit as this phone knows it: the server's word, moved on by what is not sent yet.
  const stateOf = (visit, state, reports) => {
    const counted = reports.filter((row) => row.visit === visit && row.status !== "refused");
    if (state === "done" || state === "cancelled") return state;
    if (counted.some((row) => row.kind === "out")) return "done";
    if (counted.some((row) => row.kind === "in")) return "started";
    return state;
  };
  const TONES = { planned: "warn", assigned: "info", started: "info", done: "ok", missed: "bad", cancelled: "mute" };
  const SHAPES = { planned: "waiting", assigned: "doing", started: "doing", done: "done", missed: "alert", cancelled: "stopped" };
  const drawState = (box, state) => {
    let mark = $(".state", box);
    if (!mark) {
      mark = document.createElement("span");
      box.append(mark);
    }
    const use = $("use", mark);
    if (use) use.setAttribute("href", `${use.getAttribute("href").split("#")[0]}#${SHAPES[state]}`);
    mark.className = `state tone-${TONES[state]}`;
    [...mark.childNodes].filter((node) => node.nodeType === 3).forEach((node) => node.remove());
    mark.append(kit.states[state] || "");
  };

  window.visitPhone = { $, $$, words, kit, store, say, clock, wipe, settleOwner, leaving, keepPages, show, logLine, stateOf, drawState };
})();

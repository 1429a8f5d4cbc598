// Today's list: moves what is done out of the way, says what waits to be sent, and keeps the day on the phone.
(async () => {
  "use strict";
  const phone = window.visitPhone;
  const { $, $$, words, kit, store, say, clock } = phone;
  if (!(await store.works)) return;
  document.documentElement.classList.add("scripted");
  await phone.settleOwner();
  phone.leaving();
  await store.put("days", kit);

  const today = new Date();
  const day = [today.getFullYear(), today.getMonth() + 1, today.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  if (day !== kit.day) {
    $("[data-old-word]").textContent = say(words.sayOld, { day: kit.day });
    $("[data-old]").hidden = false;
  }
  $("[data-as-of]").textContent = say(words.sayAsOf, { time: `${kit.day} ${clock(kit.at)}` });

  const toDo = $('[data-list="to_do"]');
  const over = $('[data-list="over"]');
  const order = new Map(kit.stops.map((stop, place) => [stop.id, place]));
  const byOrder = (a, b) => order.get(a.dataset.stop) - order.get(b.dataset.stop);

  const paint = async () => {
    const reports = await outbox.own("reports");
    const files = await outbox.own("files");
    kit.stops.forEach((stop) => {
      const row = $(`[data-stop="${stop.id}"]`);
      const state = phone.stateOf(stop.id, stop.state, reports);
      if (!row) return;
      row.dataset.state = state;
      phone.drawState($("[data-state-word]", row), state);
      const sent = [...reports, ...files].some((r) => r.visit === stop.id && r.status === "waiting");
      row.dataset.waiting = sent ? "1" : "";
      $(".v-open span", row).textContent = state === "started" ? words.sayOut : words.sayIn;
      if (stop.day <= kit.day) (state === "done" || state === "cancelled" ? over : toDo).append(row);
    });
    [toDo, over].forEach((list) => list.append(...[...list.children].sort(byOrder)));
    const rows = [...toDo.children];
    const next = rows.find((row) => row.dataset.state === "started") || rows.find((row) => row.dataset.state === "assigned");
    rows.concat([...over.children]).forEach((row) => row.classList.toggle("is-next", row === next));
    $("[data-none]").hidden = rows.length > 0;
    $("[data-over-box]").hidden = over.children.length === 0;
    $("[data-over-count]").textContent = over.children.length;
    const bad = [["reports", reports], ["files", files]].flatMap(([name, all]) =>
      all.filter((row) => row.status === "refused").map((row) => phone.logLine(row, name, outbox)));
    $("[data-refused]").replaceChildren(...bad);
    $("[data-refused-box]").hidden = bad.length === 0;
  };

  const outbox = window.visitOutbox({
    owner: kit.owner,
    urls: words,
    onChange: (kind, left) => {
      phone.show(kind, left);
      paint();
    },
  });

  // A page that was left open, or came from the basement's store, asks what has changed meanwhile.
  const STALE = 5 * 60 * 1000;
  let asked = Date.parse(kit.at);
  const look = async () => {
    if (!navigator.onLine || document.hidden || Date.now() - asked < STALE) return;
    try {
      const answer = await outbox.call(words.sync);
      asked = Date.now();
      if (answer.kit.owner !== kit.owner || answer.kit.version !== kit.version || answer.kit.day !== kit.day) location.reload();
      else $("[data-as-of]").textContent = say(words.sayAsOf, { time: `${answer.kit.day} ${clock(answer.kit.at)}` });
    } catch (trouble) {
      if (trouble.kind === "signed-out") await outbox.flush();
    }
  };
  window.addEventListener("online", look);
  document.addEventListener("visibilitychange", look);
  setInterval(look, 60000);

  await paint();
  await outbox.flush();
  phone.keepPages().catch(() => {});
  look();
  document.documentElement.dataset.ready = "1";
})();

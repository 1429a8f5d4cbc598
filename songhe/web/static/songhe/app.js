// What every page does beyond HTML: navigation drawer, menus, dialogs, toasts, copying,
// keys in tables, errors of partial updates. All of it is comfort: pages work without.
(() => {
  "use strict";
  const words = document.getElementById("words").dataset;
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];

  const icon = (name) => {
    const template = $(".icon use");
    const sheet = template ? template.getAttribute("href").split("#")[0] : "";
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${sheet}#${name}`);
    svg.append(use);
    return svg;
  };

  // Toasts: read out politely; bad news stays until closed.
  const toast = (text, tone = "info") => {
    const box = $("#toasts");
    if (!box || !text) return;
    const line = document.createElement("div");
    line.className = `toast-line tone-${tone}`;
    const body = document.createElement("p");
    body.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.setAttribute("aria-label", words.close);
    close.append(icon("x"));
    close.addEventListener("click", () => line.remove());
    line.append(body, close);
    box.append(line);
    if (tone !== "bad") setTimeout(() => line.remove(), 8000);
  };

  // Navigation drawer under 1024 px. Without script the link goes to #nav, which :target opens.
  const nav = $("#nav");
  const opener = $("[data-nav]");
  const drawer = (open) => {
    if (!nav || !opener) return;
    nav.classList.toggle("is-open", open);
    opener.setAttribute("aria-expanded", String(open));
    if (open) nav.focus();
    else if (nav.contains(document.activeElement)) opener.focus();
  };
  if (nav && opener) {
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-expanded", "false");
    opener.setAttribute("aria-controls", "nav");
  }

  // Dialogs: one declared in the page, or the shared one filled from an address.
  const openDialog = (dialog) => {
    if (!dialog || dialog.open) return;
    dialog.showModal();
    const first = $("[autofocus], input:not([type=hidden]), textarea, select", dialog);
    if (first) first.focus();
  };
  const fillDialog = (url) => {
    const dialog = $("#dialog");
    if (!dialog || !window.htmx) return false;
    window.htmx.ajax("GET", url, { target: "#dialog-body" }).then(() => {
      if ($("#dialog-body").childElementCount) openDialog(dialog);
    });
    return true;
  };

  const copy = (text) => {
    const done = () => toast(words.copied, "ok");
    if (navigator.clipboard) return navigator.clipboard.writeText(text).then(done);
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    return done();
  };

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    $$("details[data-menu][open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    let hit;
    if ((hit = at("[data-nav]"))) {
      event.preventDefault();
      drawer(!nav.classList.contains("is-open"));
    } else if ((hit = at("[data-nav-close]"))) {
      drawer(false);
    } else if (nav && nav.classList.contains("is-open") && !nav.contains(event.target)) {
      drawer(false);
    } else if ((hit = at("a[data-dialog]"))) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (fillDialog(hit.href)) event.preventDefault();
    } else if ((hit = at("[data-dialog-open]"))) {
      openDialog(document.getElementById(hit.dataset.dialogOpen));
    } else if ((hit = at("[data-dialog-close]"))) {
      hit.closest("dialog").close();
    } else if ((hit = at("[data-copy]"))) {
      copy(hit.dataset.copy);
    } else if (at("[data-print]")) {
      window.print();
    } else if (at("[data-back]")) {
      history.back();
    }
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "Escape") {
      $$("details[data-menu][open]").forEach((menu) => {
        menu.open = false;
        $("summary", menu).focus();
      });
      drawer(false);
    } else if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      const search = $("[data-search]");
      if (search) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    } else if (["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key) && !typing) {
      walkRows(event);
    }
  });

  // Arrow keys go from row to row; Enter is the link's own.
  const walkRows = (event) => {
    const table = event.target.closest("table[data-rows]");
    if (!table) return;
    const links = $$("tbody tr", table).map((row) => $("a, button", row)).filter(Boolean);
    const here = links.findIndex((link) => link.closest("tr") === event.target.closest("tr"));
    const there = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: links.length - 1 }[event.key];
    if (!links[there]) return;
    event.preventDefault();
    links[there].focus();
    links[there].scrollIntoView({ block: "nearest" });
  };

  // Rows drawn as cards lose the meaning of a table for screen readers: say it again.
  // A table wider than its frame must be reachable by keyboard to be scrolled.
  const dress = (root = document) => {
    const roles = { thead: "rowgroup", tbody: "rowgroup", tfoot: "rowgroup", tr: "row", td: "cell" };
    $$("table.list:not(.keep)", root).forEach((table) => {
      table.setAttribute("role", "table");
      Object.entries(roles).forEach(([tag, role]) =>
        $$(tag, table).forEach((part) => part.setAttribute("role", role)));
      $$("thead th", table).forEach((th) => th.setAttribute("role", "columnheader"));
      $$("tbody th", table).forEach((th) => th.setAttribute("role", "rowheader"));
    });
    $$("[data-wrap]", root).forEach((wrap) => {
      if (wrap.scrollWidth > wrap.clientWidth + 1) wrap.tabIndex = 0;
      else wrap.removeAttribute("tabindex");
    });
    $$("[data-back]", root).forEach((button) => {
      button.hidden = history.length < 2;
    });
  };

  // The export takes the conditions that are on the screen now, not those the page came with.
  document.addEventListener("htmx:pushedIntoHistory", () => {
    $$("a[data-export]").forEach((link) => {
      const now = new URL(window.location.href);
      now.searchParams.delete("after");
      now.searchParams.set("export", link.dataset.export);
      link.href = now.pathname + now.search;
    });
  });

  // Partial updates that fail say what happened and what to do; nothing on the page is lost.
  const reasons = { 401: "forbidden", 403: "forbidden", 404: "missing", 409: "conflict", 429: "toomany" };
  document.addEventListener("htmx:responseError", (event) => {
    const request = event.detail.xhr;
    const number = request.getResponseHeader("X-Request-Id");
    const text = words[reasons[request.status] || "failed"];
    toast(number ? `${text}（${words.request} ${number}）` : text, "bad");
  });
  ["htmx:sendError", "htmx:timeout"].forEach((name) =>
    document.addEventListener(name, () => toast(words.offline, "bad")));
  document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.tone));
  document.addEventListener("htmx:afterSettle", (event) => dress(event.target));

  // Paper shows reasons and sources unfolded.
  window.addEventListener("beforeprint", () => $$(".fold:not([open])").forEach((fold) => {
    fold.open = true;
    fold.dataset.forPrint = "";
  }));
  window.addEventListener("afterprint", () => $$(".fold[data-for-print]").forEach((fold) => {
    fold.open = false;
    delete fold.dataset.forPrint;
  }));

  // The network goes and comes: said in words where the page has a line for it.
  const line = $("[data-offline-line]");
  const network = () => { if (line) line.hidden = navigator.onLine; };
  window.addEventListener("online", network);
  window.addEventListener("offline", network);
  network();

  window.songhe = { toast, icon, words };
  dress();
  const wrong = $("[data-errors]");
  if (wrong) wrong.focus();
})();
